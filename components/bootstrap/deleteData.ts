import type { Step } from "../host/host";
import { databaseValues, type PhaseContext, serviceValues } from "./context";

/**
 * Not a phase: it is in the graph only while an operator deletes the data, after a confirmation and
 * before the stack is destroyed, because only the running stack knows hosts and secrets.
 */
export function deleteData(context: PhaseContext): Step<{ deleted: boolean }> {
  const { admin } = context.infrastructure.database;
  return context.infrastructure.master.run(
    `${context.name}-delete-data`,
    {
      phase: "delete-data",
      parts: ["components/bootstrap/scripts/delete-data.sh"],
      assets: { "delete_data.py": "components/bootstrap/scripts/delete_data.py" },
      values: {
        ...serviceValues(context),
        ...databaseValues(context),
        SHARE: context.config.share.path,
        ADMIN: admin?.user ?? "",
        ADMIN_PASSWORD: admin?.password ?? "",
        ADMIN_DATABASE: admin?.database ?? "",
      },
      secretValues: ["ADMIN_PASSWORD"],
      limitMinutes: 15,
    },
    { parent: context.parent },
  );
}
