import type { ClientChannel } from "ssh2";
import { withSsh, type SshConnection } from "./client";
import { SshUnreachable } from "./errors";
import type { SshTarget } from "./target";

/** How a command ended. `code` is absent where a signal ended it. */
export interface ExecResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  readonly stdin?: string;
  /** Limit of the command, in milliseconds; the session is closed then. Two minutes by default. */
  readonly timeoutMs?: number;
}

/**
 * Opens a session, runs one command, closes the session.
 *
 * @throws what `connectSsh` throws, and SshUnreachable where the connection breaks or the command
 *   takes longer than its limit. A failing command is a result, not an error.
 */
export function execOverSsh(
  target: SshTarget,
  command: string,
  options: ExecOptions = {},
): Promise<ExecResult> {
  return withSsh(target, (connection) => execOn({ connection, target, command, ...options }));
}

export interface ExecOn extends ExecOptions {
  readonly connection: SshConnection;
  /** For messages. */
  readonly target: SshTarget;
  readonly command: string;
}

/** Like {@link execOverSsh}, on a session that is open already. */
export function execOn(call: ExecOn): Promise<ExecResult> {
  const { client } = call.connection;
  const limitMs = call.timeoutMs ?? 120_000;
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new SshUnreachable(call.target, reason));
    };
    const timer = setTimeout(() => {
      fail(`the command did not end within ${Math.round(limitMs / 1000)} s`);
      call.connection.close();
    }, limitMs);
    client.once("error", (error) => fail(error.message));
    client.once("close", () => fail("the connection broke while a command ran"));
    client.exec(call.command, (error, channel) => {
      if (error !== undefined) {
        fail(error.message);
        return;
      }
      collect(channel, (result) => {
        clearTimeout(timer);
        resolve(result);
      });
      channel.end(call.stdin ?? "");
    });
  });
}

function collect(channel: ClientChannel, done: (result: ExecResult) => void): void {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let code: number | undefined;
  channel.on("data", (chunk: Buffer) => stdout.push(chunk));
  channel.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  channel.on("exit", (status: number | null) => (code = status ?? undefined));
  channel.on("error", () => undefined); // writing to a command that has ended; its result counts
  channel.on("close", () => {
    done({
      code,
      stdout: Buffer.concat(stdout).toString("utf8"),
      stderr: Buffer.concat(stderr).toString("utf8"),
    });
  });
}
