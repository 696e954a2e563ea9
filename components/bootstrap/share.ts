import type { Step } from "../host/host";
import { serviceValues, shareParts, shareValues, type PhaseContext } from "./context";

/** The shared directory, mounted, laid out, and known again by its marker. */
export function share(context: PhaseContext): Step<{ id: string }> {
  return context.infrastructure.master.run(
    `${context.name}-share`,
    {
      phase: "share",
      parts: [
        "components/host/scripts/service-user.sh",
        ...shareParts(context),
        "components/bootstrap/scripts/export.sh",
        "components/bootstrap/scripts/share.sh",
      ],
      values: { ...serviceValues(context), ...shareValues(context, "master") },
      limitMinutes: 15,
    },
    { parent: context.parent },
  );
}
