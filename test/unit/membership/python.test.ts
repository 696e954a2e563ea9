import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";
import { findCommand } from "../../../rehearsal/debianPackages";
import { lastLines, runCommand } from "../../../rehearsal/engine/process";

const FOLDER = join(projectRoot, "test", "unit", "membership");
const PROGRAMS = ["membership", "scripts"].map((folder) =>
  join(projectRoot, "components", "bootstrap", folder),
);

const modules = readdirSync(FOLDER)
  .filter((name) => /^test_.*\.py$/.test(name))
  .map((name) => name.replace(/\.py$/, ""))
  .sort();

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
      const done = await runCommand({
        command: python,
        args: ["-B", "-m", "unittest", module],
        cwd: FOLDER,
        env: { ...process.env, PYTHONPATH: PROGRAMS.join(":") },
        limitSeconds: 50,
      });
      const [, count, verdict] = /^Ran (\d+) tests? in .*\n\n(.*)$/m.exec(done.stderr) ?? [];
      assert.deepEqual([done.code, verdict], [0, "OK"], lastLines(done, 60));
      assert.ok(Number(count) > 0);
    });
  }
});
