import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { parseObject, textOf } from "./json";
import type { Pulumi } from "./pulumi";
import { UserError } from "./userError";

/** Who holds a stack's lock, as the file backend wrote it down. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  /** ISO time at which the lock was taken. */
  readonly since: string;
}

/** `ended`: the process is gone from this host. `elsewhere`: this host cannot tell. */
export type OwnerState = "alive" | "ended" | "elsewhere";

/** Folder of a `file://` backend, or undefined for any other. */
export function backendFolder(url: string, cwd: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const [path = ""] = url.slice("file://".length).split("?");
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(cwd, path);
}

/** The locks of a stack in a file backend. */
export function readLocks(
  folder: string,
  { project, stack }: { project: string; stack: string },
): readonly LockOwner[] {
  const name = stack.split("/").at(-1) ?? stack;
  const locks = join(folder, ".pulumi", "locks", "organization", project, name);
  if (!existsSync(locks)) return [];
  return readdirSync(locks)
    .filter((file) => file.endsWith(".json"))
    .map((file) => parseLock(readFileSync(join(locks, file), "utf8")));
}

function parseLock(text: string): LockOwner {
  const lock = parseObject(text, "the lock file");
  return {
    pid: Number(lock["pid"]),
    host: textOf(lock["hostname"]),
    user: textOf(lock["username"]),
    since: textOf(lock["timestamp"]),
  };
}

/** Whether the process that took a lock is still at work. */
export function ownerState(owner: LockOwner, here = { host: hostname() }): OwnerState {
  if (owner.host !== here.host) return "elsewhere";
  const started = processStart(owner.pid);
  if (started === undefined) return "ended";
  // A process younger than the lock only inherited the number. Both times are rounded.
  const taken = Date.parse(owner.since);
  return Number.isFinite(taken) && started > taken + 2000 ? "ended" : "alive";
}

/** Milliseconds since the epoch at which a process started; undefined when there is none. */
export function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in parentheses, may hold spaces; fields 3 to 22 follow it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
    // USER_HZ is 100 on every Linux that Node runs on.
    return (Number(boot) + Number(fields[19]) / 100) * 1000;
  } catch {
    return isAlive(pid) ? 0 : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Takes away the lock of a run that was killed on this host, and says so. A lock whose owner lives,
 * or may live on another host, stops us: two runs at once would spoil the state.
 */
export async function settleLock(
  pulumi: Pulumi,
  { locks, log }: { locks: readonly LockOwner[]; log: (line: string) => void },
): Promise<void> {
  const held = locks.map((owner) => ({ owner, state: ownerState(owner) }));
  const holding = held.find(({ state }) => state !== "ended");
  if (holding !== undefined) throw heldBy(holding.owner, { state: holding.state, pulumi });
  if (held.length === 0) return;
  const cancelled = await pulumi.query(["cancel", "--yes", "--stack", pulumi.stack]);
  if (cancelled.code !== 0) {
    const next = `pulumi cancel --stack ${pulumi.stack}`;
    throw new UserError(`cannot release the stale lock: ${cancelled.stderr.trim()}`, next);
  }
  for (const { owner } of held) {
    log(`stale lock: process ${owner.pid} of ${owner.user} has ended; its lock is released`);
  }
}

function heldBy(
  owner: LockOwner,
  { state, pulumi }: { state: OwnerState; pulumi: Pulumi },
): UserError {
  const who = `process ${owner.pid} of ${owner.user} on ${owner.host}, since ${owner.since}`;
  if (state === "alive") {
    const mine = owner.user === userInfo().username ? "" : " (another user)";
    return new UserError(
      `stack ${pulumi.stack} is in use by ${who}${mine}`,
      "wait until that run has ended, then give the same command again",
    );
  }
  return new UserError(
    `stack ${pulumi.stack} is locked by ${who}; from here it cannot be seen whether it still runs`,
    `make sure that it has ended, then: pulumi cancel --stack ${pulumi.stack}`,
  );
}
