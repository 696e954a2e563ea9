import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { projectRoot } from "../../../config/root";
import { ownGroup, type Start, type Started } from "../../../rehearsal/engine/start";
import { isAlive } from "../../fixtures/processes";
import { trivialProgram, trivialProject } from "./trivialProgram";

/** A new folder with the trivial program in `program/`, and empty `state/` and `home/`. */
export function makeTrivialFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  for (const name of ["program", "state", "home"]) mkdirSync(join(folder, name));
  const program = join(folder, "program");
  writeFileSync(join(program, "Pulumi.yaml"), trivialProject);
  writeFileSync(join(program, "package.json"), JSON.stringify({ main: "index.js" }));
  writeFileSync(join(program, "index.js"), trivialProgram);
  symlinkSync(join(projectRoot, "node_modules"), join(program, "node_modules"));
  return folder;
}

/** The seam that a throw-away host fills with its own. */
export function startChild(start: Start): Started {
  const { command, args, env } = start;
  return ownGroup(spawn(command, [...args], { env, stdio: "pipe", detached: true }));
}

/** What is in the program's folder, but for what its processes note there. */
export function programFiles(folder: string): readonly string[] {
  return readdirSync(join(folder, "program")).filter((name) => !name.endsWith(".pid"));
}

/** Waits up to five seconds for a file; who goes on without it finds nothing to look at, and fails. */
export async function appears(file: string): Promise<void> {
  for (let tries = 0; tries < 50 && !existsSync(file); tries += 1) await sleep(100);
}

/** The process that the trivial program has noted by this name. */
export function pidIn(folder: string, name: string): number {
  return Number(readFileSync(join(folder, "program", name), "utf8"));
}

/** Fails when a process is still there after five seconds. */
export async function assertGone(pid: number): Promise<void> {
  assert.ok(pid > 1);
  for (let tries = 0; tries < 50; tries += 1) {
    if (!isAlive(pid)) return;
    await sleep(100);
  }
  assert.fail(`process ${pid} is still there after 5 s`);
}
