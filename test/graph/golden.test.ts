import assert from "node:assert/strict";
import { variants } from "./configuration";
import { golden, reviewed } from "./golden";
import { runProgram } from "./harness";

/** The plan that a reviewer sees; the other variants differ from `local` in a few resources only. */
const kept = [
  { variant: "local", preview: true },
  { variant: "local", preview: false },
  { variant: "local-ssh", preview: true },
  { variant: "local-ssh", preview: false },
  { variant: "local-full-postgis", preview: false },
  { variant: "local-existing-server", preview: false },
  { variant: "local-application-role", preview: false },
  { variant: "hosts", preview: true },
  { variant: "hosts", preview: false },
  { variant: "hosts-existing-server", preview: false },
  { variant: "dev", preview: true },
  { variant: "dev", preview: false },
  { variant: "dev-encrypted", preview: false },
  { variant: "dev-parked", preview: true },
  { variant: "dev-parked", preview: false },
  { variant: "prod", preview: true },
  { variant: "prod", preview: false },
] as const;

describe("the golden graph", () => {
  for (const { variant, preview } of kept) {
    const name = `${variant}.${preview ? "preview" : "up"}`;
    it(`is the graph of ${name}`, async () => {
      const actual = reviewed(await runProgram({ config: variants[variant], preview }));
      assert.deepEqual(actual, golden(name, actual));
    });
  }

  it("differs where one option of one resource differs", async () => {
    const graph = await runProgram({ config: variants.local, preview: false });
    const [first, ...rest] = graph.resources;
    assert.ok(first);
    const changed = { ...graph, resources: [{ ...first, options: { protect: true } }, ...rest] };
    assert.notDeepEqual(reviewed(changed), reviewed(graph));
  });
});
