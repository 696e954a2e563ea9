import { join } from "node:path";
import { projectRoot } from "../../../config/root";
import { findCommand } from "../../../rehearsal/findCommand";
import { assertPassed, runUnittest } from "../../fixtures/unittest";

const FOLDER = join(projectRoot, "test", "unit", "elastic");
const PROGRAMS = ["elastic/scripts", "bootstrap/membership"].map((folder) =>
  join(projectRoot, "components", folder),
);

describe("the program by which a node speaks with its group", () => {
  for (const module of ["test_lifecycle", "test_names"]) {
    it(`passes ${module}`, async function () {
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
