import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Beside each file of a file backend lies a description, `FILE.attrs`, with its time and checksum.
 * The file itself is replaced at once, its description is not: a kill can leave that empty, and from
 * then on every command fails with `failed to load checkpoint: EOF`. A file without one is read well.
 *
 * @param folder of the backend
 * @returns the descriptions that were no JSON; they are removed
 */
export function removeBrokenSidecars(folder: string): readonly string[] {
  const root = join(folder, ".pulumi");
  if (!existsSync(root)) return [];
  const broken = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".attrs"))
    .filter((file) => !isJson(join(root, file)));
  for (const file of broken) rmSync(join(root, file), { force: true });
  return broken;
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch (error) {
    // One that is gone meanwhile is another run's doing.
    return !(error instanceof SyntaxError);
  }
}
