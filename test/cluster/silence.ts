import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../rehearsal/hosts/command";
import { portName } from "../../rehearsal/hosts/link";
import { eventually, freeze } from "./gridEngine";
import { ELASTIC, fixed, type Life } from "./life";

/** Nodes that are not heard, but not dead either. */
export function silence(life: () => Life): void {
  it("cut off from Grid Engine alone: fenced over the share, and its job is nowhere twice", async () => {
    const { cluster, ge, logged } = life();
    const job = await ge.tick(45, "n2");
    await ge.runsOn(job, "n2");
    const from = cluster.log().length;
    const port = portName(cluster.host("n2").address);
    await run(["ip", "link", "set", port, "down"]);
    const moved = await eventually("it runs elsewhere", 60, () =>
      ge.trace(job).find(({ what, host }) => what === "begin" && host !== "n2"),
    );
    await sleep(2000);
    const old = ge.trace(job).filter(({ host }) => host === "n2");
    assert((old.at(-1)?.at ?? 0) < moved.at, "the old copy still ran when the new one began");
    await run(["ip", "link", "set", port, "up"]);
    await logged(/^n2: its execution daemon is heard$/, 30, from);
    assert.deepEqual(cluster.log().slice(from), [
      "n2: fencing it: Grid Engine does not hear it, though its agent beats",
      "n2: removing it: began a new life",
      "n2: removed",
      "n2: admitted as fixed node n2.antares.test, 2 job and 1 dask slots",
      "n2: its execution daemon is heard",
    ]);
    await eventually("the job ends", 70, () => ge.trace(job).some(({ what }) => what === "end"));
    await sleep(2000);
    const ends = ge.trace(job).filter(({ what }) => what === "end");
    assert.deepEqual([ends.length, ends[0]?.host === "n2"], [1, false]);
    assert.deepEqual(
      ge.trace(job).filter(({ host }) => host === "n2"),
      old,
    );
    assert.equal(await ge.ask("qstat", "-u", "*"), "");
  }).timeout(240_000);

  it("split brain: a job of a node that was cut off is neither lost nor doubled", async () => {
    const { cluster, ge, logged } = life();
    const job = await ge.tick(12, "n2");
    await ge.runsOn(job, "n2");
    const from = cluster.log().length;
    const node = cluster.host("n2");
    await node.exec(["mount", "-t", "tmpfs", "none", "/srv/antares/membership"]);
    await run(["ip", "link", "set", portName(node.address), "down"]);
    await logged(/^n2: removed$/, 60, from);
    const moved = await eventually("it runs elsewhere", 30, () =>
      ge.trace(job).find(({ what, host }) => what === "begin" && host !== "n2"),
    );
    const old = ge.trace(job).filter(({ host }) => host === "n2");
    assert((old.at(-1)?.at ?? 0) < moved.at, "the old copy still ran when the new one began");
    await node.exec(["umount", "/srv/antares/membership"]);
    await run(["ip", "link", "set", portName(node.address), "up"]);
    await logged(/^n2: its execution daemon is heard$/, 60, from);
    await eventually("the job ends", 60, () => ge.trace(job).some(({ what }) => what === "end"));
    await sleep(3000);
    assert.equal(ge.trace(job).filter(({ what }) => what === "end").length, 1);
    assert.deepEqual(
      ge.trace(job).filter(({ host }) => host === "n2"),
      old,
    );
    assert.equal(await ge.ask("qstat", "-u", "*"), "");
  });

  it("a node that slept is fenced when it wakes, and joins as new", async () => {
    const { cluster, ge, logged } = life();
    const job = await ge.tick(8, "n3");
    await ge.runsOn(job, "n3");
    const from = cluster.log().length;
    const node = cluster.host("n3");
    await freeze(node.pid, "SIGSTOP");
    await logged(/^n3: removed$/, 60, from);
    await freeze(node.pid, "SIGCONT");
    await logged(/^n3: its execution daemon is heard$/, 60, from);
    await eventually("the job ends", 60, () => ge.trace(job).some(({ what }) => what === "end"));
    await sleep(2000);
    const ends = ge.trace(job).filter(({ what }) => what === "end");
    assert.deepEqual([ends.length, ends[0]?.host === "n3"], [1, false]);
    assert.equal(await ge.ask("qstat", "-u", "*"), "");
  });

  it("the brake: many at once are not taken for dead until the operator says so", async () => {
    const { cluster, ge, schedule, logged } = life();
    const list = {
      fixed: fixed("n1", "n2", "n3"),
      elastic: ELASTIC,
      brake: 0.25,
    };
    await schedule(list);
    const from = cluster.log().length;
    await Promise.all(["n1", "n4"].map((name) => cluster.host(name).kill()));
    await logged(/^brake: n1, n4 fell silent together: none of them is removed; /, 60, from);
    await sleep(5000);
    assert.deepEqual(cluster.log().slice(from + 1), []);
    assert.deepEqual(await ge.list("-sel"), ["master", "n1", "n2", "n3", "n4"]);
    writeFileSync(join(cluster.master.rootDir, "var/lib/antares/release-brake"), "");
    await logged(/^n4: removed$/, 30, from);
    assert.deepEqual(await ge.list("-sel"), ["master", "n2", "n3"]);
  });
}
