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
import { type BenchConfig, stackConfig } from "./stackConfig";

const PAIRS = 5;
const NODES = 50;

/** Time of the program's process in a preview: as it is built, and by ts-node with type checking. */
export async function program(context: BenchContext): Promise<readonly Comparison[]> {
  const engine = await startFakeEngine();
  const plain = await makePlainProject();
  try {
    const built = { folder: projectRoot, node: nodeArguments(), env: typescript(false) };
    const env = { ...plain.env, ...typescript(true) };
    const byTsNode = { folder: plain.folder, node: [], env };
    const runs: Runs = {
      built: (config) => inPreview(engine, { ...built, config }),
      byTsNode: (config) => inPreview(engine, { ...byTsNode, config }),
    };
    return [...(await small(runs, context)), ...(await large(runs, context))];
  } finally {
    plain.remove();
    engine.stop();
  }
}

/** The program as it is built, and as Pulumi sets one up. */
interface Runs {
  readonly built: (config: BenchConfig) => Promise<Run>;
  readonly byTsNode: (config: BenchConfig) => Promise<Run>;
}

async function small(runs: Runs, context: BenchContext): Promise<Comparison[]> {
  const config = stackConfig("local");
  return [await againstTsNode(runs, { what: "program in preview", config, target: 0.35, context })];
}

/** The stack `prod` with many fixed nodes: what a resource costs counts there, not the start. */
async function large(runs: Runs, context: BenchContext): Promise<Comparison[]> {
  const { built } = runs;
  const prod = (nodes: number): BenchConfig => stackConfig("prod", { compute: { nodes } });
  const against = (
    against: string,
    args: { readonly ours: BenchConfig; readonly reference: BenchConfig; readonly target: number },
  ): Promise<Comparison> =>
    inTurns({
      what: `prod with ${args.ours.nodes} nodes in preview`,
      ...{ against, target: args.target, pairs: PAIRS, signal: context.signal },
      ours: async () => (await built(args.ours)).seconds,
      reference: async () => (await built(args.reference)).seconds,
    });
  const what = `prod with ${NODES} nodes in preview`;
  const [ours, more] = [prod(NODES), prod(4 * NODES)];
  return [
    await against("local", { ours, reference: stackConfig("local"), target: 6 }),
    await againstTsNode(runs, { what, config: ours, target: 0.3, context }),
    // Linear: four times the nodes take at most four times as long.
    await against(`${NODES} nodes`, { ours: more, reference: ours, target: 4 }),
  ];
}

async function againstTsNode(
  { built, byTsNode }: Runs,
  args: {
    readonly what: string;
    readonly config: BenchConfig;
    readonly target: number;
    readonly context: BenchContext;
  },
): Promise<Comparison> {
  const { what, config, target, context } = args;
  const { resources } = await built(config);
  if (resources.join() !== (await byTsNode(config)).resources.join())
    throw new Error("the two programs registered different resources");
  context.log(`${resources.length} resources, ${PAIRS} pairs`);
  return inTurns({
    ...{ what, against: "ts-node with type checking", target, pairs: PAIRS },
    signal: context.signal,
    ours: async () => (await built(config)).seconds,
    reference: async () => (await byTsNode(config)).seconds,
  });
}

function typescript(on: boolean): Record<string, string> {
  return { PULUMI_NODEJS_TYPESCRIPT: String(on) };
}

/** What Pulumi.yaml has Node started with. */
function nodeArguments(): readonly string[] {
  const project: unknown = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8"));
  const { nodeargs } = properties(properties(properties(project)["runtime"])["options"]);
  return typeof nodeargs === "string" ? nodeargs.split(" ") : [];
}

interface Setup {
  readonly folder: string;
  /** Arguments of Node. */
  readonly node: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly config: BenchConfig;
}

interface Run {
  readonly seconds: number;
  /** URNs, sorted. */
  readonly resources: readonly string[];
}

/** One run under the SDK's own runner, started as the language host starts it. */
async function inPreview(engine: FakeEngine, setup: Setup): Promise<Run> {
  const { folder, node, env, config } = setup;
  const runner = createRequire(join(projectRoot, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const names = ["--project", "antares", "--stack", "bench", "--organization", "organization"];
  const lines = ["--monitor", engine.address, "--engine", engine.address, "--parallel", "8"];
  engine.forget();
  const done = await runCommand({
    command: process.execPath,
    args: [...node, runner, ...lines, ...names, "--pwd", folder, "--dry-run", "."],
    cwd: folder,
    env: { ...process.env, PULUMI_CONFIG: JSON.stringify(config.values), ...env },
    limitSeconds: 180,
  });
  if (done.code !== 0 || engine.registered.length === 0)
    throw new Error(`the program failed:\n${lastLines(done)}\n${engine.errors.join("\n")}`);
  return { seconds: done.seconds, resources: [...engine.registered].sort() };
}
