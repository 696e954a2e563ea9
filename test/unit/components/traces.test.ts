import assert from "node:assert/strict";
import { takeNoTracesOfPromises } from "../../../components/traces";

describe("traces of promises", () => {
  const leaks = "PULUMI_DEBUG_PROMISE_LEAKS";
  const before = { takes: Error.prepareStackTrace, leaks: process.env[leaks] };
  beforeEach(() => {
    delete process.env[leaks];
    Error.prepareStackTrace = (error) => `trace of ${error.message}`;
  });
  afterEach(() => {
    if (before.takes === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = before.takes;
    if (before.leaks !== undefined) process.env[leaks] = before.leaks;
  });

  const debuggablePromise = (): unknown => new Error("of a promise").stack;
  const anything = (): unknown => new Error("of a program").stack;

  it("are not taken, those of errors are", () => {
    takeNoTracesOfPromises();
    assert.deepEqual([debuggablePromise(), anything()], ["", "trace of of a program"]);
  });

  it("are taken where somebody looks for promises that are never kept", () => {
    process.env[leaks] = "1";
    takeNoTracesOfPromises();
    assert.equal(debuggablePromise(), "trace of of a promise");
  });

  it("stay as they are where nobody maps them", () => {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    takeNoTracesOfPromises();
    assert.equal(Error.prepareStackTrace, undefined);
  });
});
