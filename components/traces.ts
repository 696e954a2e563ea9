import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/** Two functions of the SDK that take traces. */
export interface Tracing {
  readonly promises: { debuggablePromise: <T>(made: Promise<T>, context?: unknown) => Promise<T> };
  readonly resources: { stackTrace: (skip: number) => readonly unknown[] };
}

/**
 * The SDK takes a stack trace of each promise that it makes, shown only where
 * PULUMI_DEBUG_PROMISE_LEAKS is set, and of each resource, through source maps, which goes into the
 * state. With many resources they are a tenth of the program's CPU time, and a fifteenth of a node's
 * state. Traces of errors stay as they are.
 */
export function takeNoTraces({ promises, resources }: Tracing = loadedSdk()): void {
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] !== undefined) return;
  const { debuggablePromise } = promises;
  function withoutTrace<T>(made: Promise<T>, context?: unknown): Promise<T> {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(made, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
  // A process may load the program more than once, as tests do.
  if (debuggablePromise.name !== withoutTrace.name) promises.debuggablePromise = withoutTrace;
  resources.stackTrace = () => [];
}

/** Both are internal to the SDK, and so not among its declarations: a test holds that they are there. */
function loadedSdk(): Tracing {
  const sdk: unknown = { promises: debuggable, resources: pulumi.Resource };
  return sdk as Tracing;
}
