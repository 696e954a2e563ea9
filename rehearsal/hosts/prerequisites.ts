import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that throw-away hosts are made with, and the Debian package of each. */
const TOOLS: Readonly<Record<string, string>> = {
  "apt-get": "apt",
  bash: "bash",
  "dpkg-deb": "dpkg",
  flock: "util-linux",
  hardlink: "util-linux",
  ip: "iproute2",
  nsenter: "util-linux",
  perl: "perl",
  pivot_root: "util-linux",
  python3: "python3",
  setpriv: "util-linux",
  unshare: "util-linux",
};

/**
 * What this machine lacks for throw-away hosts, one sentence each; empty when they can be made.
 * mmdebstrap is not asked for: it is fetched where it is missing.
 */
export function missingPrerequisites(env: NodeJS.ProcessEnv = process.env): string[] {
  const folders = (env["PATH"] ?? "").split(delimiter);
  const tools = Object.entries(TOOLS)
    .filter(([tool]) => !folders.some((folder) => isExecutable(join(folder, tool))))
    .map(([tool, name]) => `${tool} is missing: apt-get install ${name}`);
  if (process.platform !== "linux") return ["throw-away hosts need Linux (Debian 12)"];
  return process.getuid?.() === 0 ? tools : ["throw-away hosts need root: run as root", ...tools];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
