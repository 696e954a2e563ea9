import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { takeNoTraces, type Tracing } from "../../../components/traces";

describe("traces of the SDK", () => {
  const leaks = "PULUMI_DEBUG_PROMISE_LEAKS";
  const before = { leaks: process.env[leaks], limit: Error.stackTraceLimit };
  let sdk: Tracing;
  beforeEach(() => {
    sdk = { promises: untouched("runtime/debuggable"), resources: untouched("resource").Resource };
    delete process.env[leaks];
    Error.stackTraceLimit = 7;
  });
  afterEach(() => {
    Error.stackTraceLimit = before.limit;
    if (before.leaks !== undefined) process.env[leaks] = before.leaks;
  });

  /** What the SDK keeps of where a promise was made. */
  async function traceOfPromise(): Promise<string> {
    const promise = Promise.resolve("kept") as Promise<string> & { _debugStackTrace: string };
    assert.equal(await sdk.promises.debuggablePromise(promise), "kept");
    return promise._debugStackTrace;
  }

  async function areTaken(): Promise<void> {
    assert.match(await traceOfPromise(), /^Error\n +at .*debuggablePromise/);
    assert.ok(sdk.resources.stackTrace(0).length > 0);
  }

  it("are taken of promises and resources by the version that is pinned", areTaken);

  it("are not taken, those of errors are", async () => {
    takeNoTraces(sdk);
    assert.equal(await traceOfPromise(), "Error");
    assert.deepEqual(sdk.resources.stackTrace(0), []);
    assert.equal(Error.stackTraceLimit, 7);
    assert.match(new Error("of the program").stack ?? "", /^Error: of the program\n +at /);
  });

  it("are not taken by a program that is loaded twice", async () => {
    takeNoTraces(sdk);
    const { debuggablePromise } = sdk.promises;
    takeNoTraces(sdk);
    assert.equal(sdk.promises.debuggablePromise, debuggablePromise);
    assert.equal(await traceOfPromise(), "Error");
  });

  it("are taken where somebody looks for promises that are never kept", async () => {
    process.env[leaks] = "1";
    takeNoTraces(sdk);
    await areTaken();
  });
});

interface Modules {
  readonly "runtime/debuggable": Tracing["promises"];
  readonly resource: { readonly Resource: Tracing["resources"] };
}

/** A module of the SDK of its own, whatever a test before has done to the loaded one. */
function untouched<Name extends keyof Modules>(name: Name): Modules[Name] {
  const load = createRequire(__filename);
  const file = load.resolve(`@pulumi/pulumi/${name}`);
  const { [file]: loaded } = load.cache;
  Reflect.deleteProperty(load.cache, file);
  try {
    return load(file) as Modules[Name];
  } finally {
    load.cache[file] = loaded;
  }
}
