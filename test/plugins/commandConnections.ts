import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../fixtures/processes";
import { connectionTo, local, messageOf, remote, rowsOf, type Row } from "./bench";

const row = rowsOf("command");

/** How a host is reached, and what ends the attempt. */
export const commandConnections: readonly Row[] = [
  row("another host key than the pinned one is refused", async (bench) => {
    const driver = await bench.driver("command");
    const [sshd, other] = [await bench.sshd(), await bench.sshd("all variables")];
    const log = bench.path("log");
    const connection = connectionTo(sshd, { hostKey: other.hostKey, dialErrorLimit: 0 });
    const said = await messageOf(driver.up(remote(sshd, { create: `echo > ${log}`, connection })));
    assert.match(said, /^after 0 failed attempts: ssh: handshake failed: .*host key mismatch/);
    assert.throws(() => readFileSync(log), /ENOENT/);
  }),
  row("without a pinned host key any is taken", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    const { hostKey: _, ...connection } = connectionTo(sshd);
    await driver.up(remote(sshd, { create: "echo in", connection }));
    assert.equal(driver.state("command")?.["stdout"], "in");
  }),
  row("a proxy is gone through and its key is its own", async (bench) => {
    const driver = await bench.driver("command");
    const [target, proxy] = [await bench.sshd(), await bench.sshd("all variables")];
    const connection = connectionTo(target, { proxy: connectionTo(proxy) });
    const create = 'echo "$SSH_CONNECTION"';
    await driver.up(remote(target, { create, connection }));
    assert.match(String(driver.state("command")?.["stdout"]), new RegExp(` ${target.port}$`));
    assert.match(readFileSync(proxy.log, "utf8"), /Accepted publickey/);
    const wrong = connectionTo(proxy, { hostKey: target.hostKey, dialErrorLimit: 0 });
    const refused = connectionTo(target, { proxy: wrong });
    assert.match(
      await messageOf(driver.up(remote(target, { create, connection: refused }, "refused"))),
      /^proxy: after 0 failed attempts: ssh: handshake failed: .*host key mismatch/,
    );
  }),
  row("a refused port is tried dialErrorLimit times more, with growing waits", async (bench) => {
    const driver = await bench.driver("command");
    const port = await freePort();
    const connection = { host: "127.0.0.1", port, dialErrorLimit: 3 };
    const inputs = { create: "true", connection };
    const start = Date.now();
    assert.equal(
      await messageOf(driver.up({ type: "command:remote:Command", name: "c", inputs })),
      `after 3 failed attempts: dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
    const [took, waits] = [Date.now() - start, 100 + 150 + 225];
    assert.ok(took >= waits && took < waits + 2000, `it took ${took} ms`);
  }),
  row("a host that comes up while it is dialled is reached", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    const gate = await freePort();
    const connection = connectionTo(sshd, { port: gate, dialErrorLimit: 20 });
    const running = driver.up(remote(sshd, { create: "echo up", connection }));
    await sleep(400);
    const open = await opened(gate, sshd.port);
    await running;
    open.close();
    assert.equal(driver.state("command")?.["stdout"], "up");
  }),
  row("a key that is not let in is an error that names no key", async (bench) => {
    const driver = await bench.driver("command");
    const [sshd, other] = [await bench.sshd(), await bench.sshd("all variables")];
    const connection = connectionTo(sshd, { privateKey: other.privateKey, dialErrorLimit: 0 });
    const said = await messageOf(driver.up(remote(sshd, { create: "true", connection })));
    assert.match(said, /ssh: handshake failed: ssh: unable to authenticate/);
    assert.ok(!said.includes("PRIVATE KEY"));
  }),
  row("a dead agent socket fails the command though a key is given", async (bench) => {
    const socket = bench.path("agent");
    const driver = await bench.driver("command", { env: { SSH_AUTH_SOCK: socket } });
    const said = await messageOf(driver.up(remote(await bench.sshd(), { create: "true" })));
    assert.equal(said, `dial unix ${socket}: connect: no such file or directory`);
  }),
  row("environment fails where the server accepts no variables", async (bench) => {
    const driver = await bench.driver("command");
    const inputs = { create: "true", environment: { COLOUR: "green" } };
    assert.match(
      await messageOf(driver.up(remote(await bench.sshd(), inputs))),
      /^could not set environment variable "COLOUR": ssh: setenv failed/,
    );
  }),
  row("environment is set where the server accepts it", async (bench) => {
    const driver = await bench.driver("command");
    const inputs = { create: 'echo "$COLOUR|$SHAPE"', environment: { COLOUR: "a b", SHAPE: "'" } };
    await driver.up(remote(await bench.sshd("all variables"), inputs));
    assert.equal(driver.state("command")?.["stdout"], "a b|'");
  }),
  row("refused variables of previous outputs are only a warning", async (bench) => {
    const driver = await bench.driver("command");
    const inputs = { create: "echo a", update: 'echo "<$PULUMI_COMMAND_STDOUT>"' };
    for (const [kind, expected] of [
      ["no variables", "<>"],
      ["all variables", "<a>"],
    ] as const) {
      const sshd = await bench.sshd(kind);
      await driver.up(remote(sshd, inputs, kind));
      await driver.up(remote(sshd, { ...inputs, stdin: "changed" }, kind));
      assert.equal(driver.state(kind)?.["stdout"], expected);
    }
    const warnings = driver.wire.logged.filter((line) => line.startsWith("Unable to set"));
    assert.equal(warnings.length, 1);
  }),
  row("cancelling ends a dial, not a remote command that hangs", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    const connection = { host: "127.0.0.1", port: await freePort(), dialErrorLimit: -1 };
    const dialling = messageOf(driver.up(remote(sshd, { create: "true", connection }, "dialling")));
    const log = bench.path("log");
    const create = `echo started > ${log}; sleep 2; echo done`;
    const hanging = driver.up(remote(sshd, { create }, "hanging"));
    await until(() => readFileSync(log, "utf8") === "started\n");
    await driver.cancel();
    const start = Date.now();
    assert.match(await dialling, /context canceled/);
    assert.ok(Date.now() - start < 1000, "the dial went on");
    await hanging;
    assert.equal(driver.state("hanging")?.["stdout"], "done");
  }),
  row("cancelling kills a local command", async (bench) => {
    const driver = await bench.driver("command");
    const log = bench.path("log");
    const create = `echo started > ${log}; exec sleep 20`;
    const running = messageOf(driver.up(local({ create })));
    await until(() => readFileSync(log, "utf8") === "started\n");
    await driver.cancel();
    assert.equal(await running, `signal: killed: running "${create}":\n`);
  }),
  row("the time-out of a resource ends a dial", async (bench) => {
    const driver = await bench.driver("command");
    const connection = { host: "127.0.0.1", port: await freePort(), dialErrorLimit: -1 };
    const inputs = { create: "true", connection };
    const start = Date.now();
    const resource = { type: "command:remote:Command", name: "c", inputs, timeout: 1 };
    assert.match(await messageOf(driver.up(resource)), /context deadline exceeded/);
    assert.ok(Date.now() - start < 4000, "the dial went on");
  }),
];

/** A port that leads to another one. */
async function opened(port: number, to: number): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5000; waited += 20) {
    try {
      if (holds()) return;
    } catch {
      // not yet
    }
    await sleep(20);
  }
  throw new Error("it did not happen within five seconds");
}
