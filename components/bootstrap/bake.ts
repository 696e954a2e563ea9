import * as pulumi from "@pulumi/pulumi";
import { renderScript } from "../host/render";
import type { Step } from "../host/host";
import { installValues, type PhaseContext, shareParts, shareValues } from "./context";
import { type SoftwareResult, wheelhouseValues } from "./software";

const BEFORE = ["components/host/scripts/tools.sh", "components/host/scripts/service-user.sh"];
const BEHIND = ["components/bootstrap/scripts/install.sh", "components/bootstrap/scripts/bake.sh"];

/** Script that installs a node's software on a bare host and makes it fit for an image. */
export function bakeScript(
  context: PhaseContext,
  made: { readonly shareId: pulumi.Output<string>; readonly software: Step<SoftwareResult> },
): pulumi.Output<string> {
  const values = pulumi.output({ ...installValues(context), ...shareValues(context, "node") });
  const parts = [...BEFORE, ...shareParts(context), ...BEHIND];
  const frame = { phase: "image", host: "of the image", next: "npm run up", limit: "30m" };
  return pulumi
    .all([values, made.shareId, made.software.result])
    .apply(([given, shareId, software]) =>
      renderScript({
        source: { parts, packed: true },
        frame,
        values: { ...given, SHARE_ID: shareId, ...wheelhouseValues(software) },
      }),
    );
}
