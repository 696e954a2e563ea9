import { stringsIn, textOf } from "./json";
import { isCommand, type StackState } from "./state";

/** What a refresh has found gone, and the commands that put it right. */
export interface Repair {
  /** Name of the verified state. */
  readonly name: string;
  /** What was found, for example `partial: agdc.dataset is missing`. */
  readonly found: string;
  /** URNs of the phase commands to run again. */
  readonly replace: readonly string[];
}

const verifiedState = "pulumi-nodejs:dynamic/antares:VerifiedState";

/** Verified states that the last refresh found other than ready, with what repairs them. */
export function planRepairs({ resources }: StackState): readonly Repair[] {
  const drifted = resources.filter(
    ({ type, outputs }) => type === verifiedState && textOf(outputs["state"]) !== "ready",
  );
  return drifted.map(({ name, inputs, outputs }) => {
    const by = new Set(stringsIn(outputs["repairedBy"] ?? inputs["repairedBy"]));
    const commands = resources.filter((each) => isCommand(each) && by.has(each.name));
    return {
      name,
      found: textOf(outputs["state"]),
      replace: commands.map(({ urn }) => urn),
    };
  });
}

/** Arguments by which the engine runs the repairing commands again, each once. */
export function replaceArguments(repairs: readonly Repair[]): readonly string[] {
  const urns = new Set(repairs.flatMap(({ replace }) => replace));
  return [...urns].flatMap((urn) => ["--replace", urn]);
}

/** One line a repair, for the operator. */
export function repairLine({ name, found, replace }: Repair): string {
  const names = replace.map((urn) => urn.split("::").at(-1)).join(", ");
  return names === ""
    ? `drift: ${name} is ${found}, and no command of this stack is known to repair it`
    : `drift: ${name} is ${found}; running again: ${names}`;
}
