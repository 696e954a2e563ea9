import * as pulumi from "@pulumi/pulumi";

/** The part of the SDK's log that sends what only `pulumi up --debug` shows. */
export interface DebugLog {
  debug: (message: string) => Promise<void>;
}

/** Sets the option `--debug` of Pulumi's command line, and is seen by the program as well. */
const ASKED_FOR = "PULUMI_OPTION_DEBUG";

/**
 * Of each resource the SDK sends three messages to the engine, each after the answer to the one
 * before. Without `--debug` nobody sees them, and with 50 nodes they were a third of the program's
 * time. A program is not told of that option, so the variable that sets it decides.
 */
export function sendNoDebugMessages(log: DebugLog = loadedLog()): void {
  if (process.env[ASKED_FOR] === "true") return;
  log.debug = () => Promise.resolve();
}

/** Declared as constant exports, which they are not: a test holds that the SDK uses what is set here. */
function loadedLog(): DebugLog {
  return pulumi.log;
}
