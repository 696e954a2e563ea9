import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../config/root";
import { type OperationResult, PulumiCli, succeeded } from "../rehearsal/engine/pulumi";
import { type Deployment, openDeployment } from "../test/fixtures/deployment";
import type { BenchContext } from "./main";
import { type Comparison, inTurns } from "./measure";

const PAIRS = 3;

/**
 * An `up` that has nothing to do, on a deployed host: this program, and an empty one with as many
 * trivial resources. The same CLI, Pulumi home and plugins, started in the same host.
 */
export async function noop(context: BenchContext): Promise<readonly Comparison[]> {
  const machine = await openDeployment({ label: "bench-noop", from: "ready" });
  try {
    const steps = quiet(await machine.cli.up()).steps.filter(({ type }) => !/^pulumi:/.test(type));
    const components = steps.filter(({ type }) => type.startsWith("antares:")).length;
    const trivial = trivialStack(machine, { components, commands: steps.length - components });
    succeeded(await trivial.stackInit());
    succeeded(await trivial.up());
    context.log(`${steps.length} resources, ${components} of them components; ${PAIRS} pairs`);
    const comparison = await inTurns({
      what: "up without changes",
      against: "as many trivial resources",
      target: 1.3,
      pairs: PAIRS,
      signal: context.signal,
      ours: async () => quiet(await machine.cli.up()).seconds,
      reference: async () => quiet(await trivial.up()).seconds,
    });
    return [comparison];
  } finally {
    await machine.close();
  }
}

/** @throws Error when the operation failed or did something. */
function quiet(result: OperationResult): OperationResult {
  const done = succeeded(result).steps.filter(({ op }) => op !== "same");
  if (done.length > 0) {
    const names = done.map(({ op, name }) => `${op} ${name}`);
    throw new Error(`the up was to change nothing, but it did: ${names.join(", ")}`);
  }
  return result;
}

/** A compiled program of trivial resources, in the folder that the deployment's host sees. */
function trivialStack(
  { session, engine, stage }: Deployment,
  counts: { readonly components: number; readonly commands: number },
): PulumiCli {
  const folder = join(session.folder, "trivial");
  mkdirSync(folder);
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  const options = { typescript: false };
  const project = { name: "trivial", runtime: { name: "nodejs", options }, main: "." };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ main: "index.js" }));
  writeFileSync(join(folder, "index.js"), trivialProgram(counts));
  return new PulumiCli({
    engine,
    home: session.home,
    backend: session.backend("local"),
    passphrase: session.passphrase,
    cwd: folder,
    stack: "trivial",
    run: stage.inside,
  });
}

function trivialProgram(counts: {
  readonly components: number;
  readonly commands: number;
}): string {
  return `const pulumi = require("@pulumi/pulumi");
const { Command } = require("@pulumi/command/local/command");
for (let i = 0; i < ${counts.components}; i++)
  new pulumi.ComponentResource("bench:trivial:Component", "component-" + i).registerOutputs();
for (let i = 0; i < ${counts.commands}; i++) new Command("command-" + i, { create: "true" });
`;
}
