import { strict as assert } from "node:assert";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";
import { passOnOwnPython, testModules } from "../../fixtures/unittest";

const FOLDER = join(projectRoot, "test", "unit", "membership");
const PROGRAMS = ["membership", "scripts"].map((folder) =>
  join(projectRoot, "components", "bootstrap", folder),
);

const modules = testModules(FOLDER);

describe("the programs of the membership", () => {
  it("have the tests that this file knows", () => {
    const known = [
      "agent",
      "cluster",
      "decisions",
      "daskjobs",
      "daskkeeper",
      "gridengine",
      "reconciler",
      "statements",
    ];
    assert.deepEqual(modules, known.map((name) => `test_${name}`).sort());
  });

  for (const module of modules) {
    it(`pass ${module}`, function () {
      return passOnOwnPython(this, { folder: FOLDER, module, programs: PROGRAMS });
    });
  }
});
