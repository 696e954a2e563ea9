import type { Step } from "../host/host";
import { serviceValues, type PhaseContext } from "./context";

/** Phase 1: the shared directory, mounted, laid out, and known again by its marker. */
export function share(context: PhaseContext): Step<{ id: string }> {
  return context.infrastructure.master.run(
    `${context.name}-share`,
    {
      phase: "share",
      parts: ["components/host/scripts/service-user.sh", "components/bootstrap/scripts/share.sh"],
      values: {
        ...serviceValues(context),
        SHARE: context.config.share.path,
        SHARE_KIND: context.infrastructure.share.kind,
      },
      limitMinutes: 5,
    },
    { parent: context.parent },
  );
}
