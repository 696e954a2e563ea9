import { strict as assert } from "node:assert";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";
import { findCommand } from "../../../rehearsal/findCommand";
import { assertPassed, runUnittest, testModules } from "../../fixtures/unittest";

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
      "gridengine",
      "reconciler",
      "statements",
    ];
    assert.deepEqual(modules, known.map((name) => `test_${name}`).sort());
  });

  for (const module of modules) {
    it(`pass ${module}`, async function () {
      this.timeout(60_000);
      const python = findCommand("python3");
      if (python === undefined) return this.skip();
      assertPassed(
        await runUnittest({
          python: [python],
          folder: FOLDER,
          module,
          env: { PYTHONPATH: PROGRAMS.join(":") },
          limitSeconds: 50,
        }),
      );
    });
  }
});
