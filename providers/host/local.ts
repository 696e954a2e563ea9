import { spawn } from "node:child_process";
import type { ExecResult } from "../ssh/exec";

export interface LocalCall {
  /** Text of a script for `bash -s`. */
  readonly script: string;
  readonly timeoutMs: number;
}

/**
 * Runs a script on this machine, without blocking the other resources of the same process.
 *
 * @throws Error where bash cannot be started, or the script takes longer than its limit.
 */
export function runLocally({ script, timeoutMs }: LocalCall): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that the limit ends what the script has started as well.
    const child = spawn("bash", ["-s"], { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
    child.stdout.on("data", (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      reject(new Error(`a script did not end within ${Math.round(timeoutMs / 1000)} s`));
    }, timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({
        code: code ?? undefined,
        stdout: Buffer.concat(chunks.stdout).toString("utf8"),
        stderr: Buffer.concat(chunks.stderr).toString("utf8"),
      });
    });
    child.stdin.on("error", () => undefined); // the script ended early; its result counts
    child.stdin.end(script);
  });
}
