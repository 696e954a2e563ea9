import type { Pulumi } from "./pulumi";

/**
 * Removes what `destroy` keeps: database, share, settings. Runs before the resources are destroyed,
 * while hosts and secrets are still known to the state.
 */
export interface DataDeletion {
  /** What will be lost, in one sentence, shown before the question. */
  readonly loses: string;
  /** Must be repeatable; throws when something was left behind. */
  run(pulumi: Pulumi, log: (line: string) => void): Promise<void>;
}

/** The deletion of this project's data; undefined where it has none. */
export function findDataDeletion(): DataDeletion | undefined {
  return undefined;
}
