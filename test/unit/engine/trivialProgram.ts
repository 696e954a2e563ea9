/** Pulumi.yaml of the program that the engine is tried with. */
export const trivialProject = `name: trivial
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: --stack-trace-limit=7
`;

/**
 * A program that behaves as `trivial:mode` says; its one real resource as `trivial:value` says.
 * Files in its folder tell the tests which processes ran.
 */
export const trivialProgram = `
const fs = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const config = new pulumi.Config();
const mode = config.require("mode");
fs.writeFileSync("program.pid", String(process.pid));
fs.writeFileSync("host.pid", String(process.ppid));

const provider = {
  async create(inputs) {
    require("node:fs").writeFileSync("provider.pid", String(process.pid));
    const wait = inputs.value === "slow" ? 6000 : 1200;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return { id: "thing-id", outs: { ...inputs } };
  },
  async diff(id, olds, news) {
    const changes = olds.value !== news.value;
    return { changes, replaces: news.value === "replace" ? ["value"] : [] };
  },
  async update(id, olds, news) {
    if (news.value === "fail") throw new Error("updating failed on purpose");
    return { outs: { ...news } };
  },
  async read(id, props) {
    require("node:fs").appendFileSync("reads", props.value + "\\n");
    return { id, props };
  },
  async delete() {},
};

class Thing extends pulumi.dynamic.Resource {}

class Group extends pulumi.ComponentResource {
  constructor(name) {
    super("my:trivial:Group", name);
    new Thing(
      provider, "thing", { value: config.require("value") }, { parent: this });
    this.registerOutputs({});
  }
}

module.exports = async () => {
  console.log("a line from the program");
  if (mode === "bail") {
    const refusal = new pulumi.RunError("refused on purpose");
    // Node 20 colours stack lines below node_modules, which the SDK asks for, for half a minute.
    refusal.stack = "RunError: refused on purpose";
    throw refusal;
  }
  if (mode === "exit") process.exit(3);
  if (mode === "hang") await new Promise((resolve) => setTimeout(resolve, 600000));
  if (mode === "resource") new Group("group");
  return {
    value: config.require("value"),
    depth: (config.getObject("settings") ?? {}).depth,
    password: config.getSecret("password"),
    traceLimit: Error.stackTraceLimit,
    dry: pulumi.runtime.isDryRun(),
  };
};
`;
