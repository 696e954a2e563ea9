import * as pulumi from "@pulumi/pulumi";
import type { Step } from "../host/host";
import { loadedRegions, type AntaresResult } from "./antares";
import { databaseValues, serviceValues, type PhaseContext } from "./context";
import type { JoinResult } from "./join";

/** The verified state of the whole cluster, as asked of the database and of every host. */
export interface Acceptance {
  readonly schema: "ready";
  readonly migrations: {
    readonly expected: number;
    readonly applied: number;
    readonly last: string;
  };
  readonly countries: readonly { readonly iso: string; readonly regions: number }[];
  readonly nodes: readonly JoinResult[];
  /** Versions of Python, PostgreSQL, PostGIS and the packages that matter. */
  readonly versions: Readonly<Record<string, string | null>>;
}

/** Phase 11: N of N nodes and every row, or a failure that says who is missing and why. */
export function acceptance(
  context: PhaseContext,
  made: {
    readonly joins: Readonly<Record<string, Step<JoinResult>>>;
    readonly tables: Step<AntaresResult>;
  },
): Step<Acceptance> {
  const nodes = Object.fromEntries(
    Object.entries(made.joins).map(([name, step]) => [name, step.result]),
  );
  return context.infrastructure.master.run(
    `${context.name}-acceptance`,
    {
      phase: "acceptance",
      parts: [
        "components/bootstrap/scripts/query.sh",
        "components/bootstrap/scripts/acceptance.sh",
      ],
      assets: {
        "acceptance.py": "components/bootstrap/scripts/acceptance.py",
        "database.py": "components/bootstrap/scripts/database.py",
        "expected_migrations.py": "components/bootstrap/scripts/expected_migrations.py",
      },
      values: {
        ...serviceValues(context),
        ...databaseValues(context),
        NODES: pulumi.jsonStringify(nodes),
        ISOS: context.config.countries.map((country) => country.iso).join(" "),
        REGIONS: pulumi.jsonStringify(made.tables.result.apply(loadedRegions)),
      },
      limitMinutes: 10,
    },
    { parent: context.parent },
  );
}
