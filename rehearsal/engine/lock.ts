import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { readIfThere } from "./cache";

export interface LockOptions {
  /** File that stands for the lock; its folder is made. */
  readonly path: string;
  /** What is waited for, in words. */
  readonly purpose: string;
  /** How long to wait for a living owner, in seconds. */
  readonly waitSeconds: number;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

interface Owner {
  readonly pid: number;
  /** Start of the process in clock ticks since boot: tells a reused pid; "" where unknown. */
  readonly started: string;
}

/**
 * Runs `work` while this process owns the lock file. A lock whose owner is gone is taken over.
 * What the lock protects must stay correct without it (atomic renames): it saves double work only.
 *
 * @throws Error naming the owner when it lives longer than `waitSeconds`.
 */
export async function withLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(options);
  try {
    return await work();
  } finally {
    rmSync(options.path, { force: true });
  }
}

async function acquire(options: LockOptions): Promise<void> {
  mkdirSync(dirname(options.path), { recursive: true });
  const deadline = performance.now() + options.waitSeconds * 1000;
  for (let told = false; !claim(options.path);) {
    options.signal?.throwIfAborted();
    const text = readIfThere(options.path);
    // Released in between: the next claim decides.
    if (text === undefined) continue;
    const owner = ownerIn(text);
    if (owner === undefined || !isAlive(owner)) {
      discard(options.path, text);
      continue;
    }
    if (performance.now() > deadline) {
      const seconds = String(options.waitSeconds);
      throw new Error(
        `process ${String(owner.pid)} has held ${options.path} for ${seconds} s (${options.purpose})`,
      );
    }
    if (!told) options.log(`waiting for process ${String(owner.pid)}: ${options.purpose}`);
    told = true;
    await sleep(250, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

/** A link of a finished file: nobody ever reads a lock without its owner. */
function claim(path: string): boolean {
  const draft = uniqueBeside(path);
  const owner: Owner = { pid: process.pid, started: startOf(process.pid) };
  writeFileSync(draft, JSON.stringify(owner));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Renamed before it is looked at again: of several that found the same dead owner one takes the
 * file, and whoever takes a successor's lock by mistake gives it back.
 */
function discard(path: string, dead: string): void {
  const aside = uniqueBeside(path);
  try {
    renameSync(path, aside);
    if (readIfThere(aside) !== dead) linkSync(aside, path);
  } catch (error) {
    if (!hasCode(error, "ENOENT") && !hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function ownerIn(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    if (!("pid" in value) || typeof value.pid !== "number") return undefined;
    if (!("started" in value) || typeof value.started !== "string") return undefined;
    return { pid: value.pid, started: value.started };
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return hasCode(error, "EPERM");
  }
  return owner.started === "" || startOf(owner.pid) === owner.started;
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    // The command's name may hold blanks and brackets: fields count from its last bracket.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function uniqueBeside(path: string): string {
  return `${path}.${String(process.pid)}.${randomBytes(4).toString("hex")}`;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
