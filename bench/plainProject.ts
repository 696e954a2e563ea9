import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../config/root";
import { cacheDir } from "../rehearsal/cache";
import { lastLines, runCommand } from "../rehearsal/engine/process";
import { properties } from "./json";

const TS_NODE = "10.9.2";

/** The same program, set up as Pulumi sets up a TypeScript project: ts-node compiles it on each run. */
export interface PlainProject {
  readonly folder: string;
  /** Environment in which the SDK finds ts-node. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/**
 * A copy of the sources without their build. Its compiler options are the project's own (which skip
 * the checking of declaration files, in the reference's favour).
 */
export async function makePlainProject(): Promise<PlainProject> {
  const tsNode = await installTsNode();
  const folder = mkdtempSync(join(tmpdir(), "antares-bench-"));
  for (const path of ["index.ts", "tsconfig.json", "Pulumi.yaml", "config", "components"]) {
    cpSync(join(projectRoot, path), join(folder, path), { recursive: true });
  }
  for (const path of ["providers", "outputs", join("dist", "sources.sha256")]) {
    cpSync(join(projectRoot, path), join(folder, path), { recursive: true });
  }
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  // Without `main`, the SDK's runner takes index.ts.
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ ...properties(manifest), main: undefined }),
  );
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    env: { NODE_PATH: join(tsNode, "node_modules") },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** ts-node is not among the project's packages, because nothing but this comparison needs it. */
async function installTsNode(): Promise<string> {
  const folder = join(cacheDir(), "bench", `ts-node-${TS_NODE}`);
  if (existsSync(join(folder, "complete"))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  const options = ["--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
  const done = await runCommand({
    command: "npm",
    args: ["install", ...options, `ts-node@${TS_NODE}`],
    env: process.env,
    cwd: folder,
    limitSeconds: 180,
  });
  if (done.code !== 0) throw new Error(`ts-node cannot be installed:\n${lastLines(done)}`);
  writeFileSync(join(folder, "complete"), "");
  return folder;
}
