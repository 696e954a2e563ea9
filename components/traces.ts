import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/**
 * The SDK takes a stack trace for each promise that it makes, and shows it only where
 * PULUMI_DEBUG_PROMISE_LEAKS is set; with many resources that is half of the program's time. Traces
 * of errors stay as they are.
 */
export function takeNoTracesOfPromises(): void {
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] !== undefined) return;
  const sdk = debuggable as unknown as { debuggablePromise: Debuggable };
  const { debuggablePromise } = sdk;
  sdk.debuggablePromise = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

/** Internal to the SDK, so not among its declarations. */
type Debuggable = <T>(promise: Promise<T>, context?: unknown) => Promise<T>;
