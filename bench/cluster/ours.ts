import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type OperationResult, succeeded } from "../../rehearsal/engine/pulumi";
import { timePhases } from "../../rehearsal/run/phases";
import type { Cluster } from "../../test/fixtures/cluster";
import type { BenchContext } from "../main";
import { unchanged } from "../unchanged";
import { type Cost, costOf } from "./cost";
import { packageSeconds } from "./packages";
import { checkWheelhouse, freshCluster, freshNode } from "./prepare";

/** What one side needed at a number of nodes. */
export interface Measured {
  readonly first: Cost;
  /** Seconds of `first` in which packages were installed. */
  readonly packages: number;
  readonly added: Cost;
  readonly unchanged: readonly Cost[];
}

export interface Run {
  readonly context: BenchContext;
  readonly nodes: number;
  /** Name of the wheelhouse. */
  readonly house: string;
}

export const UNCHANGED_RUNS = 3;

/** `pulumi up` from this machine; `growth`: bytes that one more node adds to the state. */
export async function ours(run: Run): Promise<Measured & { readonly growth: number }> {
  const { context, nodes, house } = run;
  const cluster = await freshCluster("bench-cluster", nodes);
  try {
    context.log(`nodes ${nodes}: first up`);
    const since = Date.now() / 1000;
    const first = await up(cluster, run);
    checkWheelhouse(cluster, house);
    const packages = packageSeconds(cluster.stage.hosts, since);
    const before = stateSize(cluster);
    const name = `node-${nodes + 1}`;
    await list(cluster, name);
    context.log(`nodes ${nodes}: up with one more`);
    const added = await up(cluster, run);
    const growth = stateSize(cluster) - before;
    context.log(`nodes ${nodes}: up without a change`);
    const same: Cost[] = [];
    for (let i = 0; i < UNCHANGED_RUNS; i++) same.push(await up(cluster, run, unchanged));
    return { first, packages, added, unchanged: same, growth };
  } finally {
    await cluster.close();
  }
}

async function up(
  cluster: Cluster,
  { context: { log, signal } }: Run,
  check: (result: OperationResult) => OperationResult = succeeded,
): Promise<Cost> {
  signal.throwIfAborted();
  let steps: OperationResult["steps"] = [];
  const cost = await costOf(cluster, async () => {
    // As an operator of Ansible does: what would be done is not shown first.
    steps = check(await cluster.cli.up({ args: ["--skip-preview"], signal })).steps;
  });
  // A replaced step's old record is deleted at the very end.
  const done = steps.filter(({ op }) => !op.startsWith("delete"));
  const phases = timePhases(done, "master").map(
    ({ name, host, seconds }) => `${name}@${host} ${seconds}`,
  );
  if (phases.length > 0) log(`  ${phases.join(", ")}`);
  return cost;
}

/** A new host, in the configuration as its operator would write it. */
async function list(cluster: Cluster, name: string): Promise<void> {
  const host = await freshNode(cluster, name);
  const at = `antares:hosts[${cluster.nodes.length + 1}]`;
  const { fqdn: address, hostKey } = host;
  const entries = Object.entries({ name, role: "node", address, hostKey });
  await cluster.set(...entries.map(([key, value]) => ({ key: `${at}.${key}`, value })));
}

/** Of the file in which the backend keeps the stack. */
function stateSize({ session }: Cluster): number {
  const stacks = join(session.backend("ssh").replace("file://", ""), ".pulumi", "stacks");
  const files = readdirSync(stacks, { recursive: true, encoding: "utf8" });
  const file = files.find((path) => path.endsWith(`${session.stack}.json`));
  if (file === undefined) throw new Error(`no state of ${session.stack} below ${stacks}`);
  return statSync(join(stacks, file)).size;
}
