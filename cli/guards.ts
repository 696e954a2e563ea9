import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, parseObject, textOf } from "./json";
import type { RunOptions } from "./pulumi";
import type { StackState, StateResource } from "./state";

/** What is protected on AWS, by name: the entry of `antares:allow` that lets it go. */
export const guarded: Readonly<Record<string, string>> = {
  "aws-database-server": "database",
  "aws-share-files": "share",
  "aws-bucket-data": "bucket",
  "aws-instances-address": "address",
  "aws-database-parameters": "upgrade",
};

/** Something that the engine refused to do, because the resource is protected. */
export interface Refusal {
  /** Name of the resource. */
  readonly name: string;
  readonly would: "be replaced" | "be deleted";
}

const said: readonly (readonly [RegExp, Refusal["would"]])[] = [
  [/unable to replace resource "([^"]+)"/, "be replaced"],
  [/resource "([^"]+)" cannot be deleted/, "be deleted"],
];

/** The refusals in an engine's event log, each once; other lines are passed over. */
export function refusalsIn(log: string): readonly Refusal[] {
  const found = new Map<string, Refusal>();
  for (const message of log.split("\n").flatMap(errorOf)) {
    for (const [pattern, would] of said) {
      const name = pattern.exec(message)?.[1]?.split("::").at(-1);
      if (name !== undefined) found.set(`${name} ${would}`, { name, would });
    }
  }
  return [...found.values()];
}

function errorOf(line: string): string[] {
  // The last line of a killed engine may be cut.
  if (!line.startsWith("{") || !line.endsWith("}")) return [];
  const { diagnosticEvent: event } = parseObject(line, "a line of the event log");
  return isObject(event) && event["severity"] === "error" ? [textOf(event["message"])] : [];
}

/**
 * What to tell the operator. In two runs, because AWS's own deletion protection must be off before the
 * server can go, and because the engine asks the state whether it may delete.
 */
export function refusalLines(refusals: readonly Refusal[], stack: string): string[] {
  const known = refusals.filter(({ name }) => guarded[name] !== undefined);
  if (known.length === 0) return [];
  const entries = [...new Set(known.map(({ name }) => guarded[name] ?? ""))].join(", ");
  return [
    ...known.map(({ name, would }) => `refused: ${titleOf(name)} would ${would}; it is protected`),
    "to let it go: take the change back for now, " +
      `add ${entries} to antares:allow in Pulumi.${stack}.yaml, npm run up -- ${stack}; ` +
      "then make the change again, and take the entry out after it",
  ];
}

/** Runs an operation; where it fails because something is protected, says what would permit it. */
export async function withGuards(
  { state, stack, log }: { state: StackState; stack: string; log: (line: string) => void },
  run: (options: { readonly args: readonly string[] } & RunOptions) => Promise<void>,
): Promise<void> {
  if (!state.resources.some(({ protect }) => protect)) return run({ args: [] });
  const folder = mkdtempSync(join(tmpdir(), "antares-events-"));
  const file = join(folder, "events.json");
  try {
    // Among the commands for debugging, though Pulumi's own Automation API reads the same file.
    await run({ args: ["--event-log", file], env: { PULUMI_DEBUG_COMMANDS: "true" } });
  } catch (error) {
    const events = existsSync(file) ? readFileSync(file, "utf8") : "";
    refusalLines(refusalsIn(events), stack).forEach(log);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a `destroy` has left because it is protected, and what that stands on; nothing where it left none. */
export function keptLines({ resources }: StackState, stack: string): string[] {
  const kept = resources.filter(isStore);
  if (kept.length === 0) return [];
  const below = resources.filter((one) => one.custom && !isStore(one) && !isProvider(one));
  const entries = kept.flatMap(({ name }) => guarded[name] ?? []).join(", ");
  return [
    ...kept.map(({ name, id }) => `kept: ${titleOf(name)}: ${id}`),
    `kept below them: ${below.map(({ name }) => name).join(", ") || "nothing"}`,
    `the next npm run up -- ${stack} goes on with them; to delete them, too: ` +
      `add ${entries} to antares:allow in Pulumi.${stack}.yaml, up, then destroy again`,
  ];
}

function titleOf(name: string): string {
  const entry = guarded[name];
  if (entry === "upgrade") return `the major version of the database (${name})`;
  return entry === undefined ? name : `the ${entry} (${name})`;
}

/** The major version is no store: what is protected for it goes with its server. */
function isStore({ protect, name }: StateResource): boolean {
  return protect && guarded[name] !== "upgrade";
}

function isProvider({ type }: StateResource): boolean {
  return type.startsWith("pulumi:providers:");
}
