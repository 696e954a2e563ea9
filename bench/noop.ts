import type { ResourceStep } from "../rehearsal/engine/events";
import { openDeployment } from "../test/fixtures/deployment";
import type { BenchContext } from "./main";
import { type Comparison, inTurns } from "./measure";
import { readDeployed } from "./state";
import { type Counts, trivialStack } from "./trivial";
import { unchanged } from "./unchanged";

const PAIRS = 3;

/**
 * An `up` that has nothing to do, on a deployed host: this program, and an empty one with as many
 * trivial resources. Trivial is once a resource of the same kind that does nothing, so that the same
 * plugins are started; and once, for information, a `local.Command` whatever ours is.
 */
export async function noop(context: BenchContext): Promise<readonly Comparison[]> {
  const machine = await openDeployment({ label: "bench-noop", from: "ready" });
  try {
    const { server } = await readDeployed(machine.cli, machine.session.stack);
    const counts = count(unchanged(await machine.cli.up()).steps);
    const rest = counts.dynamic + counts.extensions;
    const plain = { ...counts, commands: counts.commands + rest, dynamic: 0, extensions: 0 };
    const same = await trivialStack({ machine, name: "same-kinds", counts, server });
    const commands = await trivialStack({ machine, name: "commands", counts: plain, server });
    context.log(`${JSON.stringify(counts)}; ${PAIRS} pairs, twice`);
    const turns = {
      what: "up without changes",
      pairs: PAIRS,
      signal: context.signal,
      ours: async () => unchanged(await machine.cli.up()).seconds,
    };
    return [
      await inTurns({
        ...turns,
        against: "as many trivial ones of the same kinds",
        target: 1.3,
        reference: async () => unchanged(await same.up()).seconds,
      }),
      await inTurns({
        ...turns,
        against: "as many trivial commands",
        target: null,
        reference: async () => unchanged(await commands.up()).seconds,
      }),
    ];
  } finally {
    await machine.close();
  }
}

/** The engine's own resources (the stack, the providers) are there in every program. */
function count(steps: readonly ResourceStep[]): Counts {
  const kind = (pattern: RegExp): number => steps.filter(({ type }) => pattern.test(type)).length;
  return {
    components: kind(/^antares:/),
    commands: kind(/^command:/),
    dynamic: kind(/^pulumi-nodejs:/),
    extensions: kind(/^postgresql:/),
  };
}
