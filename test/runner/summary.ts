import type { Suite } from "../suites";
import type { Counts } from "./events";

/** Exit code and last lines of a run. */
export interface Verdict {
  readonly code: 0 | 1;
  /** Why the run fails other than by a failed test; undefined where it does not. */
  readonly reason?: string;
  /** The very last line. */
  readonly line: string;
}

/** Judges a run: failures, no tests at all, and — in CI — anything skipped make it fail. */
export function judgeRun(counts: Counts, { ci }: { ci: boolean }): Verdict {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  const line = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
  const reason = reasonToFail(counts, ci);
  return { code: reason === undefined && counts.failed === 0 ? 0 : 1, line, ...withReason(reason) };
}

const withReason = (reason: string | undefined): { reason?: string } =>
  reason === undefined ? {} : { reason };

function reasonToFail(counts: Counts, ci: boolean): string | undefined {
  if (counts.passed + counts.failed === 0) return "no test has run";
  if (ci && counts.skipped > 0) return "in CI nothing may be skipped";
  return undefined;
}

/** One line of the table of times. */
export function suiteLine(
  suite: Suite,
  result: { readonly counts: Counts; readonly seconds: number; readonly fault?: string },
): string {
  const { passed, failed, skipped } = result.counts;
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  const fault = result.fault === undefined ? "" : ` — ${result.fault}`;
  return `${suite.name.padEnd(10)} ${result.seconds.toFixed(1).padStart(7)} s  ${counts}${fault}`;
}
