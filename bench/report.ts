import { cpus, loadavg } from "node:os";
import { type Comparison, median, met, ratio } from "./measure";

/** Results by bench. */
export type Results = Readonly<Record<string, readonly Comparison[]>>;

const COLUMNS = ["bench", "what", "ours", "reference", "ratio", "target", ""];

/** The results as a table; numbers are medians. */
export function table(results: Results): string {
  const rows = Object.entries(results).flatMap(([name, comparisons]) =>
    comparisons.map((comparison) => [name, ...row(comparison)]),
  );
  const lines = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? "").length)));
  return lines.map((line) => format(line, widths)).join("\n");
}

/** One result, for the person who waits for the rest. */
export function line(comparison: Comparison): string {
  const [what, ours, reference, found] = row(comparison);
  return `${what}: ${ours} to ${reference}, ratio ${found}`;
}

function row(comparison: Comparison): string[] {
  const { what, against, ours, reference, target, unit = "s" } = comparison;
  const verdict = met(comparison);
  return [
    `${what}, against ${against}`,
    `${median(ours).toFixed(2)} ${unit}`,
    `${median(reference).toFixed(2)} ${unit}`,
    ratio(comparison).toFixed(2),
    target === null ? "–" : `≤ ${target}`,
    verdict === null ? "" : verdict ? "ok" : "MISSED",
  ];
}

function format(line: readonly string[], widths: readonly number[]): string {
  const cells = line.map((cell, at) =>
    at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
  );
  return cells.join("  ").trimEnd();
}

/** The results as they are written to a file: every single time, and what the machine was like. */
export function document(results: Results): string {
  const benches = Object.fromEntries(
    Object.entries(results).map(([name, comparisons]) => [
      name,
      comparisons.map((each) => ({ ...each, ratio: ratio(each), met: met(each) })),
    ]),
  );
  const machine = { node: process.version, cores: cpus().length, load: loadavg()[0] };
  return `${JSON.stringify({ machine, benches }, null, 2)}\n`;
}
