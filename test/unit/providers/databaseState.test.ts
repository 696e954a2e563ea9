import assert from "node:assert/strict";
// It makes a global of its own when it is loaded; before the tests run, that is no leak of one of them.
import "@aws-sdk/client-rds";
import { databaseStateIn } from "../../../providers/aws/databaseState";
import { unknownValue } from "../../../providers/lifecycle/unknown";
import { FakeRds, type Scripted } from "./fakeRds";

const SERVER = { identifier: "db-1", region: "eu-west-1" };
const running = { ...SERVER, state: "available" } as const;
const stopped = { ...SERVER, state: "stopped" } as const;
const LOOK = "DescribeDBInstances db-1";
const START = "StartDBInstance db-1";
const STOP = "StopDBInstance db-1";
const looks = (count: number): string[] => Array<string>(count).fill(LOOK);

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: "secret" };

describe("the state of a database server", () => {
  let rds: FakeRds | undefined;
  const servers: FakeRds[] = [];
  let slept: number[] = [];
  const before: NodeJS.ProcessEnv = {};

  beforeEach(() => {
    slept = [];
    Object.assign(before, process.env);
    // A profile that is nowhere: the keys count, as for Pulumi's plugin.
    Object.assign(process.env, KEYS, { AWS_PROFILE: "of-another-account" });
  });
  afterEach(async () => {
    for (const key of [...Object.keys(KEYS), "AWS_PROFILE"]) {
      if (before[key] === undefined) Reflect.deleteProperty(process.env, key);
      else process.env[key] = before[key];
    }
    for (const server of servers.splice(0)) await server.stop();
  });

  /** The lifecycle over a server that goes through these statuses; its time passes by sleeping. */
  async function over(...script: readonly Scripted[]) {
    rds = await FakeRds.start(script);
    servers.push(rds);
    let time = 0;
    const sleep = (ms: number): Promise<void> => {
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    };
    return databaseStateIn({ now: () => time, sleep, endpoint: rds.endpoint });
  }
  const asked = (): readonly string[] => rds?.asked ?? [];

  it("is asked for once where it is as wanted", async () => {
    const made = await (await over("available")).create(running);
    assert.deepEqual(made, { id: "db-1", outs: { ...running, found: "available" } });
    assert.deepEqual([asked(), slept, rds?.signed], [[LOOK], [], ["AKIDTEST eu-west-1"]]);
  });

  it("a server that AWS optimizes is one that runs", async () => {
    await (await over("storage-optimization")).create(running);
    assert.deepEqual([asked(), slept], [[LOOK], []]);
  });

  it("a stopped one is started, and waited for", async () => {
    const state = await over(
      "stopped",
      "stopped",
      "starting",
      "configuring-log-exports",
      "available",
    );
    // The second look comes before AWS itself knows of the start.
    const { outs } = await state.update("db-1", { ...stopped, found: "stopped" }, running);
    assert.deepEqual(outs, { ...running, found: "available" });
    assert.deepEqual(asked(), [LOOK, START, LOOK, START, LOOK, LOOK, LOOK]);
    assert.deepEqual(slept, [12_000, 12_000, 12_000, 12_000]);
  });

  it("a running one is stopped, and waited for", async () => {
    const state = await over("available", "stopping", "stopped");
    const { outs } = await state.update("db-1", { ...running, found: "available" }, stopped);
    assert.deepEqual(outs, { ...stopped, found: "stopped" });
    assert.deepEqual(asked(), [LOOK, STOP, LOOK, LOOK]);
  });

  it("a stopped one that is to be stopped is left alone", async () => {
    await (await over("stopped")).create(stopped);
    assert.deepEqual(asked(), [LOOK]);
  });

  for (const status of [
    ...["creating", "backing-up", "modifying", "starting", "stopping", "upgrading", "rebooting"],
    ...["maintenance", "configuring-enhanced-monitoring", "renaming", "of-tomorrow"],
  ]) {
    it(`${status} is waited for, and changed by nobody`, async () => {
      await (await over(status, status, "available")).create(running);
      assert.deepEqual([asked(), slept], [looks(3), [12_000, 12_000]]);
    });
  }

  it("stops after the backup that was in its way", async () => {
    await (await over("backing-up", "available", "stopping", "stopped")).create(stopped);
    assert.deepEqual(asked(), [LOOK, LOOK, STOP, LOOK, LOOK]);
  });

  it("looks again where AWS knows better", async () => {
    const refusal = "Instance db-1 is not in available state.";
    await (
      await over("available", { refusal }, "backing-up", "available", "stopped")
    ).create(stopped);
    assert.deepEqual(asked(), [LOOK, STOP, LOOK, LOOK, STOP, LOOK]);
  });

  it("tells what AWS refuses each time", async () => {
    const refusal = "db-1 has read replicas.";
    const state = await over(...Array.from({ length: 5 }, () => ["available", { refusal }]).flat());
    await assert.rejects(state.create(stopped), {
      message:
        "database server db-1 is in status available, and AWS refuses to change that: " + refusal,
    });
    assert.deepEqual(asked(), Array.from({ length: 5 }, () => [LOOK, STOP]).flat());
  });

  it("gives up after half an hour", async () => {
    const state = await over("upgrading");
    await assert.rejects(state.create(running), {
      message:
        "database server db-1 is in status upgrading after 30 minutes, and is to be available; " +
        "the next up goes on waiting",
    });
    assert.deepEqual(asked(), looks(151));
  }).timeout(20_000);

  const terminal: readonly (readonly [string, string])[] = [
    ["storage-full", "give it more space in the console of RDS, then up again"],
    ["insufficient-capacity", "AWS has no room for its class at the moment; up again later"],
    [
      "inaccessible-encryption-credentials-recoverable",
      "AWS cannot use its key; enable that in KMS, and start the server in the console of RDS",
    ],
    ["deleting", "somebody deletes it; when it is gone, npm run refresh, then up"],
    ...[
      "failed",
      "restore-error",
      "incompatible-network",
      "inaccessible-encryption-credentials",
    ].map(
      (status) =>
        [
          status,
          "its events in the console of RDS tell why; mend it there, then up again",
        ] as const,
    ),
  ];
  for (const [status, help] of terminal) {
    it(`${status} ends it at once`, async () => {
      await assert.rejects((await over(status)).create(running), {
        message: `database server db-1 is in status ${status}: ${help}`,
      });
      assert.deepEqual(asked(), [LOOK]);
    });
  }

  it("says of a server that is not there that it is not", async () => {
    await assert.rejects((await over("absent")).create(running), {
      message: "database server db-1 is not in eu-west-1: npm run refresh, then up",
    });
  });

  it("sees in a refresh whether it runs, and nothing in what passes", async () => {
    const outs = { ...running, found: "available" } as const;
    const sees = async (status: string) => {
      const state = await over(status);
      const { props } = await state.read("db-1", outs);
      if (props === undefined) return "gone";
      return [props.found, (await state.diff("db-1", props, running)).changes];
    };
    assert.deepEqual(await sees("available"), ["available", false]);
    assert.deepEqual(await sees("storage-optimization"), ["available", false]);
    assert.deepEqual(await sees("backing-up"), ["available", false]);
    assert.deepEqual(await sees("storage-full"), ["available", false]);
    assert.deepEqual(await sees("stopped"), ["stopped", true]);
    assert.equal(await sees("absent"), "gone");
  });

  it("says what the next up does about it", async () => {
    const lines: unknown[] = [];
    const original = console.log;
    console.log = (line: unknown) => lines.push(line);
    try {
      await (await over("stopped")).read("db-1", { ...running, found: "available" });
      await (await over("available")).read("db-1", { ...stopped, found: "stopped" });
    } finally {
      console.log = original;
    }
    assert.deepEqual(lines, [
      "drift: state of the database server: db-1 is stopped; the next up starts it",
      "drift: state of the database server: db-1 is available; the next up stops it",
    ]);
  });

  it("changes with what is wanted, and is another one for another server", async () => {
    const state = await over("available");
    const outs = { ...running, found: "available" } as const;
    const differs = async (news: typeof running | typeof stopped) => {
      const { changes, replaces } = await state.diff("db-1", outs, news);
      return [changes, replaces];
    };
    assert.deepEqual(await differs(running), [false, []]);
    assert.deepEqual(await differs(stopped), [true, []]);
    assert.deepEqual(await differs({ ...running, identifier: "db-2" }), [true, ["identifier"]]);
    assert.deepEqual(await differs({ ...running, identifier: unknownValue }), [true, []]);
    assert.deepEqual(asked(), []);
  });

  it("is left as it is when it is no longer held", async () => {
    await (await over("available")).delete("db-1", { ...running, found: "available" });
    assert.deepEqual(asked(), []);
  });
});
