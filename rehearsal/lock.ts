import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Runs `work` while no other process of this machine holds `file`. Throws when its owner does not
 * let go within `timeoutMs` (default 20 minutes).
 *
 * flock(1) holds the lock for us: the kernel frees it however this process ends, so there is never a
 * stale lock to judge.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  timeoutMs = 1_200_000,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const seconds = String(Math.ceil(timeoutMs / 1000));
  const holder = spawn(
    "flock",
    ["--exclusive", "--timeout", seconds, file, "sh", "-c", "echo held; exec cat"],
    { stdio: ["pipe", "pipe", "ignore"] },
  );
  const ended = new Promise<void>((resolve) => holder.once("close", () => resolve()));
  const held = await new Promise<boolean>((resolve, reject) => {
    holder.once("error", reject);
    holder.stdout.once("data", () => resolve(true));
    holder.stdout.once("end", () => resolve(false));
  });
  if (!held) throw new Error(`${file} is still held after ${seconds} s`);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
