import { strict as assert } from "node:assert";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Membership } from "../../components/bootstrap/scheduler";
import { projectRoot } from "../../config/root";
import { run } from "../../rehearsal/hosts/command";
import { portName } from "../../rehearsal/hosts/link";
import { eventually, freeze, GridEngine } from "./gridEngine";
import { Cluster } from "./stage";

const SLOTS = { jobSlots: 2, daskSlots: 1 };
const fixed = (...names: string[]): Membership["fixed"] =>
  Object.fromEntries(names.map((name) => [name, SLOTS]));

/** A cluster's life, told once: each test begins with what the one before has left. */
describe("Grid Engine and its members", function () {
  this.timeout(120_000);
  this.bail(true);
  let cluster: Cluster;
  let ge: GridEngine;

  const schedule = async (list: Partial<Membership>): Promise<string> => {
    const { code, stdout, stderr } = await cluster.scheduler(list);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const join_ = async (name: string): Promise<void> => {
    const { code, stdout, stderr } = await cluster.join(cluster.host(name));
    assert.deepEqual([code, stdout], [0, `{"name": "${name}"}\n`], stderr);
  };
  const logged = (line: RegExp, seconds: number, from = 0): Promise<string> =>
    eventually(
      `the reconciler logs ${String(line)}; it has\n${cluster.log().join("\n")}`,
      seconds,
      () =>
        cluster
          .log()
          .slice(from)
          .find((each) => line.test(each)),
    );

  before(async function () {
    this.timeout(300_000);
    cluster = await Cluster.create();
    ge = new GridEngine(cluster);
    mkdirSync(join(cluster.share, "results"));
    chmodSync(join(cluster.share, "results"), 0o777);
    copyFileSync(join(projectRoot, "test/cluster/ticker.sh"), join(cluster.share, "ticker.sh"));
    for (const name of ["master", "n1", "n2", "n3"]) await cluster.add(name);
  });
  after(async () => cluster.close());

  it("the master gets its queues, and a second run changes nothing", async () => {
    const told = '{"qmaster": "master.antares.test", "queues": ["antares.q", "dask.q"]}\n';
    assert.equal(await schedule({ fixed: fixed("n1", "n2", "n3") }), told);
    const pid = join(cluster.master.rootDir, "run/antares-reconciler.pid");
    const before = [await ge.configuration(), readFileSync(pid, "utf8")];
    assert.equal(await schedule({ fixed: fixed("n1", "n2", "n3") }), told);
    assert.deepEqual([await ge.configuration(), readFileSync(pid, "utf8")], before);
    assert.match(before[0] ?? "", /^min_uid +1000$/m);
    assert.match(before[0] ?? "", /^dask +dask +BOOL +== +FORCED +NO +0 +0$/m);
    const list = join(cluster.master.rootDir, "var/lib/antares/membership.json");
    assert.equal(statSync(list).mode & 0o777, 0o600);
  });

  it("what an operator sets there is kept", async () => {
    await ge.ask("qconf", "-rattr", "queue", "priority", "3", "antares.q");
    await ge.ask("qconf", "-rattr", "queue", "rerun", "FALSE", "dask.q");
    const edit =
      "qconf -sconf | sed 's/^max_u_jobs .*/max_u_jobs 77/; s/^max_unheard .*/max_unheard 00:00:09/'";
    await ge.ask("bash", "-c", `cd /tmp && ${edit} >global && qconf -Mconf global`);
    const before = await ge.configuration();
    assert.match(before, /^max_unheard +00:00:09$/m);
    await schedule({ fixed: fixed("n1", "n2", "n3") });
    assert.equal(await ge.configuration(), before);
    const back = "qconf -sconf | sed 's/^max_unheard .*/max_unheard 00:00:07/'";
    await ge.ask("bash", "-c", `cd /tmp && ${back} >global && qconf -Mconf global`);
  });

  it("three nodes join side by side, and each runs a job", async () => {
    await Promise.all(["n1", "n2", "n3"].map(join_));
    assert.deepEqual(await ge.list("-sel"), ["master", "n1", "n2", "n3"]);
    for (const name of ["n1", "n2", "n3"]) {
      const { fqdn } = cluster.host(name);
      const { code, out } = await ge.asUser(
        `timeout 60 qsub -sync y -b y -S /bin/bash -o /srv/antares/results -j y -N at-${name} -l h=${fqdn} hostname`,
      );
      assert.equal(code, 0, out);
    }
    const { stdout } = await run(["bash", "-c", `cat ${cluster.share}/results/at-n*`]);
    assert.deepEqual(
      stdout.trim().split("\n").sort(),
      ["n1", "n2", "n3"].map((n) => `${n}.antares.test`),
    );
  });

  it("a second join changes nothing, and keeps a running job", async () => {
    const job = await ge.tick(5, "n1");
    await ge.runsOn(job, "n1");
    const lines = cluster.log().length;
    await join_("n1");
    // What a changed agent does: the same life in a new process.
    await cluster.run(cluster.host("n1"), ["service", "antares-node", "reload"]);
    await eventually("the job ends", 30, () => ge.trace(job).some(({ what }) => what === "end"));
    assert.equal(ge.trace(job).filter(({ what }) => what === "begin").length, 1);
    assert.deepEqual(cluster.log().slice(lines), []);
  });

  it("forged requests are refused and logged, each once", async () => {
    const nodes = join(cluster.share, "membership", "nodes");
    const from = cluster.log().length;
    const good = JSON.parse(readFileSync(join(nodes, "n1"), "utf8")) as Record<string, unknown>;
    const forge = (file: string, changed: object): void =>
      writeFileSync(join(nodes, file), JSON.stringify({ ...good, name: file, ...changed }), {
        mode: 0o644,
      });
    forge("x1", { name: "../../x1" });
    forge("x2", { name: "n2" });
    forge("x3", { more: "y".repeat(2000) });
    forge("x4", {});
    chownSync(join(nodes, "x4"), 5000, 5000);
    symlinkSync(join(nodes, "n1"), join(nodes, "x5"));
    forge("X6;id", {});
    await logged(/x5/, 10, from);
    await sleep(2000);
    assert.deepEqual(cluster.log().slice(from).sort(), [
      "refused: file nodes/'X6;id': its name is no node's name",
      "refused: file nodes/'x1': it names another node than its file",
      "refused: file nodes/'x2': it names another node than its file",
      "refused: file nodes/'x3': it is larger than 1024 bytes",
      "refused: file nodes/'x4': it belongs to user 5000, not to root",
      "refused: file nodes/'x5': it cannot be read (Too many levels of symbolic links): a link, or not a file",
    ]);
    await run(["bash", "-c", `rm -f ${nodes}/x* ${nodes}/X*`]);
    assert.deepEqual(await ge.list("-sh"), ["master", "n1", "n2", "n3"]);
  });

  it("a node that is not listed is refused with the reason, and joins when the cluster is elastic", async () => {
    const late = await cluster.add("n4");
    const { code, stderr } = await cluster.join(late);
    assert.equal(code, 1);
    const why = "it is not in the list of hosts, and scheduler.elastic is false";
    assert.match(stderr, new RegExp(`error: the master does not admit this node: refused: ${why}`));
    const begun = Date.now();
    await schedule({ fixed: fixed("n1", "n2", "n3"), elastic: { jobSlots: 1, daskSlots: 1 } });
    await logged(/^n4: its execution daemon is heard$/, 30);
    console.log(`    the late node was heard after ${(Date.now() - begun) / 1000} s`);
    assert.equal((await late.exec(["service", "antares-node", "status"])).code, 0);
    assert.match(await ge.ask("qconf", "-sq", "antares.q"), /\[n4\.antares\.test=1\]/);
  });

  it("a power cut: gone from every list, its job runs elsewhere, the other is reported as failed", async () => {
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
    const from = cluster.log().length;
    await cluster.host("n1").start();
    await join_("n1");
    await logged(/^n1: its execution daemon is heard$/, 10, from);
  });

  it("a good-bye: released when its jobs have gone, or cannot go", async () => {
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

  it("off the list: the node goes, and is back only when it is listed again", async () => {
    const from = cluster.log().length;
    await schedule({ fixed: fixed("n1", "n2"), elastic: { jobSlots: 1, daskSlots: 1 } });
    await logged(/^n3: has left$/, 30, from);
    assert.deepEqual(await ge.leftovers("n3"), []);
    const status = (): Promise<{ code: number | null }> =>
      cluster.host("n3").exec(["service", "antares-node", "status"]);
    await eventually("its agent ends", 20, async () => (await status()).code === 3);
    const { code, stderr } = await cluster.join(cluster.host("n3"));
    assert.equal(code, 1);
    assert.match(stderr, /refused: it was taken off the list of hosts; list it again/);
    await schedule({ fixed: fixed("n1", "n2", "n3"), elastic: { jobSlots: 1, daskSlots: 1 } });
    await join_("n3");
  });

  it("split brain: a job of a node that was cut off is neither lost nor doubled", async () => {
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
    const list = {
      fixed: fixed("n1", "n2", "n3"),
      elastic: { jobSlots: 1, daskSlots: 1 },
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
});
