import { readFileSync } from "node:fs";
import { missingForEngine } from "./engine/engine";
import { atLeast } from "./engine/version";

/** What this machine is, read once; tests give their own. */
export interface Machine {
  /** Effective user id; undefined where there is none. */
  readonly uid: number | undefined;
  /** Text of /etc/os-release, "" where there is none. */
  readonly osRelease: string;
  /** Node's version without the `v`. */
  readonly node: string;
  /** In words, what a Pulumi CLI lacks; undefined when it is there or can be had. */
  readonly missingForEngine: () => Promise<string | undefined>;
}

/** Everything that is missing, in one error. */
export class PrerequisiteError extends Error {
  constructor(readonly missing: readonly string[]) {
    super(["This cannot run here. Missing:", ...missing.map((line) => `  - ${line}`)].join("\n"));
    this.name = "PrerequisiteError";
  }
}

/** @throws PrerequisiteError naming all that is missing and how to get it. */
export async function checkPrerequisites(machine: Machine = thisMachine()): Promise<void> {
  const missing = await missingPrerequisites(machine);
  if (missing.length > 0) throw new PrerequisiteError(missing);
}

/** One line for each thing that is missing; empty when all is there. */
async function missingPrerequisites(machine: Machine): Promise<readonly string[]> {
  const engine = await machine.missingForEngine();
  return [
    ...(machine.uid === 0 ? [] : ["root: run it as root (sudo -E env PATH=$PATH …)"]),
    // Throw-away hosts are made of its packages.
    ...missingDebian(machine.osRelease),
    ...(atLeast(machine.node, "20.9") ? [] : [`Node >= 20.9: here is ${machine.node}`]),
    ...(engine === undefined ? [] : [`${engine} (or put a Pulumi CLI on PATH)`]),
  ];
}

function missingDebian(osRelease: string): readonly string[] {
  const fields = new Map(
    osRelease.split("\n").map((line): [string, string] => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=").replace(/^"|"$/g, "")];
    }),
  );
  if (fields.get("ID") === "debian" && fields.get("VERSION_ID") === "12") return [];
  const found = fields.get("PRETTY_NAME") ?? "another system";
  return [`Debian 12: here is ${found}`];
}

function thisMachine(): Machine {
  return {
    uid: process.geteuid?.(),
    osRelease: readOsRelease(),
    node: process.versions.node,
    missingForEngine: () => missingForEngine(),
  };
}

function readOsRelease(): string {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}
