import { isDeepStrictEqual } from "node:util";
import { reviewed } from "./golden";
import type { Graph } from "./harness";
import type { Registration } from "./registration";
import { isCommand } from "./commands";

/** What an `up` with the second graph does after one with the first, by names of resources. */
export interface Differences {
  /** Steps that run again: one of their triggers differs. */
  readonly rerun: readonly string[];
  /** Resources that are updated or replaced because their inputs differ; steps that run again left out. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function differences(before: Graph, after: Graph): Differences {
  const old = new Map(before.resources.map((resource) => [resource.urn, resource]));
  const now = new Map(after.resources.map((resource) => [resource.urn, resource]));
  const both = after.resources.flatMap((resource) => {
    const earlier = old.get(resource.urn);
    return earlier === undefined ? [] : [[earlier, resource] as const];
  });
  const open = both.filter(([, b]) => !isFrozen(b));
  const rerun = open.filter(([a, b]) => isCommand(a) && !same(a, b, "triggers"));
  const others = open.filter((pair) => !rerun.includes(pair));
  const changed = others.filter(([a, b]) => !isDeepStrictEqual(a.inputs, b.inputs));
  const names = (resources: readonly Registration[]): string[] => resources.map(({ name }) => name);
  return {
    rerun: names(rerun.map(([, b]) => b)),
    changed: names(changed.map(([, b]) => b)),
    added: names(after.resources.filter(({ urn }) => !old.has(urn))),
    removed: names(before.resources.filter(({ urn }) => !now.has(urn))),
  };
}

/** The engine takes all inputs of such a resource from its state. */
function isFrozen({ options }: Registration): boolean {
  return isDeepStrictEqual(options["ignoreChanges"], ["*"]);
}

function same(a: Registration, b: Registration, key: string): boolean {
  return isDeepStrictEqual(a.inputs[key], b.inputs[key]);
}

/** True where nothing at all differs, options and order of registration included. */
export function identical(a: Graph, b: Graph): boolean {
  return isDeepStrictEqual(a, b) && isDeepStrictEqual(reviewed(a), reviewed(b));
}
