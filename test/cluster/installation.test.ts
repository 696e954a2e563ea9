import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  installByHand,
  installInVain,
  MADE_AGAIN,
  withName,
} from "../fixtures/faults/gridEngineByHand";
import { eventually } from "./gridEngine";
import { Cluster, SHARE } from "./stage";

describe("Grid Engine on a host that is not fresh", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  const said = async (run: ReturnType<Cluster["scheduler"]>): Promise<string> => {
    const { code, stderr } = await run;
    assert.equal(code, 1);
    // The log's last lines may be those of an earlier run.
    return [...stderr.matchAll(/error: (.*)/g)].at(-1)?.[1] ?? stderr;
  };

  before(async () => {
    cluster = await Cluster.create();
    await cluster.add("master");
  });
  after(async () => cluster.close());

  it("a master whose own name is on the loopback is refused before anything is installed", async () => {
    const { master } = cluster;
    await withName(master, `127.0.1.1 ${master.fqdn} master`, async () => {
      assert.equal(
        await said(cluster.scheduler()),
        `${master.fqdn}, the master's own name, is 127.0.1.1: give it this host's address in /etc/hosts`,
      );
    });
    await withName(master, "", async () => {
      assert.equal(
        await said(cluster.scheduler()),
        `${master.fqdn}, this host's own name, has no address: put it into /etc/hosts`,
      );
    });
    assert.equal(existsSync(join(master.rootDir, "var/lib/gridengine")), false);
  });

  it("half a cluster database is recognized and made again", async () => {
    const { master } = cluster;
    await installInVain(master);
    const { code, stdout, stderr } = await cluster.scheduler();
    assert.deepEqual(
      [code, stdout],
      [0, '{"qmaster": "master.antares.test", "queues": ["antares.q", "dask.q"]}\n'],
      stderr,
    );
    assert.equal(await cluster.run(master, ["qconf", "-sm"]), "root\nsgeadmin\n");
    const log = await cluster.run(master, ["cat", "/var/log/antares/scheduler.log"]);
    assert.match(log, MADE_AGAIN);
  });

  it("a run that was killed inside the installation is gone on with", async () => {
    const killed = await cluster.add("killed");
    const hurry =
      'while [ ! -e /var/spool/gridengine/spooldb/sge ]; do sleep 0.01; done; kill -9 $(pgrep -f "[a]pt-get|[d]pkg|[i]nit_cluster|[s]pooldefaults")';
    const killer = killed.exec(["bash", "-c", hurry]);
    const { code } = await cluster.scheduler({}, killed);
    await killer;
    assert.notEqual(code, 0);
    const again = await cluster.scheduler({}, killed);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(await cluster.run(killed, ["qconf", "-sm"]), "root\nsgeadmin\n");
  });

  it("of two masters on one share only the one that was made last decides", async () => {
    const log = (): Promise<string> =>
      cluster.run(cluster.master, ["cat", "/var/log/antares/reconciler.log"]);
    await eventually("the first holds", 20, async () =>
      (await log()).includes("hold: killed.antares.test is the master on this share now"),
    );
    assert.equal((await cluster.scheduler()).code, 0);
    await eventually("it is the master again", 20, async () =>
      (await log()).includes(" this is the master on the share again\n"),
    );
  });

  it("a Grid Engine that somebody uses is never taken over", async () => {
    const other = await cluster.add("other");
    assert.equal(
      await installByHand(other, other.fqdn, "gridengine-master", "gridengine-client"),
      0,
    );
    const queue =
      "qconf -sq | sed 's/^qname .*/qname theirs.q/; s/^pe_list .*/pe_list NONE/' >/tmp/q";
    await cluster.run(other, ["bash", "-c", `sleep 1; ${queue} && qconf -Aq /tmp/q`]);
    assert.equal(
      await said(cluster.scheduler({}, other)),
      "this host has a Grid Engine of its own, with queues or hosts: another host must be the master",
    );
    assert.equal(await cluster.run(other, ["qconf", "-sql"]), "theirs.q\n");
    assert.equal(existsSync(join(other.rootDir, "etc/antares/gridengine")), false);
  });

  it("nor is a node of another one", async () => {
    const node = await cluster.add("node");
    assert.equal(
      await installByHand(node, "their.master.test", "gridengine-client", "gridengine-exec"),
      0,
    );
    assert.equal(
      await said(cluster.join(node)),
      "this host belongs to the Grid Engine of their.master.test: take it out of there, then apt-get purge gridengine-common",
    );
    const { stdout } = await node.exec(["cat", "/var/lib/gridengine/default/common/act_qmaster"]);
    assert.equal(stdout, "their.master.test\n");
  });

  const RELEASE = "apt-get purge gridengine-common && rm /etc/antares/gridengine";

  it("nor is a node that this very program gave to another cluster, until it is let go of", async () => {
    const node = await cluster.add("stolen");
    await cluster.run(node, ["mkdir", "-p", "/etc/antares", "/var/lib/gridengine/default/common"]);
    const files = "/etc/antares/gridengine /var/lib/gridengine/default/common/act_qmaster";
    await cluster.run(node, ["bash", "-c", `echo their.master.test | tee ${files}`]);
    const lines = [
      "this host is in another cluster, of the master their.master.test: take it out of there,",
      `or let go of it where that master is gone or was renamed: ${RELEASE}`,
    ];
    assert.equal(await said(cluster.join(node)), lines.join(" "));
    assert.equal(
      await cluster.run(node, ["cat", "/etc/antares/gridengine"]),
      "their.master.test\n",
    );
    assert.equal((await node.exec(["dpkg", "-s", "gridengine-exec"])).code, 1);
  });

  it("a master of another share is refused, a marker without an id is completed", async () => {
    const { master } = cluster;
    const marker = "/etc/antares/gridengine";
    const read = (): Promise<string> => cluster.run(master, ["cat", marker]);
    const id = (await cluster.run(master, ["cat", `${SHARE}/.antares-share`])).trim();
    assert.equal((await cluster.scheduler()).code, 0);
    assert.equal(await read(), `${master.fqdn}\n${id}\n`);
    await cluster.run(master, ["sed", "-i", "2s/.*/another/", marker]);
    assert.equal(
      await said(cluster.scheduler()),
      "this host is the master of another cluster, whose share is not the one at /srv/antares; " +
        `where that share is gone for good: sed -i 2d ${marker}`,
    );
    await cluster.run(master, ["sed", "-i", "2d", marker]);
    assert.equal((await cluster.scheduler()).code, 0);
    assert.equal(await read(), `${master.fqdn}\n${id}\n`);
  });

  it("a node is let go of by what the refusal says", async () => {
    const node = cluster.host("node");
    await cluster.run(node, ["mkdir", "-p", "/etc/antares"]);
    await cluster.run(node, ["bash", "-c", "echo their.master.test >/etc/antares/gridengine"]);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    const release = RELEASE.replace("purge", "purge -y");
    const done = await node.exec(["bash", "-c", release], { env, timeoutMs: 120_000 });
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await cluster.scheduler({ elastic: { jobSlots: 1, daskSlots: 0 } })).code, 0);
    const joined = await cluster.join(node);
    assert.equal(joined.code, 0, joined.stderr);
    assert.equal(
      await cluster.run(node, ["cat", "/etc/antares/gridengine"]),
      "master.antares.test\n",
    );
  });

  it("no folder is made where the share is not mounted", async () => {
    const bare = await cluster.add("bare");
    await cluster.run(bare, ["umount", SHARE]);
    assert.equal(
      await said(cluster.scheduler({}, bare)),
      `the share is not mounted at ${SHARE}: it has no marker .antares-share, or another one`,
    );
    assert.equal(await cluster.run(bare, ["ls", "-A", SHARE]), "");
  });
});
