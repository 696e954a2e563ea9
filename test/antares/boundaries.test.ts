import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { boundaryArchive, writeBoundaryArchive } from "../../rehearsal/antares/boundaries";

const mexico = { iso: "MEX", regions: ["Norte", "Sur árido"] };

describe("boundary archive", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "boundaries-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("has the same bytes every time, and says their digest", () => {
    const path = join(folder, "MEX_adm_shp.zip");
    const { sha256 } = writeBoundaryArchive({ ...mexico, path });
    assert.equal(sha256, "b72b930b78260d4090477a9f212fa7e2978e7267dc156055998e15623f159afa");
    assert.equal(createHash("sha256").update(readFileSync(path)).digest("hex"), sha256);
  });

  it("is a zip archive with the two layers of the country", () => {
    const path = join(folder, "members.zip");
    writeBoundaryArchive({ ...mexico, path });
    const list =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None;";
    const program = `${list} print(*z.namelist())`;
    const out = execFileSync("python3", ["-c", program, path], { encoding: "utf8" });
    const names = ["adm0", "adm1"].flatMap((level) =>
      ["shp", "shx", "dbf", "prj", "cpg"].map((extension) => `MEX_${level}.${extension}`),
    );
    assert.deepEqual(out.trim().split(" "), names);
  });

  it("leaves the second layer out for a country without regions", () => {
    const archive = boundaryArchive({ iso: "BLZ", regions: [] });
    assert.equal(archive.includes("BLZ_adm0.shp"), true);
    assert.equal(archive.includes("BLZ_adm1"), false);
  });

  it("depends on code and regions", () => {
    const bytes = new Set(
      [mexico, { ...mexico, iso: "GTM" }, { ...mexico, regions: ["Norte"] }].map((request) =>
        boundaryArchive(request).toString("hex"),
      ),
    );
    assert.equal(bytes.size, 3);
  });

  it("refuses what is no code and what does not fit", () => {
    const code = { iso: "mex", regions: [] };
    assert.throws(() => boundaryArchive(code), /^RangeError: not an ISO 3166-1 alpha-3 code: mex$/);
    const long = { iso: "MEX", regions: ["é".repeat(26)] };
    assert.throws(() => boundaryArchive(long), /^RangeError: NAME_1: 52 bytes, at most 50$/);
  });
});
