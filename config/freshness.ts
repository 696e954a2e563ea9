import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "./operatorError";
import { projectRoot } from "./root";

// What the program that Pulumi runs is compiled from; tests and tools may be older than their build.
const SOURCES = ["index.ts", "tsconfig.json", "config", "components", "providers", "outputs"];

const DIGEST_FILE = join("dist", "sources.sha256");

/**
 * Refuses to run a build that is older than the sources: Pulumi runs the compiled program, and an
 * edit without a build would deploy yesterday's.
 *
 * @throws {OperatorError} that names the command.
 */
export function assertFreshBuild(root: string = projectRoot): void {
  const recorded = readRecorded(root);
  if (recorded === digestSources(root)) return;
  const what = recorded === undefined ? "has not been built" : "has changed since it was built";
  throw new OperatorError(`the program ${what}; run \`npm run build\` in ${root}, then again`);
}

/** Records the digest of the sources that the build in `dist/` was made from. */
export function recordBuild(root: string = projectRoot): void {
  writeFileSync(join(root, DIGEST_FILE), `${digestSources(root)}\n`);
}

/** sha256 over names and contents of the program's sources, independent of time stamps. */
export function digestSources(root: string): string {
  const hash = createHash("sha256");
  for (const name of SOURCES.flatMap((source) => listSources(root, source)).sort()) {
    const content = readFileSync(join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function listSources(root: string, source: string): readonly string[] {
  if (!existsSync(join(root, source))) return [];
  if (source.includes(".")) return [source];
  return readdirSync(join(root, source), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(source, name));
}

function readRecorded(root: string): string | undefined {
  const file = join(root, DIGEST_FILE);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}
