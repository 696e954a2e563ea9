import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";
import { readParts } from "../../host/render";

const FOLDER = "components/infrastructure/aws";

/** What every host reads at its first boot, as cloud-init takes it. JSON is YAML: nothing needs quoting. */
export function firstBoot(more: Readonly<Record<string, unknown>> = {}): string {
  // Not a file of its own: those are written after these commands, which run before anything asks for names.
  const bootcmd = [["bash", "-c", readParts([`${FOLDER}/own-name.sh`])]];
  const lines = Object.entries({ bootcmd, ...more }).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}\n`,
  );
  return `${readFileSync(join(projectRoot, FOLDER, "user-data.yaml"), "utf8")}${lines.join("")}`;
}
