import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { Step } from "../host/host";
import { readParts, renderValues } from "../host/render";
import { installValues, type PhaseContext } from "./context";
import { loginProfile } from "./settings/files";
import type { SoftwareResult } from "./software";

const PARTS = [
  "components/host/scripts/service-user.sh",
  "components/host/scripts/packages.sh",
  "components/bootstrap/scripts/install.sh",
  "components/bootstrap/scripts/link-settings.sh",
  "components/bootstrap/scripts/join.sh",
];

/**
 * Phase 7: what a node runs, as one file on the share. Nothing in it is secret; its digest travels
 * to the node by another way, and the node runs nothing else.
 */
export function recipe(
  context: PhaseContext,
  software: Step<SoftwareResult>,
): Step<unknown> & { digest: pulumi.Output<string> } {
  const join = software.result.apply(({ wheelhouse }) => joinProgram(context, wheelhouse));
  const digest = join.apply((text) => createHash("sha256").update(text).digest("hex"));
  const step = context.infrastructure.master.run(
    `${context.name}-recipe`,
    {
      phase: "recipe",
      parts: ["components/bootstrap/scripts/recipe.sh"],
      values: { SHARE: context.config.share.path, JOIN: join, RECIPE: digest },
      limitMinutes: 5,
    },
    { parent: context.parent },
  );
  return { ...step, digest };
}

function joinProgram(context: PhaseContext, wheelhouse: string): string {
  const values = renderValues({
    ...installValues(context),
    WHEELHOUSE: wheelhouse,
    PROFILE: loginProfile(context.config, context.config.service),
  });
  return `${values}${readParts(PARTS)}`;
}
