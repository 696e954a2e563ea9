import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Client } from "ssh2";
import { baseImage } from "../../rehearsal/hosts/base";
import { createHost, type ThrowAwayHost } from "../../rehearsal/hosts/host";
import type { Image } from "../../rehearsal/hosts/image";
import { stopNetwork } from "../../rehearsal/hosts/kept";
import { Network } from "../../rehearsal/hosts/network";
import { openStorage, type Storage } from "../../rehearsal/hosts/storage";
import { findLeftovers, sweep } from "../../rehearsal/hosts/sweep";

describe("throw-away hosts", function () {
  this.timeout(120_000);
  let storage: Storage;
  let base: Image;
  let network: Network;
  let a: ThrowAwayHost;
  let b: ThrowAwayHost;

  before(async function () {
    this.timeout(900_000);
    storage = openStorage();
    await sweep(storage);
    base = await baseImage({ storage, log: () => undefined });
    network = await Network.create({ label: "hosts-test", storage });
    [a, b] = await Promise.all(
      ["a", "b"].map((name) => createHost({ network, name, images: [base] })),
    ).then(([first, second]) => [first ?? assert.fail(), second ?? assert.fail()]);
  });

  after(async () => {
    await stopNetwork(network);
    assert.deepEqual(await findLeftovers(storage), []);
  });

  const out = async (host: ThrowAwayHost, script: string): Promise<string> => {
    const result = await host.exec(["sh", "-c", script]);
    assert.equal(result.code, 0, result.stderr);
    return result.stdout.trim();
  };

  it("have names, addresses and each other's names", async () => {
    assert.equal(a.address, `${network.gateway.slice(0, -2)}.10`);
    assert.equal(b.address, `${network.gateway.slice(0, -2)}.11`);
    assert.equal(await out(a, "hostname"), "a.antares.test");
    assert.equal(await out(a, "getent hosts b | tr -s ' '"), `${b.address} b.antares.test b`);
    assert.equal(
      await out(b, "getent hosts a.antares.test | tr -s ' '"),
      `${a.address} a.antares.test a`,
    );
  });

  it("reach nothing but their bridge", async () => {
    const routes: unknown = JSON.parse(await out(a, "ip -json -4 route"));
    assert.deepEqual(
      (routes as { dst: string; dev: string }[]).map(({ dst, dev }) => ({ dst, dev })),
      [{ dst: `${network.gateway.slice(0, -2)}.0/24`, dev: "eth0" }],
    );
    assert.equal(await out(a, "ip -6 route show default"), "");
  });

  it("cannot set the clock, load modules, do raw I/O or clear the kernel's log", async () => {
    const dangerous = [16n, 17n, 25n, 34n].reduce((mask, bit) => mask | (1n << bit), 0n);
    for (const process_ of ["self", "1"]) {
      const mask = BigInt(
        `0x${await out(a, `sed -n 's/^CapBnd:\\t//p' /proc/${process_}/status`)}`,
      );
      assert.equal(mask & dangerous, 0n);
      // chown is there: the mask is read from the right place.
      assert.equal(mask & 1n, 1n);
      const now = BigInt(`0x${await out(a, `sed -n 's/^CapEff:\\t//p' /proc/${process_}/status`)}`);
      assert.equal(now & dangerous, 0n);
    }
    assert.match(
      await out(a, "findmnt -no OPTIONS /proc/sys || grep ' /proc/sys ' /proc/mounts"),
      /\bro\b/,
    );
  });

  it("accept the run's key and show the announced host key", async () => {
    const key = await new Promise<string>((resolve, reject) => {
      const client = new Client();
      let shown = "";
      client.on("ready", () => {
        client.end();
        resolve(shown);
      });
      client.on("error", reject);
      client.connect({
        host: a.address,
        username: "root",
        privateKey: network.privateKey,
        hostVerifier: (presented: Buffer) => {
          shown = `ssh-ed25519 ${presented.toString("base64")}`;
          return true;
        },
      });
    });
    assert.equal(key, a.hostKey);
  });

  it("log in to each other with the pinned key", async () => {
    const prepared = await a.exec(["sh", "-c", "umask 077; cat >/root/key"], {
      input: network.privateKey,
    });
    assert.equal(prepared.code, 0, prepared.stderr);
    await out(a, `echo 'b.antares.test ${b.hostKey}' >/root/known`);
    const ssh = "ssh -i /root/key -o UserKnownHostsFile=/root/known -o StrictHostKeyChecking=yes";
    assert.equal(await out(a, `${ssh} b.antares.test hostname`), "b.antares.test");
  });

  it("run commands with input, environment and exit code", async () => {
    const result = await a.exec(["sh", "-c", 'cat; echo "$SECRET" >&2; pwd; exit 7'], {
      input: "in\n",
      env: { SECRET: "s3" },
      cwd: "/var/tmp",
    });
    assert.deepEqual(result, { code: 7, signal: null, stdout: "in\n/var/tmp\n", stderr: "s3\n" });
  });

  it("end a command and its children when its time is over", async () => {
    await assert.rejects(
      a.exec(["sh", "-c", "sleep 4711 & sleep 4711"], { timeoutMs: 300 }),
      /a: sh -c .*not finished after 0\.3 s/,
    );
    assert.equal(await out(a, "pgrep -fc '^sleep 4711' || true"), "0");
  });

  it("pass a signal to a whole process group, as a terminal does", async () => {
    // In the background sleep would ignore the signal; here bash's trap waits for its end.
    const script = "trap 'echo caught; exit 5' INT; echo ready; sleep 100";
    const { child, signal } = a.spawn(["bash", "-c", script]);
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output === "ready\n") assert.equal(signal("SIGINT", "group"), true);
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.deepEqual({ code, output }, { code: 5, output: "ready\ncaught\n" });
    assert.equal(signal("SIGINT"), false);
  });

  it("survive a power cut with their disk and answer at once under the same address", async () => {
    await out(b, "echo kept >/root/file");
    const before_ = { pid: b.pid, key: b.hostKey, address: b.address };
    await b.kill();
    assert.equal(b.isOn(), false);
    assert.equal(existsSync(`/proc/${before_.pid}/root/etc`), false);
    const started = Date.now();
    await b.start();
    assert.ok(Date.now() - started < 5_000);
    assert.equal(await out(b, "cat /root/file"), "kept");
    assert.deepEqual(
      { key: b.hostKey, address: b.address },
      { key: before_.key, address: before_.address },
    );
  });

  it("go on alone while their cable is pulled", async () => {
    const greet = (seconds: string) =>
      b.exec(["timeout", seconds, "bash", "-c", "head -c 8 </dev/tcp/a.antares.test/22"]);
    await a.cut();
    assert.notEqual((await greet("2")).code, 0);
    assert.equal(await out(a, "hostname"), "a.antares.test");
    await a.reconnect();
    // The first answer may have to wait for the network's own repetitions, at 1, 3 and 7 s.
    assert.equal((await greet("15")).stdout, "SSH-2.0-");
  });

  it("see bound folders of the machine, read-only ones unchangeable", async () => {
    const host = await createHost({
      network,
      name: "bound",
      images: [base],
      binds: [{ source: __filename, target: "/srv/x/test.js", readOnly: true }],
    });
    try {
      assert.match(await out(host, "head -1 /srv/x/test.js"), /use strict/);
      const write = await host.exec(["sh", "-c", "echo >>/srv/x/test.js"]);
      assert.match(write.stderr, /Read-only file system/);
    } finally {
      await host.stop();
    }
  });

  it("can be made side by side", async () => {
    const names = ["p1", "p2", "p3", "p4", "p5", "p6"];
    const hosts = await Promise.all(
      names.map((name) => createHost({ network, name, images: [base] })),
    );
    assert.equal(new Set(hosts.map((host) => host.address)).size, names.length);
    const seen = await Promise.all(
      hosts.map((host) => out(host, "getent hosts p6 | cut -d' ' -f1")),
    );
    assert.deepEqual(new Set(seen), new Set([hosts.at(-1)?.address]));
    await Promise.all(hosts.map((host) => host.stop()));
    assert.deepEqual(
      network.hosts().map(({ name }) => name),
      ["a", "b"],
    );
  });

  it("say why they do not start and leave nothing", async () => {
    const broken: Image = { ...base, tree: "/nonexistent/tree" };
    await assert.rejects(
      createHost({ network, name: "broken", images: [broken] }),
      /^Error: broken\.antares\.test did not start: .*\n[^]*mount/,
    );
    assert.deepEqual(
      network.hosts().map(({ name }) => name),
      ["a", "b"],
    );
    assert.equal(existsSync(`${network.folder}/broken`), false);
  });
});
