import assert from "node:assert/strict";
import { UserError } from "../../../cli/userError";

/** What an operation that fails says, and the next command that it names. */
export async function failureOf(action: Promise<unknown>): Promise<[string, string]> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert(error instanceof UserError);
  return [error.message, error.next];
}
