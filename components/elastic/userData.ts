import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { gzipped } from "../host/pack";
import { readParts, renderValues } from "../host/render";
import { firstBoot } from "../infrastructure/aws/firstBoot";

/** Names of the hooks at which the group waits for a node. */
export const HOOKS = { join: "antares-join", leave: "antares-leave" } as const;

/** What a node must be told; all of it is known to whoever may describe the launch template. */
export interface NodeSettings {
  readonly region: string;
  /** Name of its Auto Scaling group. */
  readonly group: string;
  /** Script that makes a node of a bare host. */
  readonly enter: string;
}

const FOLDER = "/usr/local/lib/antares/elastic";
const SCRIPTS = "components/elastic/scripts";

/** Path of the program by which a node speaks with its group; there from the node's first boot on. */
export const LIFECYCLE = `${FOLDER}/lifecycle.py`;

/** What an elastic node reads at its first boot, as cloud-init takes it. */
export function userData({ region, group, enter }: NodeSettings): string {
  const files = [
    file(`${FOLDER}/boot`, `#!/usr/bin/env bash\n${bootProgram(region)}`, "0755"),
    file(`${FOLDER}/enter`, enter, "0755"),
    file(LIFECYCLE, read(`${SCRIPTS}/lifecycle.py`), "0644"),
    file("/etc/systemd/system/antares-elastic.service", read(`${SCRIPTS}/antares-elastic.service`)),
    file("/etc/antares/elastic.json", `${JSON.stringify({ region, group, ...HOOKS })}\n`),
  ];
  // First the one who says good-bye: a node may be ended before it has joined.
  const commands = [["systemctl", "enable", "--now", "antares-elastic"], [`${FOLDER}/boot`]];
  return firstBoot({ write_files: files, runcmd: commands });
}

/** What the machine reads that becomes an image. */
export function builderData(args: { readonly share: string; readonly bake: string }): string {
  const build = `${renderValues({ SHARE: args.share })}${readParts([`${SCRIPTS}/builder.sh`])}`;
  const files = [
    file(`${FOLDER}/build`, `#!/usr/bin/env bash\n${build}`, "0755"),
    file(`${FOLDER}/bake`, args.bake),
  ];
  return firstBoot({ write_files: files, runcmd: [[`${FOLDER}/build`]] });
}

function bootProgram(region: string): string {
  const source = `https://s3.${region}.amazonaws.com/amazon-ssm-${region}`;
  const parts = [`${SCRIPTS}/ssm-agent.sh`, `${SCRIPTS}/boot.sh`];
  return `${renderValues({ AGENT_SOURCE: source })}${readParts(parts)}`;
}

/** A file for cloud-init: packed, because all of them together have 16 KB. */
function file(path: string, text: string, permissions = "0644") {
  return { path, permissions, encoding: "gz+b64", content: gzipped(text) };
}

function read(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}
