import { strict as assert } from "node:assert";
import { fqdnOf } from "../../rehearsal/hosts/network";
import { countLogins } from "../../rehearsal/run/logs";
import { useCluster } from "../fixtures/cluster";
import { assertMembers } from "../fixtures/clusterVerification";
import { slotsOf } from "../fixtures/gridEngine";
import { assertNothingToDo, assertVerified } from "../fixtures/verification";

describe("a cluster on existing hosts", function () {
  this.timeout(1_500_000);
  const cluster = useCluster({ label: "cluster", from: "ready" });
  const nodes = ["node-1", "node-2", "node-3"];

  it("has nothing to change, and asks no host for that", async () => {
    const logins = countLogins(cluster().stage.hosts);
    await assertNothingToDo(cluster());
    assert.equal(countLogins(cluster().stage.hosts) - logins, 0);
  });

  it("is known to Grid Engine: every host, the two queues, the slots of each", async () => {
    await assertMembers(cluster(), nodes);
    const jobs = Object.fromEntries(nodes.map((name) => [fqdnOf(name), 2]));
    assert.deepEqual(await slotsOf(cluster(), "antares.q"), { [fqdnOf("master")]: 0, ...jobs });
    // The master has no workers, but dask's scheduler.
    const workers = Object.fromEntries(nodes.map((name) => [fqdnOf(name), 1]));
    assert.deepEqual(await slotsOf(cluster(), "dask.q"), { [fqdnOf("master")]: 1, ...workers });
  });

  it("is verified in the database, on every node, in Grid Engine and in dask", async () => {
    await assertVerified(cluster());
    const done = await cluster().run(["verify", "hosts"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    const accepted: Record<string, unknown> = JSON.parse(done.stdout);
    const slots = (name: string, jobSlots: number, daskSlots: number) => ({
      ...{ name, jobSlots, daskSlots },
    });
    assert.deepEqual(accepted["gridEngine"], {
      hosts: [slots("master", 0, 1), ...nodes.map((name) => slots(name, 2, 1))],
      queues: ["antares.q", "dask.q"],
      slots: 6,
    });
    assert.deepEqual(accepted["dask"], { workers: 3, nodes });
  });
});
