import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Invocation, parseInvocation } from "../../../cli/arguments";
import type { Session } from "../../../cli/operations";
import type { LockOwner } from "../../../cli/lock";
import { Pulumi } from "../../../cli/pulumi";

/** One call of the fake `pulumi`. */
export interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/** What the fake answers to calls whose arguments begin with `on`; the first that fits. */
export interface Answer {
  readonly on: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** What it writes to the event log that it is told of. */
  readonly events?: string;
  /** Used this many times; always when absent. */
  readonly times?: number;
}

const script = `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => /^(PULUMI|NODE)_/.test(k)));
const stdin = args[0] === "stack" && args[1] === "import" ? fs.readFileSync(0, "utf8") : "";
const log = __dirname + "/calls";
const before = fs.existsSync(log) ? fs.readFileSync(log, "utf8").split("\\n").filter(Boolean) : [];
fs.appendFileSync(log, JSON.stringify({ args, env, stdin }) + "\\n");
const said = args.join(" ");
const answers = JSON.parse(fs.readFileSync(__dirname + "/answers", "utf8"));
const answer = answers.find(({ on, times }) => said.startsWith(on) &&
  before.filter((line) => JSON.parse(line).args.join(" ").startsWith(on)).length < (times ?? 1e9));
const place = args.indexOf("--event-log") + 1;
if (place > 0) fs.writeFileSync(args[place], answer?.events ?? "");
fs.writeSync(1, answer?.stdout ?? "");
fs.writeSync(2, answer?.stderr ?? "");
process.exitCode = answer?.code ?? 0;
`;

/** A folder with an executable `pulumi` that writes down how it was called. */
export class FakePulumi {
  readonly folder = mkdtempSync(join(tmpdir(), "fake-pulumi-"));
  readonly lines: string[] = [];

  constructor(answers: readonly Answer[] = []) {
    writeFileSync(join(this.folder, "pulumi"), script);
    chmodSync(join(this.folder, "pulumi"), 0o755);
    writeFileSync(join(this.folder, "answers"), JSON.stringify(answers));
    mkdirSync(join(this.folder, "project"));
  }

  /** A session on it, for stack `local`. */
  session(locks: readonly LockOwner[] = []): Session {
    const place = { cwd: join(this.folder, "project"), env: { PATH: this.folder } };
    const pulumi = new Pulumi("local", place);
    return { pulumi, locks, log: (line) => this.lines.push(line) };
  }

  calls(): readonly Call[] {
    const file = join(this.folder, "calls");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    // The fake above is the only writer of this file.
    return lines.map((line) => JSON.parse(line) as Call);
  }

  commands(): readonly string[] {
    return this.calls().map(({ args }) => args.join(" "));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const prefix = "urn:pulumi:local::antares::antares:bootstrap:Bootstrap$";

export const urnOf = (type: string, name: string): string => `${prefix}${type}::${name}`;

export const commandType = "command:remote:Command";
export const verifiedType = "pulumi-nodejs:dynamic/antares:VerifiedState";

/** An exported state as the engine writes it. */
export function stateJson(
  resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly id?: string;
    readonly custom?: boolean;
    readonly protect?: boolean;
    readonly inputs?: object;
    readonly outputs?: object;
  }[],
  pending: readonly { readonly type: string; readonly name: string; readonly kind: string }[] = [],
): string {
  return JSON.stringify({
    version: 3,
    deployment: {
      manifest: { version: "v3.259.0" },
      resources: resources.map(({ type, name, ...rest }) => ({
        urn: urnOf(type, name),
        type,
        ...rest,
      })),
      ...(pending.length > 0 && {
        pending_operations: pending.map(({ type, name, kind }) => ({
          resource: { urn: urnOf(type, name), type },
          type: kind,
        })),
      }),
    },
  });
}

/** A state in which a refresh found a table gone. */
export const driftedState = stateJson([
  { type: commandType, name: "bootstrap-datacube" },
  { type: commandType, name: "bootstrap-antares" },
  {
    type: verifiedType,
    name: "bootstrap-datacube-state",
    outputs: { state: "partial: agdc.dataset is missing", repairedBy: ["bootstrap-datacube"] },
  },
  { type: verifiedType, name: "bootstrap-antares-state", outputs: { state: "ready" } },
]);

/** How a state is asked for, a state without resources, and a configuration without a tunnel. */
export const exported = "stack export --stack local --non-interactive";
export const empty: Answer = { on: "stack export", stdout: stateJson([]) };
export const direct: Answer = { on: "config --json", stdout: "{}" };

/** A command line as npm hands it on. */
export const invocation = (text: string): Invocation => parseInvocation(text.split(" "));
