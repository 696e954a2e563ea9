/** Two ways to the same end, measured on one machine. */
export interface Comparison {
  /** What was measured, as a person reads it. */
  readonly what: string;
  /** What the reference is. */
  readonly against: string;
  /** Of what is compared; `s` where absent. */
  readonly unit?: "kB";
  /** Every repetition, ours and the reference's. */
  readonly ours: readonly number[];
  readonly reference: readonly number[];
  /** Highest ratio that is good; null where a number is for information only. */
  readonly target: number | null;
}

export interface Turns {
  readonly what: string;
  readonly against: string;
  readonly target: number | null;
  readonly pairs: number;
  /** Each does the work once and gives the seconds that count. */
  readonly ours: () => Promise<number>;
  readonly reference: () => Promise<number>;
  /** Ends the bench between two runs. */
  readonly signal: AbortSignal;
}

/**
 * Runs both in turns, the order swapped from pair to pair: what the machine does beside us, and what
 * grows over time, falls on both alike. A first pair is not counted when `pairs` is above one.
 */
export async function inTurns(turns: Turns): Promise<Comparison> {
  const ours: number[] = [];
  const reference: number[] = [];
  const first = turns.pairs > 1 ? -1 : 0;
  for (let pair = first; pair < turns.pairs; pair++) {
    const runs = [
      async () => ours.push(await turns.ours()),
      async () => reference.push(await turns.reference()),
    ];
    for (const run of pair % 2 === 0 ? runs : runs.reverse()) {
      turns.signal.throwIfAborted();
      await run();
    }
    if (pair < 0) [ours, reference].forEach((seconds) => seconds.splice(0));
  }
  const { what, against, target } = turns;
  return { what, against, target, ours, reference };
}

/** @throws Error when there are no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  if (low === undefined || high === undefined) throw new Error("no median of nothing");
  return (low + high) / 2;
}

/** Median of ours over the median of the reference. */
export function ratio({ ours, reference }: Comparison): number {
  return median(ours) / median(reference);
}

/** Null where there is no target. */
export function met(comparison: Comparison): boolean | null {
  return comparison.target === null ? null : ratio(comparison) <= comparison.target;
}

/** Seconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
