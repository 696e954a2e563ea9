import type { Invocation } from "./arguments";
import { isObject, objectsIn, parseObject, textOf, type JsonObject } from "./json";
import { prepare, runEngine, type Session } from "./operations";
import { assertRunning, readConfig } from "./stackConfig";
import { isCommand, readState, type StackState, type StateResource } from "./state";
import { UserError } from "./userError";

/**
 * Runs the acceptance again, on the cluster as it stands, and writes its JSON to stdout. It is the
 * same resource that `up` ends with, replaced alone, so that what it proves and how it gets to the
 * hosts cannot differ. Throws when it does not pass.
 */
export async function verify(session: Session, call: Invocation): Promise<void> {
  const before = await prepare(session);
  const { urn } = await acceptanceOf(session, { state: before, stack: call.stack });
  await runEngine(call, {
    pulumi: session.pulumi,
    args: ["--target-replace", urn, "--skip-preview", "--yes", ...call.rest],
    output: "stderr",
  });
  const state = await readState(session.pulumi);
  const found = await acceptanceOf(session, { state, stack: call.stack });
  const accepted = acceptanceResult(found);
  console.log(JSON.stringify(accepted, undefined, 2));
  const line = acceptanceLine(accepted);
  session.log(line.text);
  if (!line.passed) {
    throw new UserError(`stack ${call.stack} is not accepted`, `npm run up -- ${call.stack}`);
  }
}

async function acceptanceOf(
  { pulumi }: Session,
  { state: { resources }, stack }: { readonly state: StackState; readonly stack: string },
): Promise<StateResource> {
  const found = resources.find((each) => isCommand(each) && /(^|-)acceptance$/.test(each.name));
  if (found !== undefined) return found;
  // A parked cluster has none.
  assertRunning(await readConfig(pulumi), stack);
  throw new UserError(`stack ${stack} has no acceptance to run again`, `npm run up -- ${stack}`);
}

/** The JSON that the acceptance printed: the last line of its output. */
export function acceptanceResult(resource: StateResource): JsonObject {
  const line = textOf(resource.outputs["stdout"]).trim().split("\n").at(-1) ?? "";
  return parseObject(line, "the acceptance's result");
}

/** Where work can go: slots of Grid Engine, workers of dask. */
function workText({ gridEngine, dask }: JsonObject): string {
  const slots = isObject(gridEngine)
    ? `Grid Engine ${String(gridEngine["slots"])} slots on ${objectsIn(gridEngine["hosts"]).length} hosts`
    : "no Grid Engine";
  const workers = isObject(dask) ? String(dask["workers"]) : "0";
  return `${slots}, dask ${workers} workers`;
}

/** One line that a person reads, and whether everything in it is as it must be. */
export function acceptanceLine(accepted: JsonObject): {
  readonly text: string;
  readonly passed: boolean;
} {
  const migrations = isObject(accepted["migrations"]) ? accepted["migrations"] : {};
  const { applied, expected } = migrations;
  const names = objectsIn(accepted["nodes"]).map((node) => textOf(node["name"]));
  const countries = objectsIn(accepted["countries"]).map((country) => textOf(country["iso"]));
  const schema = textOf(accepted["schema"]);
  const passed = schema === "ready" && applied === expected && names.length > 0;
  const text =
    `schema ${schema}, migrations ${String(applied)} of ${String(expected)}, ` +
    `countries ${countries.join(" ") || "none"}, nodes ${names.join(" ") || "none"}, ` +
    `${workText(accepted)}: ${passed ? "accepted" : "not accepted"}`;
  return { text, passed };
}
