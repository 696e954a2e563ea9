import { strict as assert } from "node:assert";
import { chownSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../rehearsal/hosts/command";
import { eventually } from "./gridEngine";
import { ELASTIC, fixed, type Life } from "./life";

/** How nodes become members, and who does not. */
export function joining(life: () => Life): void {
  it("the master gets its queues, and a second run changes nothing", async () => {
    const { cluster, ge, schedule } = life();
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
    const { ge, schedule } = life();
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
    const { cluster, ge, joinNode } = life();
    await Promise.all(["n1", "n2", "n3"].map(joinNode));
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
    const { cluster, ge, joinNode } = life();
    const job = await ge.tick(5, "n1");
    await ge.runsOn(job, "n1");
    const lines = cluster.log().length;
    await joinNode("n1");
    // What a changed agent does: the same life in a new process.
    await cluster.run(cluster.host("n1"), ["service", "antares-node", "reload"]);
    await eventually("the job ends", 30, () => ge.trace(job).some(({ what }) => what === "end"));
    assert.equal(ge.trace(job).filter(({ what }) => what === "begin").length, 1);
    assert.deepEqual(cluster.log().slice(lines), []);
  });

  it("forged requests are refused and logged, each once", async () => {
    const { cluster, ge, logged } = life();
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
    const { cluster, ge, schedule, logged } = life();
    const late = await cluster.add("n4");
    const { code, stderr } = await cluster.join(late);
    assert.equal(code, 1);
    const why = "it is not in the list of hosts, and scheduler.elastic is false";
    assert.match(stderr, new RegExp(`error: the master does not admit this node: refused: ${why}`));
    const begun = Date.now();
    await schedule({ fixed: fixed("n1", "n2", "n3"), elastic: ELASTIC });
    await logged(/^n4: its execution daemon is heard$/, 30);
    console.log(`    the late node was heard after ${(Date.now() - begun) / 1000} s`);
    assert.equal((await late.exec(["service", "antares-node", "status"])).code, 0);
    assert.match(await ge.ask("qconf", "-sq", "antares.q"), /\[n4\.antares\.test=1\]/);
  });

  it("another host by a member's name is refused; the member keeps its life and its job", async () => {
    const { cluster, ge } = life();
    const job = await ge.tick(8, "n1");
    await ge.runsOn(job, "n1");
    const from = cluster.log().length;
    const other = await cluster.add("zz");
    const { code, stderr } = await cluster.join(other, "n1");
    assert.equal(code, 1);
    const why = "refused: n1.antares.test is the member n1";
    assert.match(stderr, new RegExp(`error: the master does not admit this node: ${why}`));
    await cluster.run(other, ["service", "antares-node", "stop"]);
    await other.kill();
    await eventually("the job ends", 30, () => ge.trace(job).some(({ what }) => what === "end"));
    assert.deepEqual(
      ge.trace(job).filter(({ what, host }) => what !== "tick" || host !== "n1"),
      [ge.trace(job)[0], ge.trace(job).at(-1)],
    );
    assert.deepEqual(cluster.log().slice(from), [
      "refused: zz.antares.test calls itself n1, as the member n1.antares.test is called",
    ]);
  });
}
