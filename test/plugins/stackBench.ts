import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { ensureEngine } from "../../rehearsal/engine/engine";
import { PulumiCli } from "../../rehearsal/engine/pulumi";

/** One resource of a throw-away program: class by SDK path, `command.remote.Command`. */
export interface Declared {
  readonly sdk: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Arguments that are wrapped as secrets. */
  readonly secret?: readonly string[];
  /** Logical name of the provider resource that serves it. */
  readonly provider?: string;
  readonly ignoreChanges?: readonly string[];
}

/** Makes what `resources.json` declares; nothing of it is known to the compiler. */
const program = `
const pulumi = require("@pulumi/pulumi");
const sdks = { command: require("@pulumi/command"), postgresql: require("@pulumi/postgresql") };
const made = {};
for (const declared of require("./resources.json")) {
  const Class = declared.sdk.split(".").reduce((value, key) => value[key], sdks);
  const args = { ...declared.args };
  for (const key of declared.secret ?? []) args[key] = pulumi.secret(args[key]);
  const { provider, ignoreChanges } = declared;
  const options = { ignoreChanges, ...(provider ? { provider: made[provider] } : {}) };
  made[declared.name] = new Class(declared.name, args, options);
}
`;

/** A stack of the real engine whose program is a list of resources. */
export class StackBench {
  private constructor(
    readonly cli: PulumiCli,
    private readonly dir: string,
  ) {}

  static async make(at: { root: string; home: string; name: string }): Promise<StackBench> {
    const dir = join(at.root, at.name);
    const state = join(dir, "state");
    mkdirSync(state, { recursive: true });
    symlinkSync(join(projectRoot, "node_modules"), join(dir, "node_modules"));
    const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
    writeFileSync(join(dir, "Pulumi.yaml"), `name: ${at.name}\n${runtime}\n`);
    writeFileSync(join(dir, "package.json"), '{ "main": "index.js" }\n');
    writeFileSync(join(dir, "index.js"), program);
    const engine = await ensureEngine({ log: (line) => process.stderr.write(`${line}\n`) });
    const cli = new PulumiCli({
      engine,
      home: at.home,
      backend: `file://${state}`,
      passphrase: "bench",
      cwd: dir,
      stack: "bench",
      limitSeconds: 120,
    });
    const made = await cli.stackInit();
    if (made.code !== 0) throw new Error(made.stderr);
    return new StackBench(cli, dir);
  }

  /** Sets what the next operation's program makes. */
  declare(resources: readonly Declared[]): void {
    writeFileSync(join(this.dir, "resources.json"), JSON.stringify(resources));
  }

  /** The state file as text: what a reader of the backend sees. */
  stateText(): string {
    const path = join(this.dir, "state", ".pulumi", "stacks");
    const project = this.dir.split("/").at(-1) ?? "";
    return readFileSync(join(path, project, "bench.json"), "utf8");
  }
}
