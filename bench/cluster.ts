import { ansible } from "./cluster/ansible";
import type { Cost } from "./cluster/cost";
import { type Measured, ours } from "./cluster/ours";
import { madeWheelhouse } from "./cluster/prepare";
import type { BenchContext } from "./main";
import type { Comparison } from "./measure";

const ANSIBLE = "Ansible";
/** Bytes that a node may add to the state. */
const GROWTH = 20_000;

/** Both sides at one number of nodes. */
export interface Pair {
  readonly nodes: number;
  readonly ours: Measured & { readonly growth: number };
  readonly reference: Measured;
}

/**
 * The stack `hosts` against a playbook to the same end, each on fresh hosts, at several numbers of
 * nodes: from nothing, with one node more, and with nothing to do.
 */
export async function cluster(context: BenchContext): Promise<readonly Comparison[]> {
  const house = await madeWheelhouse(context.log);
  const pairs: Pair[] = [];
  for (const nodes of context.nodes) {
    const run = { context, nodes, house };
    pairs.push({ nodes, ours: await ours(run), reference: await ansible(run) });
  }
  return comparisons(pairs);
}

/** The rows of all pairs; the first pair has the fewest nodes. */
export function comparisons(pairs: readonly Pair[]): readonly Comparison[] {
  const [fewest] = pairs;
  return pairs.flatMap((pair) => [
    ...againstAnsible(pair),
    ...(fewest === undefined || fewest === pair ? [] : [sameCost(pair, fewest)]),
    growth(pair),
  ]);
}

function againstAnsible({ nodes, ours, reference }: Pair): readonly Comparison[] {
  const row = (what: string, target: number | null, of: (side: Measured) => readonly number[]) => ({
    what: `${what}, ${size(nodes)}`,
    against: ANSIBLE,
    target,
    ours: of(ours),
    reference: of(reference),
  });
  const all = (what: string, target: number | null, of: (side: Measured) => readonly Cost[]) => [
    row(what, target, (side) => of(side).map(({ wall }) => wall)),
    row(`${what}: CPU here`, null, (side) => of(side).map(({ here }) => here)),
    row(`${what}: CPU of the hosts`, null, (side) => of(side).map(({ hosts }) => hosts)),
  ];
  return [
    ...all("first deployment", 0.7, ({ first }) => [first]),
    row("first deployment: packages being installed", null, ({ packages }) => [packages]),
    ...all("one node more", null, ({ added }) => [added]),
    ...all("nothing to change", 0.1, ({ unchanged }) => unchanged),
  ];
}

/** One node more should cost what it costs in the smallest cluster. */
function sameCost({ nodes, ours }: Pair, fewest: Pair): Comparison {
  return {
    what: `one node more, ${size(nodes)}`,
    against: `the same at ${fewest.nodes}`,
    target: 1.25,
    ours: [ours.added.wall],
    reference: [fewest.ours.added.wall],
  };
}

function growth({ nodes, ours }: Pair): Comparison {
  return {
    what: `state of one node more, ${size(nodes)}`,
    against: "what it may be",
    unit: "kB",
    target: 1,
    ours: [ours.growth / 1000],
    reference: [GROWTH / 1000],
  };
}

function size(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes} nodes`;
}
