import { text } from "node:stream/consumers";
import { withSsh } from "./client";
import { execOn } from "./exec";
import { STEP_TARGET, type SshTarget } from "./target";

/**
 * Runs the command that its arguments are, with its own standard input, on a host behind a jump
 * host; passes on what it prints and how it ends. Where the host dies meanwhile, the keepalive of
 * our client ends this program within a minute.
 */
async function main(): Promise<void> {
  const target = JSON.parse(process.env[STEP_TARGET] ?? "null") as SshTarget;
  const command = process.argv.slice(2).join(" ");
  const stdin = await text(process.stdin);
  // The command has a limit of its own, and the engine ends this program after it.
  const timeoutMs = 24 * 3_600_000;
  const result = await withSsh(target, (connection) =>
    execOn({ connection, target, command, stdin, timeoutMs }),
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
