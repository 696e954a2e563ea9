import type { Step } from "../host/host";
import type { Node } from "../infrastructure/contract";
import { shareParts, shareValues, type PhaseContext } from "./context";
import type { Recipe } from "./recipe";

export interface JoinResult {
  readonly name: string;
  /** Configuration files that `antares init` wrote for the service user. */
  readonly files: number;
  readonly antares: string;
}

/**
 * One command a node; it waits for the recipe and for its own host, for no other node. Nor does it
 * wait for a master that is still being made: the engine runs a limited number of steps at once, and
 * joins that wait for the scheduler's phase could take all of its places. Whether such a node was
 * admitted is the acceptance's question.
 */
export function join(context: PhaseContext, node: Node, recipe: Recipe): Step<JoinResult> {
  return node.host.run(
    `${context.name}-join-${node.host.name}`,
    {
      phase: "join",
      parts: nodeParts(context),
      packed: true,
      values: {
        ...shareValues(context, isMaster(context, node) ? "master" : "node"),
        SHARE_ID: recipe.shareId,
        RECIPE: recipe.digest,
        NODE_NAME: node.host.name,
        ADMISSION: "later",
      },
      limitMinutes: 20,
    },
    { parent: context.parent, dependsOn: [recipe.step.resource] },
  );
}

/** Gets a host that has the share to the recipe; everything else is in the recipe itself. */
const NODE = "components/bootstrap/scripts/node.sh";

/** What mounts the share and gets a host to the recipe. */
export function nodeParts(context: PhaseContext): readonly string[] {
  return [...shareParts(context), NODE];
}

/** The same where somebody else has mounted the share. */
export const NODE_PARTS = [
  "components/host/scripts/packages.sh",
  "components/bootstrap/scripts/mount.sh",
  NODE,
] as const;

function isMaster({ infrastructure }: PhaseContext, node: Node): boolean {
  return node.host === infrastructure.master;
}
