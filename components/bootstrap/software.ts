import type { SoftwareConfig } from "../../config/model";
import type { Step } from "../host/host";
import { installValues, type PhaseContext } from "./context";

export interface SoftwareResult {
  /** Name of the wheelhouse: digest of the lock, the Python and the source of antares3. */
  readonly wheelhouse: string;
  /** sha256 of its archive: hosts learn it from the program, not from the share. */
  readonly archive: string;
  /** Version of the distribution `madmex`. */
  readonly antares: string;
}

/** The wheelhouse, built once on the share, and the master's own installation from it. */
export function software(context: PhaseContext): Step<SoftwareResult> {
  const { software: config } = context.config;
  return context.infrastructure.master.run(
    `${context.name}-software`,
    {
      phase: "software",
      parts: [
        "components/host/scripts/service-user.sh",
        "components/host/scripts/packages.sh",
        "components/bootstrap/scripts/install.sh",
        "components/bootstrap/scripts/wheels.sh",
        "components/bootstrap/scripts/wheelhouse.sh",
        "components/bootstrap/scripts/software.sh",
      ],
      assets: {
        "lock.txt": "components/bootstrap/software/lock.txt",
        "tools.txt": "components/bootstrap/software/tools.txt",
        "antares3_compat.py": "components/bootstrap/software/compat/antares3_compat.py",
        "antares3_compat.pth": "components/bootstrap/software/compat/antares3_compat.pth",
        "verify_imports.py": "components/bootstrap/scripts/verify_imports.py",
      },
      values: {
        ...installValues(context),
        PYTHON_INDEX: config.pythonIndex ?? "",
        SOURCE_KIND: config.source.kind,
        ...source(config.source),
      },
      limitMinutes: 45,
    },
    { parent: context.parent },
  );
}

/** Script values of the wheelhouse that a host installs from, and of nothing else that lies in its place. */
export function wheelhouseValues({ wheelhouse, archive }: SoftwareResult): Record<string, string> {
  return { WHEELHOUSE: wheelhouse, WHEELHOUSE_HASH: archive };
}

function source(from: SoftwareConfig["source"]): Record<string, string> {
  return from.kind === "git"
    ? { SOURCE: from.url, SOURCE_COMMIT: from.commit }
    : { SOURCE: from.path, SOURCE_COMMIT: "" };
}
