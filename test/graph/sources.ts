import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { projectRoot } from "../../config/root";

/** Text → path from the project's root, for every file that can travel to a host. */
const files: ReadonlyMap<string, string> = new Map(
  ["components", "providers"]
    .flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true }),
    )
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".ts"))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .sort()
    .map((path) => [readFileSync(join(projectRoot, path), "utf8"), path]),
);

/** Without comments and empty lines, which a packed text has not. */
const code = (text: string): string => text.replace(/^[ \t]*(#.*)?\n/gm, "");

/** Paths of the shell files that a script consists of, in their order in the text. */
export function partsOf(text: string): string[] {
  return [...files]
    .filter(([, path]) => path.endsWith(".sh"))
    .map(([content, path]) => ({ path, at: code(text).indexOf(code(content)) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ path }) => path);
}

/** Name on the host → path of the file that has this text. */
export function pathsOf(assets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(assets).map(([name, content]) => [name, files.get(content) ?? "[no file]"]),
  );
}
