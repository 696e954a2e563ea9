import { existsSync, readFileSync } from "node:fs";

/** Names the file to which the reporter appends one JSON line per finished test. */
export const eventsVariable = "ANTARES_TEST_EVENTS";

/** One finished test. */
export interface TestEvent {
  readonly outcome: "passed" | "failed" | "skipped";
  readonly title: string;
}

/** Counts of a suite, or of a whole run. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothing: Counts = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/** Counts the events in a file; a last line cut short by a kill is left out. */
export function countEvents(file: string): Counts {
  if (!existsSync(file)) return nothing;
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map(outcomeOf).reduce((sum, each) => ({ ...sum, [each]: sum[each] + 1 }), nothing);
}

function outcomeOf(line: string): TestEvent["outcome"] {
  const event: unknown = JSON.parse(line);
  if (typeof event === "object" && event !== null && "outcome" in event) {
    const { outcome } = event;
    if (outcome === "passed" || outcome === "failed" || outcome === "skipped") return outcome;
  }
  throw new Error(`not a test event: ${line}`);
}
