import { text } from "node:stream/consumers";
import { withSsh } from "./client";
import { execOn } from "./exec";
import type { SshTarget } from "./target";

/** What this program is told on standard input, as JSON. */
export interface StepCall {
  readonly target: SshTarget;
  readonly command: string;
  /** Standard input of the command. */
  readonly script: string;
}

/**
 * Runs one command on a host behind a jump host and passes on what it prints and how it ends. Where
 * the host dies meanwhile, the keepalive of our client ends this program within a minute.
 */
async function main(): Promise<void> {
  const { target, ...call } = JSON.parse(await text(process.stdin)) as StepCall;
  const result = await withSsh(target, (connection) =>
    execOn({
      ...{ connection, target, command: call.command, stdin: call.script },
      // The command has a limit of its own, and the engine ends this program after it.
      timeoutMs: 24 * 3_600_000,
    }),
  );
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  if (result.code === undefined) process.stderr.write("the command was ended by a signal\n");
  process.exitCode = result.code ?? 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // What OpenSSH's client answers where it is the connection that failed.
  process.exitCode = 255;
});
