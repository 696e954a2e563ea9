import * as pulumi from "@pulumi/pulumi";

/**
 * Ends the run with what AWS's answers say against the configuration, all of it at once.
 * @throws RunError, which is shown without a stack, where there is a fault.
 */
export function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const lines = faults.map((fault) => `\n  antares:${fault}`).join("");
  // On a line of its own: the SDK writes before it which input it was to become.
  throw new pulumi.RunError(`\nwhat AWS has does not fit what is configured:${lines}`);
}
