import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { goQuote } from "../../rehearsal/plugins/command/output";
import { PostgresServer } from "../../rehearsal/plugins/postgresql/server";
import { checkSettings, readSettings } from "../../rehearsal/plugins/postgresql/settings";
import { pluginVersion } from "../../rehearsal/plugins/versions";
import { descendants, endProcesses, isAlive } from "../fixtures/processes";
import { Bench, local, messageOf } from "./bench";

describe("stand-ins alone", function () {
  this.timeout(60_000);
  let bench: Bench;
  before(async () => {
    const opened = await Bench.open("stand-in", "command");
    assert.ok(opened);
    bench = opened;
  });
  afterEach(() => bench.endRow());
  after(() => bench.close());

  it("say once to the engine that they are stand-ins", async () => {
    for (const plugin of ["command", "postgresql"] as const) {
      const driver = await bench.driver(plugin);
      await driver.check(local({ create: "true" })).catch(() => undefined);
      assert.deepEqual(driver.wire.logged, [
        `${plugin} ${pluginVersion(plugin)}: a stand-in of the rehearsal, not the plugin`,
      ]);
    }
  });

  it("stop where the plugin would hang: a logged line of more than 64 kB", async () => {
    const driver = await bench.driver("command");
    const create = "head -c 70000 /dev/zero | tr '\\0' x";
    const said = await messageOf(driver.up(local({ create })));
    assert.match(said, /longer than 65536 bytes.*would hang here for ever; set logging to "none"/);
    assert.equal(driver.state("command"), undefined);
  });

  it("refuse what they do not serve, by name", async () => {
    const driver = await bench.driver("command");
    const { failures } = await driver.check(local({ create: "true", assetPaths: ["*"] }));
    const reason = "the stand-in does not serve assets";
    assert.deepEqual(failures, [{ property: "assetPaths", reason }]);
    const copy = { type: "command:remote:CopyToRemote", name: "c", inputs: {} };
    assert.equal(
      await messageOf(driver.up(copy)),
      "the stand-in for command has no resource type command:remote:CopyToRemote",
    );
  });

  it("refuse an unknown key of a connection without telling its value", async () => {
    const driver = await bench.driver("command");
    const connection = { host: "h", privateKeyy: "very secret" };
    const inputs = { connection, create: "true" };
    const { failures } = await driver.check({ type: "command:remote:Command", name: "c", inputs });
    assert.deepEqual(failures, [
      { property: "connection.privateKeyy", reason: "unknown property" },
    ]);
  });

  it("end when the engine that started them was killed", async () => {
    const executable = bench.executable("command");
    // A shell in the engine's place; the second word keeps it from becoming the plugin itself.
    const engine = spawn("sh", ["-c", `'${executable}' 127.0.0.1:1; true`], { stdio: "pipe" });
    await new Promise((resolve) => engine.stdout.once("data", resolve));
    const [plugin] = descendants(engine.pid ?? 0);
    assert.ok(plugin !== undefined && isAlive(plugin));
    engine.kill("SIGKILL");
    for (let waited = 0; waited < 5000 && isAlive(plugin); waited += 50) await sleep(50);
    const survived = isAlive(plugin);
    await endProcesses([plugin]);
    assert.equal(survived, false);
  });

  it("check the configuration of postgresql by key", () => {
    const config = { port: "5432x", superuser: "maybe", sslmod: "disable", host: "h" };
    assert.deepEqual(checkSettings(config), [
      { property: "port", reason: "expected a whole number" },
      { property: "superuser", reason: "expected true or false" },
      { property: "sslmod", reason: "unknown property" },
    ]);
  });

  it("give up a server that resets a connection which was cancelled before it stood", async () => {
    const cancelled = new AbortController();
    const silent = createServer((socket) => {
      cancelled.abort(new Error("cancelled"));
      setTimeout(() => socket.resetAndDestroy(), 100);
    });
    await once(silent.listen(0, "127.0.0.1"), "listening");
    try {
      const { port } = silent.address() as AddressInfo;
      const settings = { host: "127.0.0.1", port: String(port), sslmode: "disable" };
      const context = { name: "e", signal: cancelled.signal, log: () => undefined };
      const work = new PostgresServer(readSettings(settings)).transaction({
        ...{ database: "d", context },
        work: () => Promise.resolve(),
      });
      await assert.rejects(work, { message: "cancelled" });
    } finally {
      silent.close();
    }
  });

  it("refuse sslmode prefer, which the plugin's driver does not know", async () => {
    const config = { host: "127.0.0.1", port: "1", sslmode: "prefer" };
    const driver = await bench.driver("postgresql", { config });
    const inputs = { name: "hstore" };
    const type = "postgresql:index/extension:Extension";
    assert.match(
      await messageOf(driver.up({ type, name: "e", inputs })),
      /^pq: unsupported sslmode "prefer"/,
    );
  });

  it("quote as Go does", () => {
    assert.equal(
      goQuote('a"b\\c\n\t\x00\x7f é\u2028😀'),
      '"a\\"b\\\\c\\n\\t\\x00\\x7f é\\u2028😀"',
    );
  });
});
