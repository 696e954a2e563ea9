import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { projectRoot } from "../../../config/root";

/** Modules below these folders are what is to be postponed. */
const SHOW = `
  const loaded = () => ["typescript/lib", "@npmcli/arborist/lib", "fdir/dist", "@pulumi/pulumi/automation"].map((folder) =>
    Object.values(require.cache).some(({ filename }) => filename?.includes("/node_modules/" + folder + "/")));
  const show = (what) => console.log(what, ...loaded());`;

describe("modules of the SDK that are postponed", function () {
  this.timeout(30_000);

  it("would be loaded by the version that is pinned", () => {
    const lines = run([], `require("@pulumi/pulumi"); show("sdk");`);
    assert.deepEqual(lines, ["sdk true true true true"]);
  });

  it("are loaded by neither the SDK nor the program", () => {
    const lines = run(
      ["--require", "./dist/components/postponed.js"],
      `const { runProgram } = require("./dist/test/graph/harness.js");
       const { stackConfig } = require("./dist/test/graph/configuration.js");
       show("sdk");
       runProgram({ config: stackConfig("local"), preview: false }).then(({ resources }) => {
         show(resources.some(({ type }) => type.startsWith("pulumi-nodejs:dynamic/")));
       });`,
    );
    assert.deepEqual(lines, ["sdk false false false false", "true false false false false"]);
  });

  it("are not loaded by the process of the dynamic providers where the wrappers preload this", () => {
    const host = `process.argv.splice(1, 0, "node", "engine"); require("@pulumi/pulumi/cmd/dynamic-provider"); show("providers"); process.exit();`;
    assert.deepEqual(run([], host), ["providers true true true true"]);
    const lines = run(["--require", "./dist/components/postponed.js"], host);
    assert.deepEqual(lines, ["providers false false false false"]);
  });

  it("are loaded by the first who uses them", () => {
    const lines = run(
      ["--require", "./dist/components/postponed.js"],
      `const { runtime } = require("@pulumi/pulumi");
       const { Arborist } = require("@npmcli/arborist");
       console.log(new Arborist({ path: "." }).path === process.cwd());
       console.log(typeof require("@pulumi/pulumi").automation.LocalWorkspace.create);
       console.log(typeof require("fdir").fdir);
       runtime.serializeFunction(() => 41 + 1).then(({ text }) => {
         show(text.includes("41 + 1"));
       });`,
    );
    assert.deepEqual(lines, ["true", "function", "function", "true true true true true"]);
  });

  it("stay as they are where they are loaded already", () => {
    const lines = run(
      ["--require", "typescript", "--require", "./dist/components/postponed.js"],
      `console.log(Object.keys(require("typescript")).includes("SyntaxKind"));`,
    );
    assert.deepEqual(lines, ["true"]);
  });
});

function run(options: readonly string[], script: string): string[] {
  const child = spawnSync(process.execPath, [...options, "-e", SHOW + script], {
    cwd: projectRoot,
    encoding: "utf8",
    timeout: 25_000,
  });
  assert.equal(child.status, 0, child.stderr);
  return child.stdout.trim().split("\n");
}
