import { join } from "node:path";
import { projectRoot } from "../../../config/root";
import { passOnOwnPython } from "../../fixtures/unittest";

const FOLDER = join(projectRoot, "test", "unit", "elastic");
const PROGRAMS = ["elastic/scripts", "bootstrap/membership"].map((folder) =>
  join(projectRoot, "components", folder),
);

describe("the program by which a node speaks with its group", () => {
  for (const module of ["test_lifecycle", "test_names"]) {
    it(`passes ${module}`, function () {
      return passOnOwnPython(this, { folder: FOLDER, module, programs: PROGRAMS });
    });
  }
});
