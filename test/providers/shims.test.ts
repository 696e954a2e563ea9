import assert from "node:assert/strict";
import { unknownValue } from "../../providers/lifecycle/unknown";
import { DatabaseState } from "../../providers/resources/databaseState";
import { GeneratedSecret } from "../../providers/resources/generatedSecret";
import { HostReady } from "../../providers/resources/hostReady";
import { FakeRds } from "../unit/providers/fakeRds";
import { registered } from "../unit/providers/registered";
import { HostProcess } from "./hostProcess";

describe("shims in the SDK's host process", function () {
  this.timeout(60_000);
  let host: HostProcess;
  before(async () => {
    host = await HostProcess.start();
  });
  after(() => host.stop());

  it("GeneratedSecret: create, read, diff, update, delete", async () => {
    const { inputs } = await registered(() => new GeneratedSecret("s", { length: 40 }));
    const { id, outs } = await host.create(inputs);
    assert.equal(id, "generated");
    assert.deepEqual(Object.keys(outs).sort(), ["__provider", "length", "value"]);
    assert.match(String(outs["value"]), /^[A-Za-z0-9]{40}$/);
    assert.deepEqual(await host.read(id, outs), { id, props: outs });
    assert.deepEqual(await host.diff(outs, inputs), { changes: false, replaces: [] });
    const rotated = await host.diff(outs, { ...inputs, rotation: "b" });
    assert.deepEqual(rotated, { changes: true, replaces: ["rotation"] });
    const updated = await host.update(outs, { ...inputs, length: 20 });
    assert.deepEqual(updated, { ...outs, length: 20 });
    await host.delete(outs);
  });

  it("check: faults of known inputs, none while something is unknown", async () => {
    const { inputs } = await registered(() => new GeneratedSecret("s", { length: 3 }));
    assert.deepEqual((await host.check({}, inputs)).failures, [
      "length: must be a whole number from 16 to 128",
    ]);
    const news = { ...inputs, length: unknownValue };
    assert.deepEqual(await host.check({}, news), { inputs: news, failures: [] });
  });

  it("a small change of code does not change the result of diff", async () => {
    const { inputs } = await registered(() => new GeneratedSecret("s", { length: 40 }));
    const { outs } = await host.create(inputs);
    const news = { ...inputs, __provider: `${String(inputs["__provider"])}\n// other` };
    assert.deepEqual(await host.diff(outs, news), { changes: false, replaces: [] });
  });

  it("HostReady on this machine: full outputs, same identity on read", async () => {
    const needs = { service: { user: "antares-test", uid: 61_234 }, space: [] };
    const { inputs } = await registered(() => new HostReady("h", { name: "here", needs }));
    const { id, outs } = await host.create(inputs);
    assert.equal(id, "here");
    assert.deepEqual(Object.keys(outs).sort(), [
      ...["__provider", "distribution", "fqdn", "hostKey", "identity", "name", "needs", "python"],
      ...["state", "warnings"],
    ]);
    assert.match(String(outs["identity"]), /^[0-9a-f]{32}$/);
    assert.equal(outs["hostKey"], "");
    assert.equal(outs["state"], "ready");
    assert.deepEqual(await host.read(id, outs), { id, props: outs });
    assert.deepEqual(await host.diff(outs, inputs), { changes: false, replaces: [] });
  });

  it("DatabaseState: by AWS's client, which the process finds and which says nothing itself", async () => {
    const rds = await FakeRds.start(["available", "stopped"]);
    const keys = { AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: "secret" };
    const own = await HostProcess.start({ ...keys, AWS_ENDPOINT_URL_RDS: rds.endpoint });
    try {
      const args = { identifier: "db-1", region: "eu-west-1", state: "available" } as const;
      const { inputs } = await registered(() => new DatabaseState("d", args));
      const { id, outs } = await own.create(inputs);
      assert.equal(id, "db-1");
      assert.deepEqual(outs, { ...inputs, found: "available" });
      assert.deepEqual(await own.diff(outs, inputs), { changes: false, replaces: [] });
      const { props } = await own.read(id, outs);
      assert.deepEqual(props, { ...inputs, found: "stopped" });
      assert.deepEqual(await own.diff(props, inputs), { changes: true, replaces: [] });
      assert.deepEqual(own.printed, [
        "drift: state of the database server: db-1 is stopped; the next up starts it",
      ]);
      assert.deepEqual(own.complained, []);
      assert.deepEqual(rds.signed, ["AKIDTEST eu-west-1", "AKIDTEST eu-west-1"]);
    } finally {
      await own.stop();
      await rds.stop();
    }
  });
});
