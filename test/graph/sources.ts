import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";

/** Text → path from the project's root, for every file that can travel to a host. */
const files: ReadonlyMap<string, string> = new Map(
  readdirSync(join(projectRoot, "components"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(sh|py|pth|txt)$/.test(name))
    .sort()
    .map((name) => join("components", name))
    .map((path) => [readFileSync(join(projectRoot, path), "utf8"), path]),
);

/** Paths of the shell files that a script consists of, in their order in the text. */
export function partsOf(text: string): string[] {
  return [...files]
    .filter(([, path]) => path.endsWith(".sh"))
    .map(([content, path]) => ({ path, at: text.indexOf(content.replace(/^#!.*\n/, "")) }))
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
