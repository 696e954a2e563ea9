import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { ensureEngine } from "../../rehearsal/engine/engine";
import { changedCount } from "../../rehearsal/engine/events";
import { PulumiCli, succeeded } from "../../rehearsal/engine/pulumi";
import { installPlugins } from "../../rehearsal/plugins/install";

/**
 * A command and a dynamic resource whose inputs, and whose provider's text, are what the
 * configuration says; `runs` tells what was done.
 */
const program = `
const pulumi = require("@pulumi/pulumi");
const { Command } = require("@pulumi/command/local/command");
const { frozen } = require(${JSON.stringify(join(projectRoot, "dist", "components", "host", "frozen"))});
const config = new pulumi.Config();
const value = config.require("value");
const note = (what) => require("node:fs").appendFileSync("runs", what + "\\n");
const provider = {
  create: async (inputs) => (note("made " + inputs.value), { id: "thing", outs: inputs }),
  diff: async (id, olds, news) => ({ changes: olds.value !== news.value }),
  update: async (id, olds, news) => (note("changed to " + news.value + " by " + value), { outs: news }),
};
class Thing extends pulumi.dynamic.Resource {}
class Group extends pulumi.ComponentResource {
  constructor() {
    super("my:frozen:Group", "group", {}, config.get("parked") ? { transformations: [frozen] } : {});
    const parent = this;
    const stdin = pulumi.secret("echo ran " + value + " >>runs");
    new Command("command", { create: "sh -s", stdin, triggers: [value] }, { parent });
    new Thing(provider, "thing", { value }, { parent });
    this.registerOutputs({});
  }
}
new Group();
`;

describe("a frozen component", function () {
  this.timeout(120_000);
  let folder: string;
  let cli: PulumiCli;

  before(async function () {
    this.timeout(3_600_000);
    const log = (line: string): void => void process.stderr.write(`      ${line}\n`);
    const engine = await ensureEngine({ log });
    folder = mkdtempSync(join(tmpdir(), "frozen-test-"));
    const [home, state] = [join(folder, "home"), join(folder, "state")];
    mkdirSync(state);
    await installPlugins({ home, log: () => undefined });
    const project = { name: "frozen", runtime: { name: "nodejs", options: { typescript: false } } };
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ main: "index.js" }));
    writeFileSync(join(folder, "index.js"), program);
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    const backend = `file://${state}`;
    cli = new PulumiCli({ engine, home, backend, passphrase: "-", cwd: folder, stack: "frozen" });
    succeeded(await cli.stackInit());
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const set = async (key: string, value: string): Promise<unknown> =>
    succeeded(await cli.configSet({ key: `frozen:${key}`, value }));
  const runs = (): string[] => readFileSync(join(folder, "runs"), "utf8").trim().split("\n").sort();

  it("is made as any other", async () => {
    await set("value", "one");
    succeeded(await cli.up());
    assert.deepEqual(runs(), ["made one", "ran one"]);
  });

  it("does nothing, whatever the program changes", async () => {
    await set("parked", "true");
    await set("value", "two");
    succeeded(await cli.preview({ expectNoChanges: true }));
    assert.equal(changedCount(succeeded(await cli.up()).changes), 0);
    assert.deepEqual(runs(), ["made one", "ran one"]);
  });

  it("does it when it is no longer frozen", async () => {
    succeeded(await cli.configRemove("frozen:parked"));
    const { changes } = succeeded(await cli.up());
    assert.deepEqual(changes, { create: 0, update: 1, replace: 1, delete: 0, same: 2 });
    assert.deepEqual(runs(), ["changed to two by two", "made one", "ran one", "ran two"]);
  });

  it("changes nothing after that", async () => {
    succeeded(await cli.preview({ expectNoChanges: true }));
  });
});
