import assert from "node:assert/strict";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { takeNoTracesOfPromises } from "../../../components/traces";

describe("traces of promises", () => {
  const leaks = "PULUMI_DEBUG_PROMISE_LEAKS";
  const sdk = debuggable as unknown as {
    debuggablePromise: (promise: Promise<unknown>) => Promise<unknown>;
  };
  const before = { ...sdk, leaks: process.env[leaks], limit: Error.stackTraceLimit };
  beforeEach(() => {
    delete process.env[leaks];
    Error.stackTraceLimit = 7;
  });
  afterEach(() => {
    sdk.debuggablePromise = before.debuggablePromise;
    Error.stackTraceLimit = before.limit;
    if (before.leaks !== undefined) process.env[leaks] = before.leaks;
  });

  /** What the SDK keeps of where a promise was made. */
  async function traceOfPromise(): Promise<string> {
    const promise = Promise.resolve("kept") as Promise<string> & { _debugStackTrace: string };
    assert.equal(await sdk.debuggablePromise(promise), "kept");
    return promise._debugStackTrace;
  }

  it("are taken by the SDK that is pinned", async () => {
    assert.match(await traceOfPromise(), /^Error\n +at .*debuggablePromise/);
  });

  it("are not taken, those of errors are", async () => {
    takeNoTracesOfPromises();
    assert.equal(await traceOfPromise(), "Error");
    assert.equal(Error.stackTraceLimit, 7);
    assert.match(new Error("of the program").stack ?? "", /^Error: of the program\n +at /);
  });

  it("are taken where somebody looks for promises that are never kept", async () => {
    process.env[leaks] = "1";
    takeNoTracesOfPromises();
    assert.match(await traceOfPromise(), /^Error\n +at .*debuggablePromise/);
  });
});
