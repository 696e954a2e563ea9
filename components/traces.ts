/**
 * The SDK takes a stack trace, through source maps, for each promise that it makes, and shows it only
 * where PULUMI_DEBUG_PROMISE_LEAKS is set; with many resources that is half of the program's time.
 * Traces of errors stay as they are.
 */
export function takeNoTracesOfPromises(): void {
  const takes = Error.prepareStackTrace;
  if (takes === undefined || process.env["PULUMI_DEBUG_PROMISE_LEAKS"] !== undefined) return;
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise" ? "" : takes(error, frames);
}
