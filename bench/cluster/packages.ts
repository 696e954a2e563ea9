import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ThrowAwayHost } from "../../rehearsal/hosts/host";

/** Where bench/scripts/prepare-host.sh lets apt note its beginnings and ends. */
const LOG = "var/log/bench-packages";

/** From and to, in seconds. */
export type Span = readonly [begin: number, end: number];

/** Seconds since `since` in which packages were installed on at least one of the hosts. */
export function packageSeconds(hosts: readonly ThrowAwayHost[], since: number): number {
  const spans = hosts.flatMap(({ rootDir }) => {
    const file = join(rootDir, LOG);
    return existsSync(file) ? spansOf(readFileSync(file, "utf8")) : [];
  });
  return covered(spans.filter(([begin]) => begin >= since));
}

/** Lines `begin SECONDS` and `end SECONDS`, in turns. */
export function spansOf(text: string): readonly Span[] {
  const times = [...text.matchAll(/^(begin|end) ([\d.]+)$/gm)];
  return times.flatMap(([, word, begin], at) => {
    const next = times[at + 1];
    return word === "begin" && next?.[1] === "end" ? [[Number(begin), Number(next[2])]] : [];
  });
}

/** Seconds that lie in at least one of the spans. */
export function covered(spans: readonly Span[]): number {
  let [sum, until] = [0, Number.NEGATIVE_INFINITY];
  for (const [begin, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return sum;
}
