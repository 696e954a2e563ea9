import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { missingForEngine } from "./engine/engine";
import { atLeast } from "./engine/version";

/** A command that must be on PATH, and the Debian package that brings it. */
export interface NeededCommand {
  readonly command: string;
  readonly debianPackage: string;
}

export interface Needs {
  readonly root: boolean;
  /** Debian 12: throw-away hosts are made of its packages. */
  readonly debian: boolean;
  /** A Pulumi CLI, or what it takes to get one. */
  readonly engine: boolean;
  readonly commands: readonly NeededCommand[];
}

/** What this machine is, read once; tests give their own. */
export interface Machine {
  /** Effective user id; undefined where there is none. */
  readonly uid: number | undefined;
  /** Text of /etc/os-release, "" where there is none. */
  readonly osRelease: string;
  /** Node's version without the `v`. */
  readonly node: string;
  readonly hasCommand: (name: string) => boolean;
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
export async function checkPrerequisites(
  needs: Needs,
  machine: Machine = thisMachine(),
): Promise<void> {
  const missing = await missingPrerequisites(needs, machine);
  if (missing.length > 0) throw new PrerequisiteError(missing);
}

/** One line for each thing that is missing; empty when all is there. */
export async function missingPrerequisites(
  needs: Needs,
  machine: Machine,
): Promise<readonly string[]> {
  const engine = needs.engine ? await machine.missingForEngine() : undefined;
  return [
    ...(needs.root && machine.uid !== 0 ? ["root: run it as root (sudo -E env PATH=$PATH …)"] : []),
    ...(needs.debian ? missingDebian(machine.osRelease) : []),
    ...(atLeast(machine.node, "20.9") ? [] : [`Node >= 20.9: here is ${machine.node}`]),
    ...(engine === undefined ? [] : [`${engine} (or put a Pulumi CLI on PATH)`]),
    ...missingCommands(needs.commands, machine),
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

function missingCommands(commands: readonly NeededCommand[], machine: Machine): readonly string[] {
  const absent = commands.filter(({ command }) => !machine.hasCommand(command));
  if (absent.length === 0) return [];
  const names = absent.map(({ command }) => command).join(", ");
  const packages = [...new Set(absent.map((needed) => needed.debianPackage))].sort().join(" ");
  return [`commands ${names}: apt-get install --yes --no-install-recommends ${packages}`];
}

export function thisMachine(): Machine {
  return {
    uid: process.geteuid?.(),
    osRelease: readOsRelease(),
    node: process.versions.node,
    hasCommand: isOnPath,
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

function isOnPath(name: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
