import { type OperationResult, succeeded } from "../rehearsal/engine/pulumi";

/** @throws Error when the operation failed or did something. */
export function unchanged(result: OperationResult): OperationResult {
  const done = succeeded(result).steps.filter(({ op }) => op !== "same");
  if (done.length > 0) {
    const names = done.map(({ op, name }) => `${op} ${name}`);
    throw new Error(`the up was to change nothing, but it did: ${names.join(", ")}`);
  }
  return result;
}
