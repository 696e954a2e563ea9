import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../../providers/database/connection";
import { VerifiedState, type VerifiedStateArgs } from "../../providers/resources/verifiedState";
import type { Step } from "../host/host";
import { loadedRegions, type AntaresResult } from "./antares";
import type { PhaseContext } from "./context";
import type { DatacubeResult } from "./datacube";

export interface Watched {
  readonly connection: pulumi.Output<DatabaseConnection>;
  readonly schema: Step<DatacubeResult>;
  readonly tables: Step<AntaresResult>;
}

/** What was verified stays watched: `refresh` asks the database again and shows what is gone. */
export function watch(context: PhaseContext, { connection, schema, tables }: Watched): void {
  const verify = (name: string, by: Step<unknown>, what: Subject): void => {
    const repair = `npm run up -- ${pulumi.getStack()}`;
    new VerifiedState(
      `${context.name}-${name}-state`,
      { ...what, connection, repair, repairedBy: [by.name] },
      { parent: context.parent, dependsOn: [by.resource] },
    );
  };
  verify("datacube", schema, {
    subject: "datacube",
    // datacube 1.8.1 and later; the types are those of its own default set.
    expected: schema.result.apply(({ types }) => ({ types: [...types], triggers: true })),
  });
  verify("antares", tables, {
    subject: "antares",
    expected: tables.result.apply(({ migrations, tables: names }) => ({
      migrations: { count: migrations.expected, last: migrations.last },
      tables: [...names],
    })),
  });
  const isos = context.config.countries.map(({ iso }) => iso);
  if (isos.length === 0) return;
  verify("countries", tables, {
    subject: "countries",
    expected: tables.result.apply((result) => ({ isos, regions: loadedRegions(result) })),
  });
}

type Subject = VerifiedStateArgs extends infer A
  ? A extends VerifiedStateArgs
    ? Pick<A, "subject" | "expected">
    : never
  : never;
