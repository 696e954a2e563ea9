import type { ResourceStep } from "../engine/events";

/** Where a resource belongs in the story that a person follows. */
export interface Phase {
  readonly name: string;
  readonly host: string;
}

export interface TimedPhase extends Phase {
  readonly seconds: number;
}

const COMMANDS = new Set(["command:local:Command", "command:remote:Command"]);

/**
 * The phase of a resource; undefined for what does no work of its own (components, the stack). The
 * names are those that the program gives: `bootstrap-PHASE`, `bootstrap-join-HOST`, and `machine-…` or
 * `hosts-…` by target.
 */
export function phaseOf(
  step: Pick<ResourceStep, "type" | "name">,
  master: string,
): Phase | undefined {
  const join = /^bootstrap-join-(.+)$/.exec(step.name);
  if (join?.[1] !== undefined) return { name: "join", host: join[1] };
  const ready = /^(?:machine|hosts)-(.+)-ready$/.exec(step.name);
  if (ready?.[1] !== undefined) return { name: "preflight", host: ready[1] };
  if (/^(machine|hosts)-database-server$/.test(step.name))
    return { name: "database-server", host: master };
  if (COMMANDS.has(step.type)) return { name: step.name.replace(/^bootstrap-/, ""), host: master };
  if (step.type.startsWith("antares:") || step.type.startsWith("pulumi:")) return undefined;
  if (step.name.startsWith("bootstrap-database-")) return { name: "database", host: master };
  if (step.name.endsWith("-state")) return { name: "watch", host: master };
  return undefined;
}

/**
 * Seconds by phase, in order of beginning: wall time from a phase's first begin to its last end.
 * What nothing was done for is left out.
 */
export function timePhases(steps: readonly ResourceStep[], master: string): readonly TimedPhase[] {
  const spans = new Map<string, { phase: Phase; start: number; end: number }>();
  for (const step of steps) {
    const phase = step.op === "same" || step.end === undefined ? undefined : phaseOf(step, master);
    if (phase === undefined || step.end === undefined) continue;
    const key = `${phase.name}@${phase.host}`;
    const span = spans.get(key) ?? { phase, start: step.start, end: step.end };
    span.start = Math.min(span.start, step.start);
    span.end = Math.max(span.end, step.end);
    spans.set(key, span);
  }
  return [...spans.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ phase, start, end }) => ({ ...phase, seconds: Math.round((end - start) / 100) / 10 }));
}

/** Prints a line when a host step begins and when it ends. */
export function progress(
  master: string,
  log: (line: string) => void,
): (step: ResourceStep) => void {
  return (step) => {
    const phase = step.op === "same" ? undefined : phaseOf(step, master);
    if (phase === undefined || !isSlow(step)) return;
    const where = `${phase.name} on ${phase.host}`;
    if (step.end === undefined) log(`  … ${where}`);
    else
      log(
        `  ${step.failed ? "FAILED" : "done"} ${where} (${((step.end - step.start) / 1000).toFixed(1)} s)`,
      );
  };
}

function isSlow(step: ResourceStep): boolean {
  return COMMANDS.has(step.type) || step.name.endsWith("-ready");
}
