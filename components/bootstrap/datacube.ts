import type * as pulumi from "@pulumi/pulumi";
import type { Step } from "../host/host";
import { databaseValues, serviceValues, type PhaseContext } from "./context";

export interface DatacubeResult {
  readonly state: string;
  /** Names of the metadata types. */
  readonly types: readonly string[];
}

/** Datacube's schema, made only where SQL says that there is none. */
export function datacube(
  context: PhaseContext,
  dependsOn: readonly pulumi.Resource[],
): Step<DatacubeResult> {
  return context.infrastructure.master.run(
    `${context.name}-datacube`,
    {
      phase: "datacube",
      parts: ["components/bootstrap/scripts/query.sh", "components/bootstrap/scripts/datacube.sh"],
      assets: {
        "database.py": "components/bootstrap/scripts/database.py",
        "repair_datacube.py": "components/bootstrap/scripts/repair_datacube.py",
      },
      values: { ...serviceValues(context), ...databaseValues(context) },
      limitMinutes: 15,
    },
    { parent: context.parent, dependsOn: [...dependsOn] },
  );
}
