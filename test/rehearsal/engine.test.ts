import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { ensureEngine, type Engine } from "../../rehearsal/engine/engine";
import { changedCount, type ResourceStep } from "../../rehearsal/engine/events";
import { exportLines, preparePlaces } from "../../rehearsal/engine/main";
import { PulumiCli, succeeded } from "../../rehearsal/engine/pulumi";
import type { Started, Starter } from "../../rehearsal/engine/start";
import { rehearsalPlaces } from "../../rehearsal/engine/cache";
import * as trivial from "../unit/engine/trivialFolder";

const secret = "s3cret with 'quotes' and\na second line\n";

describe("the engine, end to end", function () {
  this.timeout(120_000);
  let engine: Engine;
  let folder: string;
  const argumentLists: string[][] = [];

  function cliFor(stack: string, own: { run?: Starter; configFile?: string }): PulumiCli {
    return new PulumiCli({
      ...own,
      engine,
      home: join(folder, "home"),
      backend: `file://${join(folder, "state")}`,
      passphrase: "trivial",
      cwd: join(folder, "program"),
      stack,
    });
  }

  before(async function () {
    this.timeout(3_600_000);
    const log = (line: string): void => void process.stderr.write(`      ${line}\n`);
    engine = await ensureEngine({ log });
    folder = trivial.makeTrivialFolder();
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function init(stack: string, settings: Readonly<Record<string, string>>) {
    const run: Starter = (start) => {
      argumentLists.push([...start.args]);
      return trivial.startChild(start);
    };
    const cli = cliFor(stack, { run });
    succeeded(await cli.stackInit());
    for (const [key, value] of Object.entries(settings)) {
      succeeded(await cli.configSet({ key, value }));
    }
    return cli;
  }

  describe("a stack from nothing to nothing", () => {
    let cli: PulumiCli;

    it("is made, and takes plain and secret configuration", async () => {
      cli = await init("life", { "trivial:mode": "resource", "trivial:value": "one" });
      succeeded(await cli.configSet({ key: "trivial:settings.depth", value: "7", path: true }));
      succeeded(await cli.configSet({ key: "trivial:password", value: secret, secret: true }));
      const file = readFileSync(join(folder, "program", "Pulumi.life.yaml"), "utf8");
      assert.match(file, /trivial:password:\n\s+secure: v1:/);
      assert.match(file, /trivial:settings:\n\s+depth: "?7"?\n/);
      assert.ok(!file.includes("s3cret"));
    });

    it("previews what it would create", async () => {
      const result = succeeded(await cli.preview());
      assert.deepEqual(result.changes, { create: 3, update: 0, replace: 0, delete: 0, same: 0 });
      assert.deepEqual(result.steps, []);
    });

    it("creates it, timed, with the program's output and runtime options", async () => {
      const lines: string[] = [];
      const seen: ResourceStep[] = [];
      const result = succeeded(
        await cli.up({ onLine: (line) => lines.push(line), onStep: (step) => seen.push(step) }),
      );
      assert.deepEqual(result.changes, { create: 3, update: 0, replace: 0, delete: 0, same: 0 });
      const step = result.steps.find(({ name }) => name === "thing");
      assert.equal(step?.type, "pulumi-nodejs:dynamic:Resource");
      assert.equal(step?.op, "create");
      const seconds = ((step?.end ?? 0) - (step?.start ?? 0)) / 1000;
      assert.ok(seconds >= 1 && seconds < 20, `the create sleeps 1.2 s, measured ${seconds}`);
      const told = seen.filter(({ name }) => name === "thing").map(({ end }) => end !== undefined);
      assert.deepEqual(told, [false, true]);
      assert.ok(lines.some((line) => line.includes("a line from the program")));
    });

    it("answers typed outputs, secrets only when asked", async () => {
      const expected = { value: "one", depth: 7, traceLimit: 7, dry: false };
      assert.deepEqual(await cli.outputs(), { ...expected, password: "[secret]" });
      const shown = await cli.outputs({ showSecrets: true });
      assert.deepEqual(shown, { ...expected, password: secret });
    });

    it("changes nothing the second time", async () => {
      const preview = succeeded(await cli.preview({ expectNoChanges: true }));
      assert.deepEqual(preview.changes, { create: 0, update: 0, replace: 0, delete: 0, same: 3 });
      const up = succeeded(await cli.up({ args: ["--skip-preview"] }));
      assert.equal(changedCount(up.changes), 0);
    });

    it("refreshes by asking the dynamic provider", async () => {
      const result = succeeded(await cli.refresh());
      assert.deepEqual(result.changes, { create: 0, update: 0, replace: 0, delete: 0, same: 3 });
      assert.match(readFileSync(join(folder, "program", "reads"), "utf8"), /^one\n/);
    });

    it("counts an update and a replacement", async () => {
      succeeded(await cli.configSet({ key: "trivial:value", value: "two" }));
      assert.notEqual((await cli.preview({ expectNoChanges: true })).code, 0);
      const update = succeeded(await cli.up());
      assert.deepEqual(update.changes, { create: 0, update: 1, replace: 0, delete: 0, same: 2 });
      succeeded(await cli.configSet({ key: "trivial:value", value: "replace" }));
      const replace = succeeded(await cli.up());
      assert.deepEqual(replace.changes, { create: 0, update: 0, replace: 1, delete: 0, same: 2 });
    });

    it("reports a resource that fails, by URN", async () => {
      succeeded(await cli.configSet({ key: "trivial:value", value: "fail" }));
      const result = await cli.up();
      assert.notEqual(result.code, 0);
      const urn =
        "urn:pulumi:life::trivial::my:trivial:Group$pulumi-nodejs:dynamic:Resource::thing";
      assert.deepEqual(
        result.errors.filter((error) => error.urn === urn).map(({ message }) => message),
        ["updating failed on purpose"],
      );
      assert.deepEqual(
        result.steps.filter(({ failed }) => failed).map((step) => [step.name, step.op]),
        [["thing", "update"]],
      );
      assert.throws(() => succeeded(result), /updating failed on purpose/);
    });

    it("keeps the secret out of arguments and state", async () => {
      const state = await cli.exportStack();
      assert.ok(state.includes('"thing"') || state.includes("::thing"));
      assert.ok(!state.includes("s3cret"));
      assert.ok(!JSON.stringify(argumentLists).includes("s3cret"));
    });

    it("is destroyed and removed", async () => {
      const result = succeeded(await cli.destroy());
      assert.deepEqual(result.changes, { create: 0, update: 0, replace: 0, delete: 3, same: 0 });
      succeeded(await cli.stackRemove());
    });
  });

  describe("programs that go wrong", () => {
    it("a RunError is told once, without a stack trace", async () => {
      const result = await (await init("bail", { "trivial:mode": "bail" })).up();
      assert.notEqual(result.code, 0);
      assert.match(result.stdout, /refused on purpose/);
      assert.doesNotMatch(result.stdout + result.stderr, /exited with code|at Object\.<anonymous>/);
    });

    it("another exit code is named", async () => {
      const result = await (await init("exit", { "trivial:mode": "exit" })).up();
      assert.notEqual(result.code, 0);
      assert.match(result.stdout + result.stderr, /exited with (non-zero exit )?code:? 3/);
    });

    it("one that never ends is interrupted at the limit and leaves no process", async () => {
      const result = await (
        await init("hang", { "trivial:mode": "hang" })
      ).up({ args: ["--skip-preview"], limitSeconds: 6, graceSeconds: 20 });
      assert.equal(result.ended, "limit");
      assert.notEqual(result.code, 0);
      assert.ok(result.seconds < 20, `took ${result.seconds} s`);
      await trivial.assertGone(trivial.pidIn(folder, "program.pid"));
    });

    it("an abort interrupts a running step, and the next run goes on", async () => {
      const cli = await init("abort", { "trivial:mode": "resource", "trivial:value": "slow" });
      const abort = new AbortController();
      const onStep = (step: ResourceStep): void => {
        if (step.name === "thing") abort.abort();
      };
      const result = await cli.up({ args: ["--skip-preview"], onStep, signal: abort.signal });
      assert.equal(result.ended, "aborted");
      assert.notEqual(result.code, 0);
      succeeded(await cli.configSet({ key: "trivial:value", value: "one" }));
      succeeded(await cli.up());
      succeeded(await cli.destroy());
    });
  });

  it("nothing outlives an engine that is killed; cancel lets the next run in", async () => {
    const provider = join(folder, "program", "provider.pid");
    rmSync(provider, { force: true });
    const cli = await init("kill", { "trivial:mode": "resource", "trivial:value": "slow" });
    let started: Started | undefined;
    const killed = cliFor("kill", { run: (start) => (started = trivial.startChild(start)) });
    // The engine tells of a step before it asks the provider for it.
    const onStep = (step: ResourceStep): void => {
      if (step.name !== "thing" || step.end !== undefined) return;
      void trivial.appears(provider).then(() => started?.send("SIGKILL"));
    };
    const result = await killed.up({ args: ["--skip-preview"], onStep });
    assert.equal(result.code, null);
    await trivial.assertGone(trivial.pidIn(folder, "program.pid"));
    // The vendor's own launcher of dynamic providers makes no such promise.
    if (engine.origin === "built") await trivial.assertGone(trivial.pidIn(folder, "provider.pid"));
    await trivial.assertGone(trivial.pidIn(folder, "host.pid"));
    const locked = await cli.up();
    assert.notEqual(locked.code, 0);
    assert.match(locked.stderr + locked.stdout, /currently locked by 1 lock/);
    succeeded(await cli.cancel());
    succeeded(await cli.configSet({ key: "trivial:value", value: "one" }));
    assert.equal(succeeded(await cli.up()).changes.create, 1);
    succeeded(await cli.destroy());
  });

  it("a stack file elsewhere leaves the project's folder as it is", async () => {
    const file = join(folder, "elsewhere.yaml");
    const cli = cliFor("elsewhere", { configFile: file });
    const before = trivial.programFiles(folder);
    succeeded(await cli.stackInit());
    succeeded(await cli.configSet({ key: "trivial:mode", value: "plain" }));
    succeeded(await cli.configSet({ key: "trivial:value", value: "other" }));
    succeeded(await cli.configSet({ key: "trivial:password", value: secret, secret: true }));
    succeeded(await cli.up({ args: ["--skip-preview"] }));
    assert.equal((await cli.outputs({ showSecrets: true }))["password"], secret);
    assert.deepEqual(succeeded(await cli.destroy()).changes.delete, 1);
    succeeded(await cli.stackRemove());
    assert.deepEqual(trivial.programFiles(folder), before);
    assert.match(readFileSync(file, "utf8"), /trivial:value: other\n/);
  });

  it("a shell uses it after evaluating the printed lines", () => {
    const places = rehearsalPlaces(join(folder, "cache"));
    preparePlaces(places);
    const lines = exportLines(engine, places).join("\n");
    const script = `${lines}\ncommand -v pulumi; pulumi version; pulumi whoami --verbose`;
    const text = execFileSync("sh", ["-c", script], { encoding: "utf8", cwd: folder });
    assert.ok(text.startsWith(`${engine.cli}\nv${engine.version}\n`), text);
    assert.ok(text.includes(places.backend), text);
  });
});
