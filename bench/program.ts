import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../config/root";
import { lastLines, runCommand } from "../rehearsal/engine/process";
import { type FakeEngine, startFakeEngine } from "./fakeEngine";
import { properties } from "./json";
import type { BenchContext } from "./main";
import { type Comparison, inTurns } from "./measure";
import { makePlainProject } from "./plainProject";

const PAIRS = 5;

/** Time of the program's process in a preview: as it is built, and by ts-node with type checking. */
export async function program(context: BenchContext): Promise<readonly Comparison[]> {
  const engine = await startFakeEngine();
  const plain = await makePlainProject();
  try {
    const built = await inPreview(engine, { folder: projectRoot, env: typescript(false) });
    const byTsNode = { folder: plain.folder, env: { ...plain.env, ...typescript(true) } };
    const compiled = await inPreview(engine, byTsNode);
    if (built.resources.join() !== compiled.resources.join())
      throw new Error("the two programs registered different resources");
    context.log(`${built.resources.length} resources, ${PAIRS} pairs`);
    const comparison = await inTurns({
      what: "program in preview",
      against: "ts-node with type checking",
      target: 0.35,
      pairs: PAIRS,
      signal: context.signal,
      ours: async () =>
        (await inPreview(engine, { folder: projectRoot, env: typescript(false) })).seconds,
      reference: async () => (await inPreview(engine, byTsNode)).seconds,
    });
    return [comparison];
  } finally {
    plain.remove();
    engine.stop();
  }
}

function typescript(on: boolean): Record<string, string> {
  return { PULUMI_NODEJS_TYPESCRIPT: String(on) };
}

interface Setup {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One run under the SDK's own runner, started as the language host starts it. */
async function inPreview(engine: FakeEngine, { folder, env }: Setup) {
  const runner = createRequire(join(projectRoot, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const names = ["--project", "antares", "--stack", "bench", "--organization", "organization"];
  const lines = ["--monitor", engine.address, "--engine", engine.address, "--parallel", "8"];
  engine.forget();
  const done = await runCommand({
    command: process.execPath,
    args: [runner, ...lines, ...names, "--pwd", folder, "--dry-run", "."],
    cwd: folder,
    env: { ...process.env, PULUMI_CONFIG: JSON.stringify(stackConfig()), ...env },
    limitSeconds: 120,
  });
  if (done.code !== 0 || engine.registered.length === 0)
    throw new Error(`the program failed:\n${lastLines(done)}\n${engine.errors.join("\n")}`);
  return { seconds: done.seconds, resources: [...engine.registered].sort() };
}

/** The stack `local` with the two things that an operator must give. */
function stackConfig(): Record<string, string> {
  const project: unknown = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8"));
  const values = new Map<string, unknown>();
  for (const [key, entry] of Object.entries(properties(properties(project)["config"]))) {
    values.set(key, properties(entry)["default"]);
  }
  const software = properties(values.get("antares:software"));
  values.set("antares:software", { ...software, source: "/srv/madmex" });
  const country = { iso: "MEX", archive: "/srv/MEX_adm_shp.zip", sha256: "0".repeat(64) };
  values.set("antares:countries", [country]);
  const text = (value: unknown): string =>
    typeof value === "string" ? value : JSON.stringify(value);
  return Object.fromEntries([...values].map(([key, value]) => [key, text(value)]));
}
