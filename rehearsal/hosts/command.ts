import { spawn, type ChildProcess } from "node:child_process";

/** What a finished command left; `code` is null when a signal ended it. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  /** The whole environment of the command; the caller's own when absent. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default 60 000. */
  readonly timeoutMs?: number;
  /** Called with every line of both streams while the command runs. */
  readonly log?: (line: string) => void;
}

export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly result: CommandResult,
  ) {
    const how = result.signal ?? `exit code ${String(result.code)}`;
    const tail = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-20).join("\n");
    super(`${command}: ${how}\n${tail}`);
  }
}

/**
 * Runs a program of this machine to its end; it dies with this process.
 * Throws {@link CommandError} unless it exits with 0.
 */
export async function run(
  command: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...command], {
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const result = await collect({
    child,
    title: command[0] ?? "",
    options,
    kill: () => child.kill(9),
  });
  if (result.code !== 0) throw new CommandError(command.join(" "), result);
  return result;
}

/**
 * Feeds and reads a child until it ends. After `timeoutMs` it calls `kill` and throws; the error
 * names the command and the limit.
 */
export async function collect(what: {
  readonly child: ChildProcess;
  readonly title: string;
  readonly options: RunOptions;
  readonly kill: () => void;
}): Promise<CommandResult> {
  const { child, title, options, kill } = what;
  const timeoutMs = options.timeoutMs ?? 60_000;
  const stdout = gather(child.stdout, options.log);
  const stderr = gather(child.stderr, options.log);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  try {
    const ended = new Promise<Pick<CommandResult, "code" | "signal">>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
    // A command may end without having read all of its input: its exit code tells, not EPIPE.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
    const end = await ended;
    const result = { ...end, stdout: stdout(), stderr: stderr() };
    if (timedOut) {
      throw new Error(
        `${title}: not finished after ${timeoutMs / 1000} s\n${result.stderr}`.trim(),
      );
    }
    return result;
  } finally {
    clearTimeout(timer);
  }
}

function gather(
  stream: NodeJS.ReadableStream | null,
  log: ((line: string) => void) | undefined,
): () => string {
  const chunks: Buffer[] = [];
  let rest = "";
  stream?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    if (log === undefined) return;
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(log);
  });
  stream?.on("end", () => {
    if (rest !== "") log?.(rest);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
