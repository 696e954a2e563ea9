import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { baseImage } from "../../rehearsal/hosts/base";
import { snapshot } from "../../rehearsal/hosts/disk";
import { findFrozen, freeze, removeFrozen, thawShare } from "../../rehearsal/hosts/frozen";
import { createHost, type ThrowAwayHost } from "../../rehearsal/hosts/host";
import { removeImage, type Image } from "../../rehearsal/hosts/image";
import { stopNetwork } from "../../rehearsal/hosts/kept";
import { makeLayer } from "../../rehearsal/hosts/layer";
import { Network } from "../../rehearsal/hosts/network";
import { exportedFolder, shareBind } from "../../rehearsal/hosts/share/share";
import { openStorage, type Storage } from "../../rehearsal/hosts/storage";
import { findLeftovers, sweep } from "../../rehearsal/hosts/sweep";

describe("images of throw-away hosts", function () {
  this.timeout(120_000);
  const made: Image[] = [];
  const log = (): void => undefined;
  let storage: Storage;
  let base: Image;
  let network: Network;

  before(async function () {
    this.timeout(900_000);
    storage = openStorage();
    await sweep(storage);
    base = await baseImage({ storage, log });
    network = await Network.create({ label: "images-test", storage });
  });

  after(async () => {
    await stopNetwork(network);
    made.forEach(removeImage);
    assert.deepEqual(await findLeftovers(storage), []);
  });

  const host = (name: string, ...upper: Image[]): Promise<ThrowAwayHost> =>
    createHost({ network, name, images: [base, ...upper] });
  const out = async (on: ThrowAwayHost, script: string): Promise<string> => {
    const result = await on.exec(["bash", "-c", script]);
    assert.equal(result.code, 0, result.stderr);
    return result.stdout.trim();
  };

  it("a layer is made once, also by two at a time, and holds nothing of the machine", async () => {
    const script = `echo ${randomUUID()} >/etc/marker; rm /etc/issue; wc -l </etc/apt/sources.list
      invoke-rc.d ssh start; cat /usr/sbin/policy-rc.d; sleep 1000 &`;
    const lines: string[] = [];
    const layer = (): Promise<Image> =>
      makeLayer({
        storage,
        name: "test-layer",
        below: [base],
        script,
        sources: ["deb [trusted=yes] file:/nowhere ./", "# two"],
        log: (line) => lines.push(line),
      });
    const [first, second] = await Promise.all([layer(), layer()]);
    made.push(first);
    assert.deepEqual(first, second);
    assert.deepEqual(await layer(), first);
    const making = lines.filter((line) => /making the hosts' image "test-layer"/.test(line));
    assert.equal(making.length, 1);
    // The script's own output: two lines of sources, services denied.
    assert.deepEqual(lines.filter((line) => /^2$|denied|exit/.test(line)).sort(), [
      "2",
      "exit 101",
      "invoke-rc.d: policy-rc.d denied execution of start.",
    ]);
    assert.equal(existsSync(join(first.tree, "etc/resolv.conf")), false);
    assert.equal(existsSync(join(first.tree, "etc/apt/sources.list")), false);
    const on = await host("layered", first);
    assert.match(await out(on, "cat /etc/marker"), /^[0-9a-f-]{36}$/);
    assert.equal(await out(on, "ls /etc/issue 2>/dev/null || echo gone"), "gone");
    assert.equal(await out(on, "tail -1 /usr/sbin/policy-rc.d"), "exit 0");
    await on.stop();
  });

  it("a layer whose script fails does not exist, and the error shows its words", async () => {
    const below = readdirSync(storage.images).filter((name) => !name.endsWith(".lock"));
    await assert.rejects(
      makeLayer({ storage, name: "failing", below: [base], script: "echo no good; exit 3", log }),
      /exit code 3\n[^]*no good/,
    );
    const after_ = readdirSync(storage.images).filter((name) => !name.endsWith(".lock"));
    assert.deepEqual(after_, below);
  });

  it("a host's disk becomes an image for new hosts, without its identity", async () => {
    const first = await host("first");
    const { hostKey } = first;
    await out(first, "mkdir -p /opt/x/y && echo data >/opt/x/y/z && rm -r /usr/share/doc/tini");
    await out(first, "chown 4711:4712 /opt/x && chmod 2750 /opt/x && mv /usr/share/perl5 /opt/p");
    const image = await snapshot(first, "snap");
    made.push(image);
    assert.deepEqual(network.hosts(), []);
    for (const path of ["etc/hosts", "etc/hostname", "root/.ssh/authorized_keys"]) {
      assert.equal(existsSync(join(image.tree, path)), false, path);
    }
    assert.deepEqual(readdirSync(join(image.tree, "etc/ssh")), []);
    const [second, third] = await Promise.all([host("second", image), host("third", image)]);
    assert.notEqual(second.hostKey, hostKey);
    assert.equal(await out(second, "hostname; cat /opt/x/y/z"), "second.antares.test\ndata");
    assert.equal(await out(second, "stat -c '%u:%g %a' /opt/x"), "4711:4712 2750");
    assert.equal(
      await out(
        second,
        "ls /usr/share/doc/tini 2>&1 | wc -l; ls -d /usr/share/perl5 /opt/p/* 2>/dev/null | head -1",
      ),
      "1\n/opt/p/Debconf",
    );
    // One host's changes are not seen by another one.
    await out(second, "echo changed >/opt/x/y/z");
    assert.equal(await out(third, "cat /opt/x/y/z"), "data");
    await Promise.all([second.stop(), third.stop()]);
  });

  it("hosts that were kept together are the same ones again, with their share", async () => {
    const binds = [shareBind(network)];
    const [one, two] = await Promise.all(
      ["one", "two"].map((name) => createHost({ network, name, images: [base], binds })),
    );
    assert.ok(one && two);
    const known = [one.hostKey, two.hostKey];
    const big = "head -c 100000 /dev/zero";
    for (const each of [one, two]) await out(each, `${big} >/opt/same; hostname >/opt/own`);
    await out(one, "install -o 4711 -m 0600 /opt/own /run/nfs-servers/share.antares.test/file");
    const folder = join(network.folder, "kept");
    await freeze([one, two], { network, name: "frozen", folder });
    assert.deepEqual(network.hosts(), []);
    rmSync(exportedFolder(network), { recursive: true });
    const frozen = findFrozen(folder) ?? assert.fail("nothing was kept");
    await thawShare(frozen, network);
    const [first, second] = await Promise.all(
      Object.entries(frozen.hosts).map(([name, disk]) =>
        createHost({ network, name, ...disk, binds: [shareBind(network)] }),
      ),
    );
    assert.ok(first && second);
    assert.deepEqual([first.hostKey, second.hostKey], known);
    assert.equal(await out(first, "cat /opt/own"), "one.antares.test");
    assert.equal(await out(second, `${big} | cmp - /opt/same && cat /opt/own`), "two.antares.test");
    const file = "/run/nfs-servers/share.antares.test/file";
    assert.equal(
      await out(second, `stat -c '%u %a' ${file}; cat ${file}`),
      "4711 600\none.antares.test",
    );
    // What two disks have in common lies on this machine once.
    const inodes = Object.values(frozen.hosts).map(
      ({ images }) => statSync(join(images.at(-1)?.tree ?? "", "opt/same")).ino,
    );
    assert.equal(new Set(inodes).size, 1);
    await Promise.all([first.stop(), second.stop()]);
    removeFrozen(folder);
    assert.equal(findFrozen(folder), undefined);
    assert.ok(
      Object.values(frozen.hosts).every(({ images }) => !existsSync(images.at(-1)?.tree ?? "")),
    );
  });

  it("folders that came with an image can be renamed, as on any disk", async () => {
    const first = await host("renaming");
    await out(first, "mkdir -p /srv/a/b && echo 1 >/srv/a/b/c");
    const image = await snapshot(first, "renaming");
    made.push(image);
    const second = await host("renaming2", image);
    assert.equal(
      await out(second, 'python3 -c \'import os; os.rename("/srv/a", "/srv/d")\'; cat /srv/d/b/c'),
      "1",
    );
    const upper = await snapshot(second, "renamed");
    made.push(upper);
    const third = await host("renamed", image, upper);
    assert.equal(await out(third, "cat /srv/d/b/c; ls /srv"), "1\nd");
    await third.stop();
  });
});
