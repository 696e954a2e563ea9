import { isObject, type JsonObject } from "./json";
import type { Pulumi } from "./pulumi";
import type { PendingOperation, StackState } from "./state";
import { UserError } from "./userError";

/**
 * Types whose creation may be repeated at any time: our scripts and dynamic providers create or
 * adopt, extensions and schemas are made `IF NOT EXISTS`.
 */
const repeatable: readonly RegExp[] = [
  /^command:(local|remote):/,
  /^pulumi-nodejs:dynamic\/antares:/,
  /^postgresql:index\/(extension:Extension|schema:Schema)$/,
];

/** Pending operations, divided by what may be done with them. */
export interface PendingPlan {
  /** The next `up` does them again, so their marks may go. */
  readonly clear: readonly PendingOperation[];
  /** A cloud may have made something that the state does not know. */
  readonly report: readonly PendingOperation[];
}

export function planPending(pending: readonly PendingOperation[]): PendingPlan {
  const mayRepeat = ({ type }: PendingOperation): boolean => repeatable.some((r) => r.test(type));
  return {
    clear: pending.filter(mayRepeat),
    report: pending.filter((operation) => !mayRepeat(operation)),
  };
}

/**
 * Clears what may be cleared, and says all of it. Pulumi's import drops every pending operation at
 * once, so while one of a cloud is undecided all stay: they only make `up` warn.
 */
export async function settlePending(
  pulumi: Pulumi,
  { state, log }: { state: StackState; log: (line: string) => void },
): Promise<void> {
  const plan = planPending(state.pending);
  for (const { kind, urn, type } of plan.report) {
    log(`unfinished: ${type} was ${kind} when a run was killed; look for it in the cloud: ${urn}`);
  }
  if (plan.report.length > 0) {
    log(`unfinished: decide about it with: pulumi refresh --stack ${pulumi.stack}`);
    return;
  }
  if (plan.clear.length === 0) return;
  const imported = await pulumi.query(
    ["stack", "import", "--stack", pulumi.stack],
    JSON.stringify(withoutPending(state.document)),
  );
  if (imported.code !== 0) {
    const said = imported.stderr.trim();
    const broken = /state file contains errors/.test(said);
    throw new UserError(
      `cannot clear the unfinished operations of a killed run: ${said}`,
      broken
        ? `pulumi state repair --stack ${pulumi.stack}, then the same command again`
        : `pulumi refresh --clear-pending-creates --stack ${pulumi.stack}`,
    );
  }
  for (const { kind, urn } of plan.clear) {
    log(`cleared: ${urn.split("::").at(-1)} was ${kind} when a run was killed; it is done again`);
  }
}

function withoutPending(document: JsonObject): JsonObject {
  const { deployment } = document;
  if (!isObject(deployment)) return document;
  const { pending_operations: _, ...rest } = deployment;
  return { ...document, deployment: rest };
}
