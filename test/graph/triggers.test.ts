import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { scriptDigest, valuesDigest } from "../../components/host/render";
import { generatedBy, HOST_KEY } from "./answers";
import { isCommand, open } from "./commands";
import { variants } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";
import { cluster } from "./order";
import { readScript, type ReadScript } from "./script";
import { partsOf, pathsOf } from "./sources";

const scriptOf = (graph: Graph, name: string): ReadScript =>
  readScript(String(open(find(graph, name), "stdin")));

describe("the triggers of a step", () => {
  for (const [name, config] of Object.entries(variants)) {
    it(`are its machine, its script and its values: ${name}`, async () => {
      const graph = await runProgram({ config, preview: false });
      const { name: prefix, master } = cluster(graph);
      const ready = find(graph, `${prefix}-${master}-ready`);
      const hostKey = "ssh" in ready.inputs ? HOST_KEY : "";
      for (const { name: step, inputs } of graph.resources.filter(isCommand)) {
        const { values, assets, text } = scriptOf(graph, step);
        const parts = partsOf(text).filter((part) => !/host\/scripts\/(lib|tools)\.sh$/.test(part));
        const expected = [
          `5f6d1c0e8f7a4b6f9a0e6f2b1c3d4e5f ${hostKey}`,
          scriptDigest(
            step.includes("-join-") ? { parts, packed: true } : { parts, assets: pathsOf(assets) },
          ),
          valuesDigest(generatedBy(`${prefix}-digest-key`), values),
        ];
        assert.deepEqual(inputs["triggers"], expected, step);
      }
    });
  }

  it("differ for another script and for another key of the digests", () => {
    const parts = ["components/bootstrap/scripts/share.sh"];
    assert.notEqual(scriptDigest({ parts }), scriptDigest({ parts: [] }));
    assert.notEqual(valuesDigest("a", { X: "1" }), valuesDigest("b", { X: "1" }));
  });
});

describe("what a step is given", () => {
  it("is secret where it holds a password, and else a reviewer can read it", async () => {
    const graph = await runProgram({ config: variants.local, preview: false });
    const secret = graph.resources.filter(({ inputs }) => {
      const { stdin } = inputs;
      return typeof stdin === "object" && stdin !== null;
    });
    assert.deepEqual(
      secret.map(({ name }) => name),
      ["machine-database-server", "bootstrap-settings"].sort().reverse(),
    );
    const named = graph.resources
      .filter(isCommand)
      .map(({ name }) => [name, scriptOf(graph, name).frame["ANTARES_SECRETS"]]);
    assert.deepEqual(
      named.filter(([, names]) => names !== ""),
      [
        ["machine-database-server", "ADMIN_PASSWORD"],
        ["bootstrap-settings", "ANTARES_ENV DATACUBE_CONF PGPASS"],
      ],
    );
  });

  it("ties a node to the recipe by the checksum of its text", async () => {
    const graph = await runProgram({ config: variants.local, preview: false });
    const { JOIN = "", RECIPE } = scriptOf(graph, "bootstrap-recipe").values;
    assert.equal(RECIPE, createHash("sha256").update(JOIN).digest("hex"));
    assert.equal(scriptOf(graph, "bootstrap-join-master").values["RECIPE"], RECIPE);
  });
});
