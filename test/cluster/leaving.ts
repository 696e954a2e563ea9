import { strict as assert } from "node:assert";
import { eventually } from "./gridEngine";
import { ELASTIC, fixed, type Life } from "./life";

/** How nodes go: by a power cut, a good-bye, and off the list. */
export function leaving(life: () => Life): void {
  it("a power cut: gone from every list, its job runs elsewhere, the other is reported as failed", async () => {
    const { cluster, ge, logged } = life();
    const again = await ge.tick(8, "n1");
    const once = await ge.tick(60, "n1", "-r", "n");
    for (const job of [again, once]) await ge.runsOn(job, "n1");
    const from = cluster.log().length;
    const begun = Date.now();
    await cluster.host("n1").kill();
    await logged(/^n1: removed$/, 60, from);
    console.log(`    removed ${(Date.now() - begun) / 1000} s after the cut`);
    assert.deepEqual(await ge.leftovers("n1"), []);
    assert.deepEqual(cluster.log().slice(from), [
      "n1: removing it: dead",
      `n1: job ${once} (ticker.sh) of antares FAILED: its node died and it may not be started twice`,
      "n1: removed",
    ]);
    await eventually("the job ends elsewhere", 60, () =>
      ge.trace(again).some(({ what, host }) => what === "end" && host !== "n1"),
    );
    assert.equal(
      ge.trace(once).some(({ what }) => what === "end"),
      false,
    );
  });

  it("it comes back as somebody new", async () => {
    const { cluster, joinNode, logged } = life();
    const from = cluster.log().length;
    await cluster.host("n1").start();
    await joinNode("n1");
    await logged(/^n1: its execution daemon is heard$/, 10, from);
  });

  it("a good-bye: released when its jobs have gone, or cannot go", async () => {
    const { cluster, ge, logged } = life();
    const again = await ge.tick(8, "n2");
    const once = await ge.tick(60, "n2", "-r", "n");
    for (const job of [again, once]) await ge.runsOn(job, "n2");
    const from = cluster.log().length;
    const begun = Date.now();
    const { code } = await cluster.host("n2").exec(["service", "antares-node", "stop"]);
    assert.equal(code, 0);
    console.log(`    released after ${(Date.now() - begun) / 1000} s`);
    assert.deepEqual(cluster.log().slice(from), [
      "n2: leaving: says good-bye",
      `n2: job ${once} (ticker.sh) of antares FAILED: its node shut down`,
      "n2: has left",
    ]);
    assert.deepEqual(await ge.leftovers("n2"), []);
    const left = (await cluster.host("n2").exec(["pgrep", "-c", "sge_|ticker"])).stdout.trim();
    assert.equal(left, "0");
    await eventually("the job ends elsewhere", 60, () =>
      ge.trace(again).some(({ what, host }) => what === "end" && host !== "n2"),
    );
    await cluster.host("n2").exec(["service", "antares-node", "start"]);
    await logged(/^n2: its execution daemon is heard$/, 30, from);
  });

  it("listed again while it drains: the node stays, and so does its job", async () => {
    const { cluster, ge, schedule, joinNode, logged } = life();
    const once = await ge.tick(20, "n3", "-r", "n");
    await ge.runsOn(once, "n3");
    const from = cluster.log().length;
    await schedule({ fixed: fixed("n1", "n2"), elastic: ELASTIC });
    await logged(/^n3: leaving: taken off the list$/, 20, from);
    await schedule({ fixed: fixed("n1", "n2", "n3"), elastic: ELASTIC });
    await logged(/^n3: stays: it is listed again$/, 20, from);
    await joinNode("n3");
    assert.doesNotMatch(await ge.ask("qstat", "-f", "-q", "*@n3.antares.test"), / d$/m);
    await eventually("the job ends", 40, () =>
      ge.trace(once).some(({ what, host }) => what === "end" && host === "n3"),
    );
    assert.deepEqual(cluster.log().slice(from), [
      "n3: leaving: taken off the list",
      "n3: stays: it is listed again",
    ]);
    await cluster.run(cluster.host("n3"), ["service", "antares-node", "status"]);
  });

  it("off the list: the node goes, and is back only when it is listed again", async () => {
    const { cluster, ge, schedule, joinNode, logged } = life();
    const from = cluster.log().length;
    await schedule({ fixed: fixed("n1", "n2"), elastic: ELASTIC });
    await logged(/^n3: has left$/, 30, from);
    assert.deepEqual(await ge.leftovers("n3"), []);
    const status = (): Promise<{ code: number | null }> =>
      cluster.host("n3").exec(["service", "antares-node", "status"]);
    await eventually("its agent ends", 20, async () => (await status()).code === 3);
    const { code, stderr } = await cluster.join(cluster.host("n3"));
    assert.equal(code, 1);
    assert.match(stderr, /refused: it was taken off the list of hosts; list it again/);
    await schedule({ fixed: fixed("n1", "n2", "n3"), elastic: ELASTIC });
    await joinNode("n3");
  });
}
