import { suites, testCommands, type Need, type Suite, type TestCommand } from "./suites";
import { engineAhead, worthwhile } from "./runner/engineAhead";
import { add, nothing, type Counts } from "./runner/events";
import { findLacks, type Lack } from "./runner/needs";
import { runSuite, type SuiteResult } from "./runner/runSuite";
import { judgeRun, suiteLine } from "./runner/summary";

/**
 * Runs the suites of a command (`test`, `unit`, `chaos`; default `test`), or only those named after
 * it: `node dist/test/run.js test lint plugins`. Ends with `N passed, N failed[, N skipped]`.
 */
async function main(args: readonly string[]): Promise<number> {
  const selected = select(args);
  if (typeof selected === "string") {
    console.error(selected);
    return 2;
  }
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => interrupt.abort());
  }
  const needs = new Set<Need>(selected.flatMap((suite) => suite.needs));
  const lacks = await findLacks(needs, (line) => console.log(line));
  const isBuildable = worthwhile(selected) && lacks.length === 0;
  const engine = isBuildable ? engineAhead() : undefined;
  const lines: string[] = [];
  let total: Counts = nothing;
  for (const suite of selected) {
    const result = await runOne(suite, { lacks, signal: interrupt.signal });
    lines.push(suiteLine(suite, result));
    total = add(total, result.counts);
  }
  engine?.end();
  const verdict = judgeRun(total, { ci: process.env["CI"] === "true" });
  console.log(`\n${lines.join("\n")}\n`);
  if (verdict.reason !== undefined) console.log(`failed: ${verdict.reason}`);
  console.log(verdict.line);
  return interrupt.signal.aborted ? 1 : verdict.code;
}

async function runOne(
  suite: Suite,
  { lacks, signal }: { lacks: readonly Lack[]; signal: AbortSignal },
): Promise<SuiteResult> {
  const missing = lacks.filter((lack) => suite.needs.includes(lack.need));
  console.log(`\n=== ${suite.name}: ${suite.about}`);
  if (missing.length === 0 && !signal.aborted) return runSuite(suite, signal);
  const why = signal.aborted ? "interrupted" : `needs ${missing.map((l) => l.need).join(", ")}`;
  console.log(`skipped: ${why}`);
  return { counts: { ...nothing, skipped: 1 }, seconds: 0, fault: why };
}

function select(args: readonly string[]): readonly Suite[] | string {
  const [given, ...names] = args;
  const command: TestCommand | undefined = testCommands.find((name) => name === (given ?? "test"));
  if (command === undefined)
    return `not a test command: ${given}; one of ${testCommands.join(", ")}`;
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) return `no such suite: ${unknown.join(", ")}`;
  if (names.length > 0) return suites.filter((suite) => names.includes(suite.name));
  return suites.filter((suite) => suite.commands.includes(command));
}

void main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
