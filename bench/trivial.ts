import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../config/root";
import { PulumiCli, succeeded } from "../rehearsal/engine/pulumi";
import { startOn } from "../rehearsal/run/way";
import type { Deployment } from "../test/fixtures/deployment";
import type { Deployed } from "./state";

/** How many resources of each kind a program registers. */
export interface Counts {
  readonly components: number;
  readonly commands: number;
  readonly dynamic: number;
  readonly extensions: number;
}

/**
 * A program of nothing but trivial resources, compiled like ours, as a deployed stack of its own in
 * the deployment's host: the same CLI, Pulumi home and plugins.
 */
export async function trivialStack(args: {
  readonly machine: Deployment;
  readonly name: string;
  readonly counts: Counts;
  /** The server that trivial extensions are made in (`plpgsql`, which every database has). */
  readonly server: Deployed["server"];
}): Promise<PulumiCli> {
  const { machine, name, counts, server } = args;
  const { session, engine, stage } = machine;
  const folder = join(session.folder, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  const project = { name, runtime: { name: "nodejs", options: { typescript: false } } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ main: "index.js" }));
  writeFileSync(join(folder, "index.js"), programText(counts, server.settings));
  const cli = new PulumiCli({
    engine,
    home: session.home,
    backend: session.backend("local"),
    passphrase: session.passphrase,
    cwd: folder,
    stack: "trivial",
    run: startOn(stage.master),
  });
  succeeded(await cli.stackInit());
  const password = { key: `${name}:password`, value: server.password, secret: true };
  succeeded(await cli.configSet(password));
  succeeded(await cli.up());
  return cli;
}

function programText(counts: Counts, settings: Deployed["server"]["settings"]): string {
  const times = (count: number, make: string): string =>
    count === 0 ? "" : `for (let i = 0; i < ${count}; i++) ${make};\n`;
  const extensions = `const { Extension, Provider } = require("@pulumi/postgresql");
const password = new pulumi.Config().requireSecret("password");
const provider = new Provider("server", { ...${JSON.stringify(settings)}, password });
`;
  return `const pulumi = require("@pulumi/pulumi");
const { Command } = require("@pulumi/command/local/command");
const nothing = {
  create: async () => ({ id: "id", outs: {} }),
  diff: async () => ({ changes: false }),
};
class Dynamic extends pulumi.dynamic.Resource {}
${counts.extensions === 0 ? "" : extensions}\
${times(counts.components, 'new pulumi.ComponentResource("bench:t:Component", "component-" + i).registerOutputs()')}\
${times(counts.commands, 'new Command("command-" + i, { create: "true" })')}\
${times(counts.dynamic, 'new Dynamic(nothing, "dynamic-" + i, {})')}\
${times(counts.extensions, 'new Extension("extension-" + i, { name: "plpgsql" }, { provider })')}`;
}
