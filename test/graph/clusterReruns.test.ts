import assert from "node:assert/strict";
import { CLUSTER_KEYS, type Given, HOSTS, OPERATOR, stackConfig } from "./configuration";
import { differences, type Differences } from "./differences";
import { type Graph, runProgram } from "./harness";

const up = (given: Given = {}, results: Readonly<Record<string, unknown>> = {}): Promise<Graph> =>
  runProgram({
    config: stackConfig("hosts", { ...OPERATOR, hosts: HOSTS, ...given }, CLUSTER_KEYS),
    preview: false,
    results,
  });

const step = (...phases: string[]): string[] => phases.map((phase) => `bootstrap-${phase}`);
const slots = (given: object): Given => ({
  hosts: HOSTS.map((host) => (host.name === "node1" ? { ...host, ...given } : host)),
});
/** Grid Engine and its reconciler, and no node. */
const listed = step("scheduler");
/** What the acceptance compares the cluster with, too. */
const compared = step("scheduler", "acceptance");
/** The master looks at itself again: another program may have the port. */
const preflight = ["hosts-alpha-ready"];

/** A setting of the scheduler or of dask, and the steps that run when it is the only one that changes; what else does. */
const table: readonly [string, Given, readonly string[], (readonly string[])?][] = [
  ["scheduler.queue", { scheduler: { jobSlots: 2, queue: "night.q" } }, compared],
  ["scheduler.brake", { scheduler: { jobSlots: 2, brake: 0.25 } }, listed],
  ["scheduler.elastic", { scheduler: { jobSlots: 2, elastic: false } }, listed],
  ["scheduler.jobSlots", { scheduler: { jobSlots: 7 } }, compared],
  ["dask.slots", { dask: { slots: 5 } }, compared],
  ["dask.schedulerPort", { dask: { slots: 1, schedulerPort: 8800 } }, listed, preflight],
  ["dask.dashboardPort", { dask: { slots: 1, dashboardPort: 8801 } }, listed, preflight],
  ["dask.workerPorts", { dask: { slots: 1, workerPorts: "9300-9499" } }, listed],
  ["one host's jobSlots", slots({ jobSlots: 3 }), compared],
  ["one host's daskSlots", slots({ daskSlots: 1 }), compared],
];

describe("what runs again in a cluster", () => {
  let base: Graph = { resources: [], listeners: [] };
  before(async () => {
    base = await up();
  });

  const expected = (
    found: Differences,
    rerun: readonly string[],
    changed: readonly string[] = [],
  ): void =>
    assert.deepEqual(
      { ...found, rerun: [...found.rerun].sort() },
      { rerun: [...rerun].sort(), changed, added: [], removed: [] },
    );

  for (const [title, given, rerun, changed] of table) {
    it(`after ${title}`, async () => expected(differences(base, await up(given)), rerun, changed));
  }

  it("after another wheelhouse: what installs it, and what keeps dask", async () => {
    const again = await up(
      {},
      { software: { wheelhouse: "another", archive: "0".repeat(64), antares: "0.4.0" } },
    );
    const joins = ["node1", "node2", "node3"].map((name) => `join-${name}`);
    expected(differences(base, again), step("recipe", "scheduler", ...joins, "acceptance"));
  });
});
