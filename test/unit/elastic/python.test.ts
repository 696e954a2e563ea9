import { strict as assert } from "node:assert";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";
import { findCommand } from "../../../rehearsal/debianPackages";
import { lastLines, runCommand } from "../../../rehearsal/engine/process";

const PROGRAMS = ["elastic/scripts", "bootstrap/membership"].map((folder) =>
  join(projectRoot, "components", folder),
);

describe("the program by which a node speaks with its group", () => {
  for (const module of ["test_lifecycle", "test_names"]) {
    it(`passes ${module}`, async function () {
      this.timeout(60_000);
      const python = findCommand("python3");
      if (python === undefined) return this.skip();
      const done = await runCommand({
        command: python,
        args: ["-B", "-m", "unittest", module],
        cwd: join(projectRoot, "test", "unit", "elastic"),
        env: { ...process.env, PYTHONPATH: PROGRAMS.join(":") },
        limitSeconds: 50,
      });
      const [, count, verdict] = /^Ran (\d+) tests? in .*\n\n(.*)$/m.exec(done.stderr) ?? [];
      assert.deepEqual([done.code, verdict], [0, "OK"], lastLines(done, 60));
      assert.ok(Number(count) > 0);
    });
  }
});
