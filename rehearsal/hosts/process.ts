import { readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the machine's boot and the start of the process. */
  readonly startTime: string;
  readonly bootId: string;
}

/** Who `pid` is now; undefined when it is gone or only waits to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command's name may hold blanks and parentheses: the fixed fields start after the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTime = fields[19];
  if (fields[0] === "Z" || fields[0] === "X" || startTime === undefined) return undefined;
  return { pid, startTime, bootId: bootId() };
}

export function isAlive(process: ProcessIdentity): boolean {
  const now = identify(process.pid);
  return now?.startTime === process.startTime && now.bootId === process.bootId;
}

/** This process. */
export function self(): ProcessIdentity {
  const me = identify(process.pid);
  if (me === undefined) throw new Error("/proc does not show this process");
  return me;
}

export function firstChild(pid: number): number | undefined {
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? "").trim();
  return children === "" ? undefined : Number.parseInt(children, 10);
}

/** Waits until none of `processes` is alive; throws after `timeoutMs`. */
export async function waitUntilGone(
  processes: readonly ProcessIdentity[],
  timeoutMs: number,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const left = processes.filter(isAlive);
    if (left.length === 0) return;
    if (Date.now() > end) {
      throw new Error(`processes ${left.map((p) => p.pid).join(", ")} did not end`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** SIGKILL to exactly this process, never to another one that got its number. */
export function killProcess(process_: ProcessIdentity): void {
  if (!isAlive(process_)) return;
  try {
    process.kill(process_.pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function bootId(): string {
  return (read("/proc/sys/kernel/random/boot_id") ?? "").trim();
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
