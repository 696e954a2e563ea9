import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { fqdnOf } from "../../rehearsal/hosts/network";
import { type Cluster, useCluster } from "../fixtures/cluster";
import { gridEngineLists, membersUp, slotsOf } from "../fixtures/gridEngine";
import { assertNothingToDo } from "../fixtures/verification";
import { SCENE, type Work, workOn } from "../fixtures/work";

const NODES = ["node-1", "node-2", "node-3"];
const RESULTS = "/srv/antares/data/results";

/** Waits until `found` gives the value. @throws with what it gave last */
async function eventually<T>(seconds: number, wanted: T, found: () => Promise<T>): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(500)) {
    const last = await found();
    try {
      return assert.deepEqual(last, wanted);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Waits until a client of the service user on this host has just these nodes at work. */
async function workersAre(
  host: ReturnType<Cluster["host"]>,
  nodes: readonly string[],
): Promise<void> {
  const wanted = nodes.map(fqdnOf).sort().join();
  await (await workOn(host)).sumOnce((summed) => summed.nodes.join() === wanted, 90);
}

describe("work on a cluster", function () {
  this.timeout(1_500_000);
  const cluster = useCluster({ label: "cluster-work", from: "ready" });
  let work: Work;
  before(async () => {
    work = await workOn(cluster().stage.master);
    const full = async (): Promise<string> =>
      cluster().bash("master", "qstat -u antares -s r -q dask.q | grep -c dask-worke || true");
    await eventually(120, "3", full);
  });

  it("is done by every worker of dask, for the service user of any host", async () => {
    await workersAre(cluster().stage.master, NODES);
    const { sum, nodes } = await work.sum(1_000_000);
    assert.deepEqual({ sum, nodes }, { sum: 500_000_500_000, nodes: NODES.map(fqdnOf) });
    await workersAre(cluster().host("node-2"), NODES);
  });

  it("is taken by Grid Engine on every node while dask is full", async () => {
    const jobs = await Promise.all(
      NODES.map(async (name) => {
        const job = await work.submit(RESULTS, ["-l", `h=${fqdnOf(name)}`]);
        return work.resultOf(RESULTS, job);
      }),
    );
    assert.deepEqual(
      jobs.map(({ node, versions }) => [node, versions.datacube]),
      NODES.map((name) => [fqdnOf(name), "1.8.6"]),
    );
  });

  it("reads a scene from datacube on all workers, pixel by pixel, and leaves nothing", async () => {
    const rows = (): Promise<string> =>
      cluster().sql(
        "select (select count(*) from agdc.dataset) || ' ' || (select count(*) from agdc.dataset_type)",
      );
    const before = await rows();
    const scene = { folder: "/srv/antares/data/scene", product: "rehearsed_scene" };
    await work.addScene(scene);
    const { shape, sum, nodes } = await work.loadScene(scene);
    assert.deepEqual({ shape, sum, nodes }, { ...SCENE, nodes: NODES.map(fqdnOf) });
    await work.removeScene(scene);
    assert.equal(await rows(), before);
  });

  it("comes to a host that was made later and only runs the join command, without an up", async () => {
    await cluster().addHost("late-1");
    const { joinCommand } = await cluster().cli.outputs();
    const begun = Date.now();
    await cluster().bash("late-1", String(joinCommand));
    await membersUp(cluster(), ["late-1"], 90);
    await workersAre(cluster().stage.master, [...NODES, "late-1"]);
    const seconds = (Date.now() - begun) / 1000;
    assert.ok(seconds < 90, `${seconds} s`);
    const settings = "find /home/antares/.config/madmex -name '*.yaml' | wc -l";
    assert.equal(await cluster().bash("late-1", settings), "42");
    assert.deepEqual((await slotsOf(cluster(), "antares.q"))[fqdnOf("late-1")], 2);
    await assertNothingToDo(cluster());
  });

  it("is taken from a node that leaves the list, and from nobody else", async () => {
    const removed = await cluster().cli.configRemove("antares:hosts[3]");
    assert.equal(removed.code, 0, removed.stderr);
    const done = await cluster().run(["up", "hosts", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    const left = ["late-1", "master", "node-1", "node-2"].map(fqdnOf);
    await eventually(
      180,
      { admin: left, submit: left, execution: left, allhosts: left },
      async () => {
        const { admin, submit, execution, allhosts } = await gridEngineLists(cluster());
        return { admin, submit, execution, allhosts };
      },
    );
    assert.equal(fqdnOf("node-3") in (await slotsOf(cluster(), "antares.q")), false);
    await workersAre(cluster().stage.master, ["late-1", "node-1", "node-2"]);
    await assertNothingToDo(cluster());
  });
});
