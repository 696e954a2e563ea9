import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { spawn, type ChildProcess } from "node:child_process";
import { projectRoot } from "../../config/root";
import type { Suite } from "../suites";
import { countEvents, eventsVariable, nothing, type Counts } from "./events";

export interface SuiteResult {
  readonly counts: Counts;
  readonly seconds: number;
  /** What went wrong with the suite as such: no tests, time limit, crash. */
  readonly fault?: string;
}

/** Where tests are: `sources` decide what exists, `compiled` is what runs. */
export interface TestTree {
  readonly sources: string;
  readonly compiled: string;
}

const ownTree: TestTree = {
  sources: join(projectRoot, "test"),
  compiled: join(projectRoot, "dist", "test"),
};

/** Runs one suite in a child process group, within its limit; `signal` ends it early. */
export async function runSuite(suite: Suite, signal: AbortSignal): Promise<SuiteResult> {
  const begun = performance.now();
  const result =
    "script" in suite.runs
      ? await runScript(suite, { script: suite.runs.script, signal })
      : await runFolder(suite, { folder: suite.runs.folder, signal, tree: ownTree });
  return { ...result, seconds: (performance.now() - begun) / 1000 };
}

type Outcome = Omit<SuiteResult, "seconds">;

async function runScript(
  suite: Suite,
  { script, signal }: { script: string; signal: AbortSignal },
): Promise<Outcome> {
  const child = start(["npm", "run", "--silent", script], {});
  const ended = await waitFor(child, { minutes: suite.limitMinutes, signal });
  if (ended === 0) return { counts: { ...nothing, passed: 1 } };
  return { counts: { ...nothing, failed: 1 }, fault: `npm run ${script}: ${describe(ended)}` };
}

/** Runs the compiled tests of one folder under mocha. */
export async function runFolder(
  suite: Suite,
  options: { folder: string; signal: AbortSignal; tree: TestTree; quiet?: boolean },
): Promise<Outcome> {
  const { tree, folder, signal } = options;
  // The sources decide: a compiled file whose source is gone must not run.
  const files = testFiles(join(tree.sources, folder)).map((file) =>
    join(tree.compiled, relative(tree.sources, file)).replace(/\.ts$/, ".js"),
  );
  if (files.length === 0) return { counts: { ...nothing, failed: 1 }, fault: "no test files" };
  const scratch = mkdtempSync(join(tmpdir(), "antares-tests-"));
  try {
    const events = join(scratch, "events");
    const reporter = join(ownTree.compiled, "runner", "reporter.js");
    const mocha = join(projectRoot, "node_modules", "mocha", "bin", "mocha.js");
    const child = start([process.execPath, mocha, "--reporter", reporter, ...files], {
      env: { [eventsVariable]: events },
      quiet: options.quiet,
    });
    const ended = await waitFor(child, { minutes: suite.limitMinutes, signal });
    return judge(countEvents(events), ended);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function judge(counts: Counts, ended: Ended): Outcome {
  if (ended === 0 && counts.passed + counts.skipped === 0) {
    return { counts: { ...counts, failed: counts.failed + 1 }, fault: "no tests" };
  }
  // Mocha's exit code is its number of failures; any other ending is a fault of its own.
  if (ended === 0 || (counts.failed > 0 && ended === Math.min(counts.failed, 255))) {
    return { counts };
  }
  return { counts: { ...counts, failed: counts.failed + 1 }, fault: describe(ended) };
}

function testFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .sort()
      .map((file) => join(folder, file));
  } catch {
    return [];
  }
}

type Ended = number | NodeJS.Signals | "limit" | "interrupted";

function describe(ended: Ended): string {
  if (ended === "limit") return "ended by its time limit";
  if (ended === "interrupted") return "interrupted";
  return typeof ended === "number" ? `exit code ${ended}` : `killed by ${ended}`;
}

function start(
  command: readonly string[],
  options: { env?: Record<string, string>; quiet?: boolean },
): ChildProcess {
  const [program, ...args] = command;
  if (program === undefined) throw new Error("no command");
  const env = { ...process.env, ...options.env };
  const output = options.quiet === true ? "ignore" : "inherit";
  // A group of its own: the limit must end what tests have started, too.
  return spawn(program, args, {
    cwd: projectRoot,
    env,
    stdio: ["ignore", output, output],
    detached: true,
  });
}

function waitFor(
  child: ChildProcess,
  { minutes, signal }: { minutes: number; signal: AbortSignal },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let why: "limit" | "interrupted" | undefined;
    let hard: NodeJS.Timeout | undefined;
    const end = (reason: "limit" | "interrupted"): void => {
      if (why !== undefined) return;
      why = reason;
      send(child, "SIGTERM");
      hard = setTimeout(() => send(child, "SIGKILL"), 20_000);
    };
    const abort = (): void => end("interrupted");
    const limit = setTimeout(() => end("limit"), minutes * 60_000);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    const release = (): void => {
      clearTimeout(limit);
      clearTimeout(hard);
      signal.removeEventListener("abort", abort);
    };
    child.once("error", (error) => {
      release();
      reject(error);
    });
    child.once("exit", (code, killedBy) => {
      release();
      // What a test has left running in the group goes with it.
      send(child, "SIGKILL");
      resolve(why ?? code ?? killedBy ?? "interrupted");
    });
  });
}

function send(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the whole group has ended already, which is what is wanted.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
