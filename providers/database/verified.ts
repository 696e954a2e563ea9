import { DatabaseError, type Client } from "pg";
import { antaresState, readAntares, type AntaresExpectation } from "./antares";
import { withDatabase } from "./client";
import type { DatabaseConnection } from "./connection";
import {
  countriesState,
  readCountries,
  type CountriesExpectation,
  type CountryRows,
} from "./countries";
import { datacubeState, readDatacube, type DatacubeExpectation } from "./datacube";
import { DatabaseRefused } from "./errors";
import {
  extensionsState,
  readExtensions,
  readLackingRights,
  type ExtensionRow,
} from "./extensions";

/** What is verified, and what must hold. */
export type Subject =
  | { readonly subject: "datacube"; readonly expected: DatacubeExpectation }
  | { readonly subject: "antares"; readonly expected: AntaresExpectation }
  | { readonly subject: "countries"; readonly expected: CountriesExpectation }
  | { readonly subject: "extensions"; readonly expected: { readonly names: readonly string[] } };

/** Counts and names as found; which keys are there depends on the subject. */
export interface VerifiedDetails {
  readonly tables?: readonly string[];
  readonly types?: readonly string[];
  readonly triggers?: number;
  readonly migrations?: { readonly applied: number; readonly last: string };
  readonly countries?: readonly CountryRows[];
  readonly extensions?: readonly ExtensionRow[];
}

/** `state` is `ready` or one of the subject's own words for what is not. */
export interface Finding {
  readonly state: string;
  readonly missing: readonly string[];
  readonly details: VerifiedDetails;
}

/**
 * Looks by SQL whether the subject is as expected. A database that does not exist is a finding
 * (`absent`), and so is a role that is not let in or may not look (`refused`): both can be mended,
 * and an error on refresh would keep all other resources from being refreshed.
 *
 * @throws DatabaseUnreachable where the server does not answer: nothing is known of the state then.
 */
export async function findState(
  connection: DatabaseConnection,
  subject: Subject,
): Promise<Finding> {
  try {
    return await withDatabase(connection, (client) => look(client, subject));
  } catch (error) {
    if (error instanceof DatabaseRefused && error.code === "3D000") {
      return { state: "absent", missing: [`database ${connection.database}`], details: {} };
    }
    const lacksRights = error instanceof DatabaseError && error.code === "42501";
    if (!(error instanceof DatabaseRefused) && !lacksRights) throw error;
    return { state: "refused", missing: [error.message], details: {} };
  }
}

async function look(client: Client, wanted: Subject): Promise<Finding> {
  switch (wanted.subject) {
    case "datacube": {
      const rows = await readDatacube(client);
      const { tables, types, triggers } = rows;
      const details = { tables, types, triggers: triggers.length };
      return { ...datacubeState(rows, wanted.expected), details };
    }
    case "antares": {
      const rows = await readAntares(client);
      return { ...antaresState(rows, wanted.expected), details: rows };
    }
    case "countries": {
      const countries = await readCountries(client, wanted.expected.isos);
      return {
        ...countriesState(countries, wanted.expected.regions),
        details: { countries },
      };
    }
    case "extensions": {
      const extensions = await readExtensions(client, wanted.expected.names);
      const lacking = await readLackingRights(client);
      return { ...extensionsState(extensions, lacking), details: { extensions } };
    }
  }
}

/** One line: what is wrong, and the command that mends it. */
export function verdict(finding: Finding, repair: string): string {
  if (finding.state === "ready") return "ready";
  return `${finding.state}: missing or wrong: ${finding.missing.join(", ")}; repair with: ${repair}`;
}
