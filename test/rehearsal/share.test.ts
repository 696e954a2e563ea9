import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { baseImage } from "../../rehearsal/hosts/base";
import { createHost, type ThrowAwayHost } from "../../rehearsal/hosts/host";
import { stopNetwork } from "../../rehearsal/hosts/kept";
import { nfsLayer } from "../../rehearsal/hosts/layers";
import { Network } from "../../rehearsal/hosts/network";
import {
  exportedFolder,
  failShare,
  hangShare,
  resumeShare,
  shareBind,
} from "../../rehearsal/hosts/share/share";
import { openStorage, type Storage } from "../../rehearsal/hosts/storage";
import { findLeftovers, sweep } from "../../rehearsal/hosts/sweep";

const OPTIONS = "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,_netdev,nofail";

describe("the share of throw-away hosts", function () {
  this.timeout(120_000);
  let storage: Storage;
  let network: Network;
  let a: ThrowAwayHost;
  let b: ThrowAwayHost;

  before(async function () {
    this.timeout(900_000);
    storage = openStorage();
    await sweep(storage);
    const log = (): void => undefined;
    const base = await baseImage({ storage, log });
    const images = [base, await nfsLayer({ storage, log, below: [base] })];
    network = await Network.create({ label: "share-test", storage });
    const binds = [shareBind(network)];
    const host = (name: string) => createHost({ network, name, images, binds });
    [a, b] = [await host("a"), await host("b")];
    for (const each of [a, b]) {
      await out(each, "useradd --uid 4711 --user-group service; mkdir /srv/antares");
      await out(each, `echo 'share.antares.test:/ /srv/antares nfs4 ${OPTIONS} 0 0' >>/etc/fstab`);
      await out(each, "mount /srv/antares");
    }
  });

  after(async () => {
    const folder = exportedFolder(network);
    await stopNetwork(network);
    assert.equal(existsSync(folder), false);
    assert.deepEqual(await findLeftovers(storage), []);
  });

  const out = async (on: ThrowAwayHost, script: string): Promise<string> => {
    const result = await on.exec(["bash", "-euc", script]);
    assert.equal(result.code, 0, `${script}\n${result.stdout}${result.stderr}`);
    return result.stdout.trim();
  };
  const asService = (script: string): string => `runuser -u service -- sh -c '${script}'`;

  it("is mounted once, from the server that fstab names", async () => {
    assert.equal(await out(a, "findmnt -no SOURCE /srv/antares"), "share.antares.test:/");
    assert.equal(await out(a, "mount -a; mount -a; grep -c ' /srv/antares ' /proc/mounts"), "1");
    const again = await a.exec(["mount", "/srv/antares"]);
    assert.equal(again.code, 32);
    assert.match(again.stderr, /already mounted/);
  });

  it("holds no stream and no lock of who mounts it", async () => {
    const script = `umount /srv/antares
      (flock 9; mount /srv/antares 3>&1) 9>/run/lock/mounting
      flock -n /run/lock/mounting echo free`;
    assert.equal(await out(a, script), "free");
  });

  it("of a server or a path that is not there is refused as mount.nfs4 does", async () => {
    const wrong = ["nobody.antares.test:/", "share.antares.test:/none"];
    for (const spec of wrong) {
      const result = await a.exec(["mount", "-t", "nfs4", "-o", OPTIONS, spec, "/mnt"]);
      assert.equal(result.code, 32, spec);
    }
    assert.equal(
      await out(
        a,
        "mkdir -p /srv/antares/part; mount -t nfs4 \\\n" +
          "share.antares.test:/part /mnt && findmnt -no SOURCE /mnt && umount /mnt",
      ),
      "share.antares.test:/part",
    );
  });

  it("keeps owners and modes between hosts, as if root were not squashed", async () => {
    await out(a, "cd /srv/antares && echo root >of-root && install -d -o service -m 0700 private");
    await out(a, asService("umask 077; echo secret >/srv/antares/private/file"));
    assert.equal(
      await out(b, "cd /srv/antares && stat -c '%u %a' of-root private private/file"),
      "0 644\n4711 700\n4711 600",
    );
    assert.equal(await out(b, asService("cat /srv/antares/private/file")), "secret");
    const others = await b.exec(["runuser", "-u", "nobody", "cat", "/srv/antares/private/file"]);
    assert.match(others.stderr, /Permission denied/);
    const job = await b.exec(["bash", "-c", asService("echo x >>/srv/antares/of-root")]);
    assert.match(job.stderr, /Permission denied/);
    const file = join(exportedFolder(network), "private/file");
    assert.equal(readFileSync(file, "utf8"), "secret\n");
    assert.equal(statSync(file).uid, 4711);
  });

  it("shows on one host at once what another one wrote, in place or renamed", async () => {
    for (const text of ["one", "two", "three"]) {
      await out(a, `cd /srv/antares && echo ${text} | tee in-place >new && mv new renamed`);
      assert.equal(
        await out(b, "cat /srv/antares/in-place /srv/antares/renamed"),
        `${text}\n${text}`,
      );
    }
  });

  it("can hang on one host alone, and go on", async () => {
    await hangShare(a);
    const look = a.exec(["ls", "/srv/antares"]);
    const first = await Promise.race([
      look.then(() => "answered"),
      new Promise((resolve) => setTimeout(() => resolve("waits"), 1500)),
    ]);
    assert.equal(first, "waits");
    assert.match(await out(b, "ls /srv/antares"), /of-root/);
    await resumeShare(a);
    assert.equal((await look).code, 0);
  });

  it("can fail at once on one host alone, and be mounted again", async () => {
    await failShare(b);
    const look = await b.exec(["ls", "/srv/antares"]);
    assert.match(look.stderr, /Transport endpoint is not connected/);
    assert.match(await out(a, "ls /srv/antares"), /of-root/);
    await assert.rejects(failShare(b), /b: kill -KILL of its share/);
    assert.equal(await out(b, "umount -l /srv/antares; ls -A /srv/antares"), "");
    await out(b, "mount -a");
    assert.equal(await out(b, "cat /srv/antares/of-root"), "root");
  });

  it("ends with the host, and is there again after the next start", async () => {
    await hangShare(b);
    await b.kill();
    await b.start();
    assert.equal(await out(b, "ls -A /srv/antares"), "");
    assert.equal(await out(b, "mount -a; cat /srv/antares/of-root"), "root");
  });
});
