import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { withDeadline } from "../../../providers/lifecycle/deadline";
import { presentable } from "../../../providers/lifecycle/failure";
import { lifecycle } from "../../../providers/lifecycle/lifecycle";
import { containsUnknown, unknownValue } from "../../../providers/lifecycle/unknown";

interface Inputs {
  readonly server: { readonly host: string; readonly password: string };
  readonly size: number;
  readonly note?: string;
}

interface Outputs extends Inputs {
  readonly state: string;
}

const inputs: Inputs = { server: { host: "db", password: "s3cret-words" }, size: 1 };

function kind(create: (given: Inputs) => Promise<Outputs>, limitMs = 1000) {
  return lifecycle<Inputs, Outputs>({
    what: "thing",
    inputs: ["server", "size"],
    replaceOn: [{ input: "server", identity: ({ server }) => server.host }],
    limitMs: () => limitMs,
    faults: ({ size }) => (size > 0 ? [] : [{ property: "size", reason: "must be positive" }]),
    drift: ({ state }) => (state === "ready" ? undefined : state),
    create: async (given) => ({ id: "1", outs: await create(given) }),
    update: (_olds, news) => create(news),
    read: () => Promise.resolve(undefined),
  });
}

const thing = kind((given) => Promise.resolve({ ...given, state: "ready" }));
const made: Outputs = { ...inputs, state: "ready" };

describe("lifecycle", () => {
  it("knows the SDK's own mark of an unknown value", () => {
    assert.equal(unknownValue, runtime.unknownValue);
    assert.equal(containsUnknown({ a: [{ b: unknownValue }] }), true);
    assert.equal(containsUnknown({ a: [{ b: "other" }, null] }), false);
  });

  it("checks known inputs, and lets unknown ones pass", async () => {
    assert.deepEqual((await thing.check(inputs, { ...inputs, size: 0 })).failures, [
      { property: "size", reason: "must be positive" },
    ]);
    const server = { host: unknownValue, password: "p" };
    const unknown = await thing.check(inputs, { size: 0, server });
    assert.deepEqual(unknown, { inputs: { size: 0, server }, failures: [] });
  });

  it("sees no difference in a same input, or in one that does not count", async () => {
    const none = { changes: false, replaces: [], deleteBeforeReplace: false };
    assert.deepEqual(await thing.diff("1", made, inputs), none);
    assert.deepEqual(await thing.diff("1", made, { ...inputs, note: "other" }), none);
  });

  it("updates for a changed part, replaces for another identity", async () => {
    const password = { ...inputs, server: { host: "db", password: "other" } };
    assert.deepEqual((await thing.diff("1", made, password)).replaces, []);
    assert.equal((await thing.diff("1", made, password)).changes, true);
    const host = { ...inputs, server: { host: "db2", password: "s3cret-words" } };
    assert.deepEqual((await thing.diff("1", made, host)).replaces, ["server"]);
    assert.equal((await thing.diff("1", { ...made, state: "gone" }, inputs)).changes, true);
  });

  it("does not announce a replacement for what is not known yet", async () => {
    const news = { ...inputs, server: { host: unknownValue, password: "x" } };
    const found = await thing.diff("1", made, news);
    assert.deepEqual(found, { changes: true, replaces: [], deleteBeforeReplace: false });
  });

  it("returns outputs without what the wire refuses, and without the serialized provider", async () => {
    const given = { ...inputs, note: undefined, __provider: "code" };
    const { outs } = await thing.create(given);
    assert.deepEqual(Object.keys(outs).sort(), ["server", "size", "state"]);
  });

  it("says that something is gone by an empty answer", async () => {
    assert.deepEqual(await thing.read("1", made), {});
  });

  it("takes secrets out of errors and turns anything thrown into an Error", async () => {
    const failing = kind(() => Promise.reject(new Error("login s3cret-words failed at db")));
    await assert.rejects(failing.create(inputs), { message: "login [secret] failed at db" });
    // A rejection that is no Error is what this is about.
    const text = kind(() => Promise.reject("only s3cret-words"));
    await assert.rejects(text.create(inputs), { message: "only [secret]" });
  });

  it("takes secrets of the old state out of an update's errors", async () => {
    const failing = kind(() => Promise.reject(new Error("old-secret new-secret")));
    const olds = { ...made, server: { host: "db", password: "old-secret" } };
    const news = { ...inputs, server: { host: "db", password: "new-secret" } };
    await assert.rejects(failing.update("1", olds, news), { message: "[secret] [secret]" });
  });

  it("shows a stack only for mistakes in the program", () => {
    assert.equal(presentable(new Error("refused"), []).stack, "");
    assert.match(presentable(new TypeError("x is undefined"), []).stack ?? "", /lifecycle\.test/);
  });

  it("hides each line of a key, not only the whole", () => {
    const privateKey = "-----BEGIN KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END KEY-----\n";
    const error = presentable(new Error("bad line AAAAAAAAAAAAAAAAAAAAAAAAAAAA"), [
      { ssh: { privateKey } },
    ]);
    assert.equal(error.message, "bad line [secret]");
  });

  it("gives up after its limit", async () => {
    const hanging = kind(() => new Promise<Outputs>(() => undefined), 30);
    await assert.rejects(hanging.create(inputs), { message: "thing: not done within 0 s" });
    assert.equal(await withDeadline({ what: "x", limitMs: 1000 }, () => Promise.resolve(7)), 7);
  });

  it("deletes nothing", async () => {
    assert.equal(await thing.delete("1", made), undefined);
  });
});
