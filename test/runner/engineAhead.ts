import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import type { Suite } from "../suites";

const BUILD = [process.execPath, join(projectRoot, "dist/rehearsal/engine/main.js"), "build"];

/** What is got ahead of its use. */
export interface Ahead {
  readonly pid: number | undefined;
  /** Ends it, with all that it has started; nothing where it is through. */
  end(): void;
}

/** Suites that need the engine come behind others, which leave a processor free most of the time. */
export function worthwhile(selected: readonly Suite[]): boolean {
  const first = selected.findIndex(({ needs }) => needs.includes("engine"));
  return first > 0;
}

/**
 * Gets the engine beside the first suites, at the lowest priority: where it must be compiled, that
 * takes minutes of all cores. Whoever needs it waits for the same lock, and tells what went wrong.
 */
export function engineAhead([program = "", ...args]: readonly string[] = BUILD): Ahead {
  const options = { stdio: "ignore" } as const;
  const child = spawn("nice", ["-n", "19", program, ...args], options);
  // Without it the suite gets the engine by itself.
  child.on("error", () => undefined);
  child.unref();
  return { pid: child.pid, end: () => void child.kill("SIGTERM") };
}
