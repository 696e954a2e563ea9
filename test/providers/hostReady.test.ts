import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { HostReady, type HostReadyArgs } from "../../providers/resources/hostReady";
import type { SshTarget } from "../../providers/ssh/target";
import { freePort } from "../fixtures/processes";
import { startSshd, type SshdFixture } from "../fixtures/sshd";
import { registered } from "../unit/providers/registered";
import { HostProcess } from "./hostProcess";

const needs = { service: { user: "antares-test", uid: 61_234 }, space: [{ path: "/", mib: 1 }] };

describe("HostReady by SSH, in the host process", function () {
  this.timeout(60_000);
  let sshd: SshdFixture;
  let other: SshdFixture;
  let host: HostProcess;
  before(async () => {
    sshd = await startSshd();
    other = await startSshd();
    host = await HostProcess.start();
  });
  after(async () => {
    await host.stop();
    await sshd.stop();
    await other.stop();
  });

  const ssh = (): SshTarget => {
    const { port, user, privateKey } = sshd;
    return { host: "127.0.0.1", port, user, privateKey };
  };
  const inputsOf = async (change: Partial<HostReadyArgs> = {}) => {
    const args = { name: "one", needs, ssh: ssh(), waitSeconds: 5, ...change };
    return (await registered(() => new HostReady("h", args))).inputs;
  };

  it("learns the key, keeps it, and is quiet on refresh", async () => {
    const inputs = await inputsOf();
    const { id, outs } = await host.create(inputs);
    assert.equal(id, "one");
    assert.equal(outs["hostKey"], sshd.hostKey);
    assert.equal(outs["distribution"], "debian 12");
    assert.deepEqual(outs["ssh"], ssh());
    assert.deepEqual(await host.read(id, outs), { id, props: outs });
    assert.deepEqual(await host.diff(outs, inputs), { changes: false, replaces: [] });
    assert.deepEqual(await host.update(outs, inputs), outs);
  });

  it("shows another key as drift, does not adopt it, takes it when it is configured", async () => {
    const inputs = await inputsOf();
    const { id, outs } = await host.create(inputs);
    const olds = { ...outs, hostKey: other.hostKey };
    const { props } = await host.read(id, olds);
    assert.match(String(props["state"]), /^host key changed: 127\.0\.0\.1:\d+ presents host key/);
    assert.equal(props["hostKey"], other.hostKey);
    assert.deepEqual(await host.diff(props, inputs), { changes: true, replaces: [] });
    await assert.rejects(host.update(props, inputs), /presents host key SHA256|presents host key/);
    const trusted = await inputsOf({ ssh: { ...ssh(), hostKey: sshd.hostKey } });
    const updated = await host.update(props, trusted);
    assert.equal(updated["hostKey"], sshd.hostKey);
    assert.equal(updated["state"], "ready");
  });

  it("does not hold another address to the learned key", async () => {
    const { outs } = await host.create(await inputsOf());
    const { port, user, privateKey } = other;
    const moved = await inputsOf({ ssh: { host: "127.0.0.1", port, user, privateKey } });
    assert.equal((await host.update(outs, moved))["hostKey"], other.hostKey);
  });

  it("shows another installation as drift, and prepares it at the next up", async () => {
    const inputs = await inputsOf();
    const { id, outs } = await host.create(inputs);
    const identity = "0".repeat(32);
    const { props } = await host.read(id, { ...outs, identity });
    assert.equal(props["identity"], outs["identity"]);
    assert.equal(
      props["state"],
      `another installation: identity was ${identity}; the next up prepares it anew`,
    );
    assert.deepEqual(await host.diff(props, inputs), { changes: true, replaces: [] });
    // A second refresh before that does not forget it.
    assert.deepEqual((await host.read(id, props)).props["state"], props["state"]);
    assert.deepEqual(await host.update(props, inputs), outs);
  });

  it("refuses at create what does not have the configured key", async () => {
    const inputs = await inputsOf({ ssh: { ...ssh(), hostKey: other.hostKey } });
    const seen = sshd.connections();
    await assert.rejects(host.create(inputs), /the host was installed anew, or another machine/);
    assert.equal(sshd.connections(), seen + 1);
  });

  it("waits for a host that is not up yet", async () => {
    const port = await freePort();
    const attempt = host.create(await inputsOf({ ssh: { ...ssh(), port }, waitSeconds: 20 }));
    await sleep(2500);
    const door = createServer((socket) => {
      const inner = connect(sshd.port, "127.0.0.1");
      socket.pipe(inner).pipe(socket);
      for (const end of [socket, inner]) end.on("error", () => undefined);
    });
    door.listen(port, "127.0.0.1");
    try {
      assert.equal((await attempt).outs["hostKey"], sshd.hostKey);
    } finally {
      door.close();
    }
  });

  it("waits no longer than told, and says for whom", async () => {
    const port = await freePort();
    const inputs = await inputsOf({ ssh: { ...ssh(), port }, waitSeconds: 3 });
    const started = Date.now();
    await assert.rejects(host.create(inputs), {
      details: `cannot reach 127.0.0.1:${port} by SSH: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    const waited = Date.now() - started;
    assert.ok(waited >= 3000 && waited < 9000, `${waited} ms`);
  });

  it("unreachable on refresh is an error", async () => {
    const inputs = await inputsOf();
    const { id, outs } = await host.create(inputs);
    const olds = { ...outs, ssh: { ...ssh(), port: await freePort() } };
    await assert.rejects(host.read(id, olds), /cannot reach 127\.0\.0\.1/);
  });

  it("pins a host behind a jump host, and refuses a rebuilt one until told", async () => {
    const { port, user, privateKey, hostKey } = other;
    const proxy = { host: "127.0.0.1", port, user, privateKey, hostKey };
    const inputs = await inputsOf({ ssh: { ...ssh(), proxy } });
    const { id, outs } = await host.create(inputs);
    assert.equal(outs["hostKey"], sshd.hostKey);
    const olds = { ...outs, hostKey: other.hostKey };
    const { props } = await host.read(id, olds);
    assert.match(
      String(props["state"]),
      /^host key changed: 127\.0\.0\.1:\d+ \(through 127\.0\.0\.1\) presents host key/,
    );
    await assert.rejects(host.update(props, inputs), /the host was installed anew, or another/);
    const trusted = await inputsOf({ ssh: { ...ssh(), hostKey: sshd.hostKey, proxy } });
    assert.equal((await host.update(props, trusted))["state"], "ready");
  });

  it("holds the jump host to its key, too", async () => {
    const { port, user, privateKey } = other;
    const proxy = { host: "127.0.0.1", port, user, privateKey, hostKey: sshd.hostKey };
    const seen = sshd.connections();
    const inputs = await inputsOf({ ssh: { ...ssh(), proxy } });
    await assert.rejects(
      host.create(inputs),
      new RegExp(`127\\.0\\.0\\.1:${port} presents host key`),
    );
    assert.equal(sshd.connections(), seen);
  });

  it("without needs only reaches and pins, and runs nothing", async () => {
    const { inputs } = await registered(() => new HostReady("h", { name: "gate", ssh: ssh() }));
    const { outs } = await host.create(inputs);
    assert.equal(outs["hostKey"], sshd.hostKey);
    assert.equal(outs["identity"], "");
    assert.deepEqual((await host.read("gate", outs)).props, outs);
  });

  it("says all faults of the host at once, and no key", async () => {
    const service = { user: "daemon", uid: 61_234 };
    const space = [{ path: "/", mib: 900_000_000 }];
    const inputs = await inputsOf({ needs: { service, space } });
    await assert.rejects(host.create(inputs), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /host one is not ready:\n {2}- host one user daemon exists/);
      assert.match(error.message, /\n {2}- host one \/ has \d+ MiB free, needs 900000000 MiB/);
      assert.ok(!error.message.includes("PRIVATE KEY"));
      return true;
    });
  });
});
