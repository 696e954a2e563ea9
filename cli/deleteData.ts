import type { Pulumi } from "./pulumi";
import { UserError } from "./userError";

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

/** The one resource that is made: everything else of the stack is left as it is. */
const target = "**bootstrap-delete-data";

/** The deletion of this project's data, by a step that is in the graph for one run alone. */
export const dataDeletion: DataDeletion = {
  loses:
    "the application's database with its role, and what is below the share: settings, models, " +
    "ingested data, wheelhouse",
  run: async (pulumi, log) => {
    log("deleting the data");
    const done = await pulumi.run(
      ["up", "--stack", pulumi.stack, "--yes", "--skip-preview", "--target", target],
      { env: { ANTARES_DELETE_DATA: "yes" } },
    );
    if (done.code === 0) return;
    throw new UserError(
      "the data could not be deleted, or not all of it; the stack is not destroyed",
      `npm run destroy -- ${pulumi.stack} --delete-data`,
    );
  },
};
