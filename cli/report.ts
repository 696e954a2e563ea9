import { UserError } from "./userError";

/** Runs a command line to its exit code; what went wrong is said in two lines, without a trace. */
export async function runToExit(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof UserError)) throw error;
    console.error(`error: ${error.message}`);
    console.error(`next: ${error.next}`);
  }
}
