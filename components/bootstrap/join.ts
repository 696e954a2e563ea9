import type * as pulumi from "@pulumi/pulumi";
import type { Host, Step } from "../host/host";
import type { PhaseContext } from "./context";

export interface JoinResult {
  readonly name: string;
  /** Configuration files that `antares init` wrote for the service user. */
  readonly files: number;
  readonly antares: string;
}

/** Phase 9: one command a node; it waits for the recipe and for its own host, for no other node. */
export function join(
  context: PhaseContext,
  node: Host,
  recipe: { readonly resource: pulumi.Resource; readonly digest: pulumi.Output<string> },
): Step<JoinResult> {
  return node.run(
    `${context.name}-join-${node.name}`,
    {
      phase: "join",
      parts: ["components/bootstrap/scripts/node.sh"],
      values: { SHARE: context.config.share.path, RECIPE: recipe.digest },
      limitMinutes: 20,
    },
    { parent: context.parent, dependsOn: [recipe.resource] },
  );
}
