import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { parseInvocation } from "../../../cli/arguments";
import { backendFolder, ownerState, processStart, readLocks } from "../../../cli/lock";
import type { LockOwner } from "../../../cli/lock";
import { deploy } from "../../../cli/operations";
import { planPending } from "../../../cli/pending";
import { removeBrokenSidecars } from "../../../cli/sidecars";
import { parseState } from "../../../cli/state";
import { UserError } from "../../../cli/userError";
import { commandType, FakePulumi, stateJson, urnOf, verifiedType } from "./fakePulumi";

/** A number that was a process, and is none any more. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  assert(child.pid !== undefined);
  return child.pid;
}

const now = (): string => new Date().toISOString();
const up = parseInvocation(["up", "local", "--yes"]);

describe("lock of a killed run", () => {
  let fake: FakePulumi;
  beforeEach(() => (fake = new FakePulumi([{ on: "stack export", stdout: stateJson([]) }])));
  afterEach(() => fake.remove());

  const owner = (given: Partial<LockOwner>): LockOwner => ({
    pid: process.pid,
    host: hostname(),
    user: "operator",
    since: now(),
    ...given,
  });
  const refusal = async (lock: LockOwner): Promise<UserError> => {
    const error: unknown = await deploy(fake.session([lock]), up).catch((e: unknown) => e);
    assert(error instanceof UserError);
    return error;
  };

  it("is released, and said so, when its process has ended", async () => {
    const pid = await endedProcess();
    await deploy(fake.session([owner({ pid })]), up);
    assert.deepEqual(fake.commands(), [
      "cancel --yes --stack local --non-interactive",
      "stack export --stack local --non-interactive",
      "up --stack local --yes",
    ]);
    assert.deepEqual(fake.lines, [
      `stale lock: process ${pid} of operator has ended; its lock is released`,
    ]);
  });

  it("stops us while its process lives", async () => {
    const error = await refusal(owner({}));
    assert.match(
      error.message,
      new RegExp(`^stack local is in use by process ${process.pid} of operator on ${hostname()}, `),
    );
    assert.deepEqual(fake.commands(), []);
  });

  it("stops us when it is another host's", async () => {
    const error = await refusal(owner({ host: "elsewhere" }));
    assert.equal(error.next, "make sure that it has ended, then: pulumi cancel --stack local");
    assert.deepEqual(fake.commands(), []);
  });

  it("is seen as stale when its number went to a younger process", () => {
    assert.equal(ownerState(owner({ since: "2001-01-01T00:00:00.123456789Z" })), "ended");
    assert.equal(ownerState(owner({})), "alive");
    const started = processStart(process.pid) ?? 0;
    assert(Math.abs(Date.now() - process.uptime() * 1000 - started) < 3000);
  });

  it("is found in the folder of a file backend", () => {
    const folder = mkdtempSync(join(tmpdir(), "locks-"));
    try {
      const place = { project: "antares", stack: "organization/antares/local" };
      assert.deepEqual(readLocks(folder, place), []);
      const locks = join(folder, ".pulumi/locks/organization/antares/local");
      mkdirSync(locks, { recursive: true });
      const lock = { pid: 7, username: "u", hostname: "h", timestamp: "2026-01-02T03:04:05Z" };
      writeFileSync(join(locks, "a.json"), JSON.stringify(lock));
      writeFileSync(join(locks, "a.json.attrs"), "{}");
      assert.deepEqual(readLocks(folder, place), [
        { pid: 7, user: "u", host: "h", since: "2026-01-02T03:04:05Z" },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has no folder in other backends", () => {
    assert.equal(backendFolder("s3://bucket", "/p"), undefined);
    assert.equal(backendFolder("file:///var/state?no_tmp_dir=true", "/p"), "/var/state");
    assert.equal(backendFolder("file://./state", "/p"), "/p/state");
    assert.equal(backendFolder("file://~", "/p"), homedir());
  });
});

describe("descriptions in a file backend that a kill has cut off", () => {
  it("are removed, and nothing else is", () => {
    const folder = mkdtempSync(join(tmpdir(), "backend-"));
    const stacks = join(folder, ".pulumi", "stacks", "antares");
    mkdirSync(stacks, { recursive: true });
    const files = {
      "local.json": "",
      "local.json.attrs": "",
      "local.json.bak.attrs": '{"user.cache_co',
      "other.json.attrs": "{}",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(stacks, name), text);
    assert.deepEqual([...removeBrokenSidecars(folder)].sort(), [
      "stacks/antares/local.json.attrs",
      "stacks/antares/local.json.bak.attrs",
    ]);
    assert.deepEqual(readdirSync(stacks).sort(), ["local.json", "other.json.attrs"]);
    assert.deepEqual(removeBrokenSidecars(folder), []);
    rmSync(folder, { recursive: true });
    assert.deepEqual(removeBrokenSidecars(folder), []);
  });
});

describe("unfinished operations of a killed run", () => {
  const ours = [
    { type: commandType, name: "bootstrap-antares", kind: "creating" },
    { type: verifiedType, name: "bootstrap-antares-state", kind: "updating" },
    { type: "postgresql:index/extension:Extension", name: "postgis", kind: "creating" },
  ];
  const cloud = { type: "aws:rds/instance:Instance", name: "database", kind: "creating" };
  let fake: FakePulumi;
  afterEach(() => fake.remove());

  it("are cleared when all of them can be repeated", async () => {
    const resources = [{ type: commandType, name: "bootstrap-share" }];
    fake = new FakePulumi([{ on: "stack export", stdout: stateJson(resources, ours) }]);
    await deploy(fake.session(), up);
    assert.deepEqual(fake.commands(), [
      "stack export --stack local --non-interactive",
      "stack import --stack local --non-interactive",
      "up --stack local --yes",
    ]);
    assert.deepEqual(JSON.parse(fake.calls()[1]?.stdin ?? ""), JSON.parse(stateJson(resources)));
    assert.deepEqual(fake.lines, [
      "cleared: bootstrap-antares was creating when a run was killed; it is done again",
      "cleared: bootstrap-antares-state was updating when a run was killed; it is done again",
      "cleared: postgis was creating when a run was killed; it is done again",
    ]);
  });

  it("are only reported while one of a cloud is among them", async () => {
    fake = new FakePulumi([{ on: "stack export", stdout: stateJson([], [...ours, cloud]) }]);
    await deploy(fake.session(), up);
    assert.deepEqual(fake.commands(), [
      "stack export --stack local --non-interactive",
      "up --stack local --yes",
    ]);
    assert.deepEqual(fake.lines, [
      "unfinished: aws:rds/instance:Instance was creating when a run was killed; " +
        `look for it in the cloud: ${urnOf(cloud.type, cloud.name)}`,
      "unfinished: decide about it with: pulumi refresh --stack local",
    ]);
  });

  it("leave the state alone in a preview", async () => {
    fake = new FakePulumi([{ on: "stack export", stdout: stateJson([], ours) }]);
    await deploy(fake.session(), parseInvocation(["preview", "local"]));
    assert(!fake.commands().some((command) => command.startsWith("stack import")));
  });

  it("do not take a PostgreSQL role for repeatable: it is a plain CREATE", () => {
    fake = new FakePulumi();
    const role = { type: "postgresql:index/role:Role", name: "r", kind: "creating" };
    const { clear, report } = planPending(parseState(stateJson([], [role])).pending);
    assert.deepEqual([clear.length, report.length], [0, 1]);
  });

  it("stop us when they cannot be cleared", async () => {
    fake = new FakePulumi([
      { on: "stack export", stdout: stateJson([], ours) },
      { on: "stack import", code: 255, stderr: "error: no access\n" },
    ]);
    await assert.rejects(deploy(fake.session(), up), /killed run: error: no access/);
    assert(!fake.commands().some((command) => command.startsWith("up")));
  });
});
