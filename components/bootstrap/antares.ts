import type { Step } from "../host/host";
import { databaseValues, serviceValues, type PhaseContext } from "./context";

export interface AntaresResult {
  readonly migrations: {
    readonly expected: number;
    readonly applied: number;
    readonly last: string;
  };
  readonly countries: readonly {
    readonly iso: string;
    readonly rows: number;
    readonly regions: number;
    readonly distinct: number;
  }[];
  /** Tables of the models of the installed package. */
  readonly tables: readonly string[];
}

/** Number of regions of each country, by its code, as the phase left them. */
export function loadedRegions({ countries }: AntaresResult): Readonly<Record<string, number>> {
  return Object.fromEntries(countries.map(({ iso, regions }) => [iso, regions]));
}

/** Antares' tables, and the borders of the countries that SQL says are absent. */
export function antares(context: PhaseContext): Step<AntaresResult> {
  const { config, infrastructure } = context;
  return infrastructure.master.run(
    `${context.name}-antares`,
    {
      phase: "antares",
      parts: [
        "components/bootstrap/scripts/query.sh",
        "components/bootstrap/scripts/countries.sh",
        "components/bootstrap/scripts/antares.sh",
      ],
      assets: {
        "archive.py": "components/bootstrap/scripts/archive.py",
        "database.py": "components/bootstrap/scripts/database.py",
        "expected_migrations.py": "components/bootstrap/scripts/expected_migrations.py",
        "repair_tables.py": "components/bootstrap/scripts/repair_tables.py",
      },
      values: {
        ...serviceValues(context),
        SHARE: config.share.path,
        ...databaseValues(context),
        TEMP_DIR: config.antares.tempDir,
        ISOS: config.countries.map(({ iso }) => iso).join(" "),
        COUNTRIES: config.countries.map((c) => `${c.iso} ${c.archive} ${c.sha256}`).join("\n"),
      },
      limitMinutes: 30,
    },
    { parent: context.parent },
  );
}
