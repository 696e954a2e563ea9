import { spawn, type ChildProcess } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";

/** What a finished command left behind. */
export interface Finished {
  /** Exit code; 128 + signal number is not invented: a killed command has code null. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time in seconds. */
  readonly seconds: number;
  /** Why the command was ended early; undefined when it ended by itself. */
  readonly ended: "limit" | "aborted" | undefined;
}

export interface Watch {
  /** Seconds after which the command is ended. */
  readonly limitSeconds: number;
  /** Seconds between the polite signal and SIGKILL; 10 when not given. */
  readonly graceSeconds?: number;
  /** First signal sent when the limit is reached or `signal` aborts; SIGTERM when not given. */
  readonly politely?: "SIGINT" | "SIGTERM";
  /** Whether the child leads a process group that is to be signalled as a whole. */
  readonly group?: boolean;
  /** How signals reach the command where the child is only a door to it; SIGKILL goes to both. */
  readonly send?: (signal: NodeJS.Signals) => void;
  readonly signal?: AbortSignal;
  /** Every line of both streams, as it comes, without its newline. */
  readonly onLine?: (line: string) => void;
  /** Written to standard input, which is closed then. */
  readonly input?: string;
}

export interface Command extends Watch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/**
 * Runs a command in a process group of its own, so that a limit ends its children as well and a
 * Ctrl-C at the terminal reaches only us (who then abort). Rejects only when it cannot be started.
 */
export function runCommand(command: Command): Promise<Finished> {
  const child = spawn(command.command, [...command.args], {
    env: command.env,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  return finish(child, { ...command, group: command.group ?? true });
}

/** Waits for a child that was started with piped standard streams. */
export function finish(child: ChildProcess, watch: Watch): Promise<Finished> {
  const begun = performance.now();
  const stdout = collect(child.stdout, watch.onLine);
  const stderr = collect(child.stderr, watch.onLine);
  feed(child, watch.input);
  return new Promise((resolve, reject) => {
    const guard = guardChild(child, watch);
    child.once("error", (error) => {
      guard.release();
      reject(error);
    });
    child.once("close", (code) => {
      guard.release();
      const seconds = (performance.now() - begun) / 1000;
      resolve({ code, stdout: stdout(), stderr: stderr(), seconds, ended: guard.ended() });
    });
  });
}

function feed(child: ChildProcess, input: string | undefined): void {
  // A command that exits without reading must not end us with EPIPE: its exit code says enough.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input ?? "");
}

function collect(stream: Readable | null, onLine?: (line: string) => void): () => string {
  const decoder = new StringDecoder("utf8");
  let whole = "";
  let rest = "";
  stream?.on("data", (chunk: Buffer) => {
    const text = decoder.write(chunk);
    whole += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine?.(line);
  });
  stream?.on("end", () => {
    if (rest !== "") onLine?.(rest);
    rest = "";
  });
  return () => whole;
}

interface Guard {
  release(): void;
  ended(): Finished["ended"];
}

function guardChild(child: ChildProcess, watch: Watch): Guard {
  let ended: Finished["ended"];
  let hard: NodeJS.Timeout | undefined;
  const end = (why: "limit" | "aborted"): void => {
    if (ended !== undefined) return;
    ended = why;
    if (child.pid === undefined) return;
    const target = watch.group === true ? -child.pid : child.pid;
    const direct = (signal: NodeJS.Signals): void => sendSignal(target, signal);
    (watch.send ?? direct)(watch.politely ?? "SIGTERM");
    hard = setTimeout(
      () => {
        watch.send?.("SIGKILL");
        direct("SIGKILL");
      },
      (watch.graceSeconds ?? 10) * 1000,
    );
  };
  const abort = (): void => end("aborted");
  const limit = setTimeout(() => end("limit"), watch.limitSeconds * 1000);
  watch.signal?.addEventListener("abort", abort);
  if (watch.signal?.aborted === true) abort();
  return {
    ended: () => ended,
    release: () => {
      clearTimeout(limit);
      clearTimeout(hard);
      watch.signal?.removeEventListener("abort", abort);
    },
  };
}

/** @param target process id, negative for a process group; one that is gone is fine */
export function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    // The race with a command that has just ended is expected and harmless.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** The last lines of what a command said, for an error message; both streams, stderr last. */
export function lastLines(finished: Finished, count = 20): string {
  const lines = `${finished.stdout}\n${finished.stderr}`.split("\n").filter((line) => line.trim());
  return lines.slice(-count).join("\n");
}
