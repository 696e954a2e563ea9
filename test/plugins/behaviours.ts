import type { Row } from "./bench";
import { commandConnections } from "./commandConnections";
import { commandLife } from "./commandLife";
import { commandRuns } from "./commandRuns";
import { engineRows } from "./engineRows";
import { postgresqlRows } from "./postgresqlRows";

/** Everything that is held of the two plugins: by the stand-ins here, by the official ones where
 * they are installed. */
export const behaviours: readonly Row[] = [
  ...commandRuns,
  ...commandLife,
  ...commandConnections,
  ...postgresqlRows,
  ...engineRows,
];
