import type { ResourceStep } from "../rehearsal/engine/events";
import { succeeded } from "../rehearsal/engine/pulumi";
import { phaseOf } from "../rehearsal/run/phases";
import { type Deployment, openDeployment } from "../test/fixtures/deployment";
import { SHARE } from "../test/fixtures/stack";
import { byHand, databaseByHand } from "./byHand";
import type { BenchContext } from "./main";
import { type Comparison, median } from "./measure";
import { type Deployed, readDeployed } from "./state";

const TARGET = 1.15;
/** The engine's own step costs about 0.1 s and is seen every 50 ms: no ratio of less than this. */
const SHORTEST_SECONDS = 1;
const AGAIN = 3;
const MARKER = `${SHARE}/.antares-share`;

interface Made {
  readonly deployed: Deployed;
  /** Content of the share's marker. */
  readonly shareId: string;
}

/**
 * Seconds of each phase in an `up`, against the same script by `bash -s` in the same kind of host:
 * the first run on two fresh hosts, then runs on a host where all is done, in turns.
 */
export async function phases(context: BenchContext): Promise<readonly Comparison[]> {
  const { made, first, again } = await throughEngine(context);
  const hand = await fromNothingByHand(context, made);
  const once = new Map([...first].map(([phase, seconds]) => [phase, [seconds]]));
  const typed = new Map([...hand].map(([phase, seconds]) => [phase, [seconds]]));
  return [...compare("first run", once, typed), ...compare("again", again.ours, again.reference)];
}

/** One comparison for each phase of the reference, and one for all of them together. */
function compare(when: string, ours: Times, reference: Times): readonly Comparison[] {
  const phases = [...reference.keys()];
  const row = (name: string, mine: readonly number[], theirs: readonly number[]): Comparison => ({
    what: `${name}, ${when}`,
    against: "by hand",
    target: median(theirs) < SHORTEST_SECONDS ? null : TARGET,
    ours: mine,
    reference: theirs,
  });
  const rows = phases.map((name) => row(name, timeOf(ours, name), timeOf(reference, name)));
  return [...rows, row("all of them", total(ours, phases), total(reference, phases))];
}

type Times = ReadonlyMap<string, readonly number[]>;

function timeOf<T>(times: ReadonlyMap<string, T>, phase: string): T {
  const found = times.get(phase);
  if (found === undefined) throw new Error(`the phase ${phase} did not run`);
  return found;
}

/** Sums over the phases, one for each repetition. */
function total(times: Times, phases: readonly string[]): readonly number[] {
  const lists = phases.map((phase) => timeOf(times, phase));
  const repetitions = (lists[0] ?? []).map((_, at) => at);
  return repetitions.map((at) => lists.reduce((sum, list) => sum + (list[at] ?? Number.NaN), 0));
}

async function throughEngine(context: BenchContext) {
  const machine = await openDeployment({ label: "bench-phases", from: "nothing" });
  try {
    context.log("first up on a fresh host");
    const first = secondsByPhase(succeeded(await machine.cli.up()).steps);
    const deployed = await readDeployed(machine.cli, machine.session.stack);
    const made = { deployed, shareId: await machine.bash(`cat ${MARKER}`) };
    return { made, first, again: await runAgain(context, machine, deployed) };
  } finally {
    await machine.close();
  }
}

/**
 * The same scripts and the database's commands on another fresh host: one after another, and beside
 * them, as ours, what may run so.
 */
async function fromNothingByHand(
  { log, signal }: BenchContext,
  { deployed: { scripts, database }, shareId }: Made,
): Promise<ReadonlyMap<string, number>> {
  const machine = await openDeployment({ label: "bench-phases", from: "nothing" });
  const seconds = new Map<string, number>();
  const time = async (phase: string, text: string): Promise<void> => {
    signal.throwIfAborted();
    seconds.set(phase, await byHand(machine.stage.master, text));
  };
  try {
    log("the same by hand on a fresh host");
    // The scripts know the share again by what its first set-up wrote there.
    await machine.bash(`mkdir -p ${SHARE} && printf '%s\\n' ${shareId} >${MARKER}`);
    const isBeside = ({ text }: Deployed["scripts"][number]): boolean =>
      /^ANTARES_LANE=/m.test(text);
    const beside = Promise.all(
      scripts.filter(isBeside).map(({ phase, text }) => time(phase, text)),
    );
    // Its failure is met below, at its turn.
    beside.catch(() => undefined);
    for (const { phase, text } of scripts.filter((script) => !isBeside(script))) {
      if (phase === "datacube") {
        await beside;
        await time("database", databaseByHand(database));
      }
      await time(phase, text);
    }
    return seconds;
  } finally {
    await machine.close();
  }
}

async function runAgain(
  { log, signal }: BenchContext,
  machine: Deployment,
  { scripts }: Deployed,
): Promise<{ readonly ours: Times; readonly reference: Times }> {
  const ours = new Map<string, number[]>();
  const reference = new Map<string, number[]>();
  const replaced = scripts.flatMap(({ urn }) => ["--replace", urn]);
  for (let pair = 0; pair < AGAIN; pair++) {
    log(`every phase again, ${pair + 1} of ${AGAIN}`);
    signal.throwIfAborted();
    const { steps } = succeeded(await machine.cli.up({ args: replaced }));
    const seconds = secondsByPhase(steps);
    for (const { phase, text } of scripts) {
      push(ours, phase, timeOf(seconds, phase));
      push(reference, phase, await byHand(machine.stage.master, text));
    }
  }
  return { ours, reference };
}

/** Time in a phase's own steps; the database has several, which wait for others in between. */
function secondsByPhase(steps: readonly ResourceStep[]): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const step of steps) {
    const phase = step.op.startsWith("create") ? phaseOf(step, "master") : undefined;
    if (phase === undefined || step.end === undefined) continue;
    const sum = seconds.get(phase.name) ?? 0;
    seconds.set(phase.name, sum + (step.end - step.start) / 1000);
  }
  return seconds;
}

function push(lists: Map<string, number[]>, key: string, value: number): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}
