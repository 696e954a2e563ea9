import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Folder of the project's `package.json`. Scripts, locks and schemas are read from the sources, so
 * that compiled code in `dist/` and the sources can never disagree about them.
 */
export const projectRoot: string = findRoot(__dirname);

function findRoot(start: string): string {
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, "package.json")) && existsSync(join(dir, "Pulumi.yaml"))) return dir;
    if (dir === dirname(dir)) throw new Error(`no Pulumi.yaml above ${start}`);
  }
}
