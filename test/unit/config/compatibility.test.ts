import assert from "node:assert/strict";
import { checkCompatibility, readLock, type LockVersions } from "../../../config/compatibility";
import { describeFault } from "../../../config/fault";
import { faults, lock } from "./fixture";

const RIGHT = {
  django: "3.2.25",
  numpy: "1.23.5",
  shapely: "1.8.5.post1",
  setuptools: "79.0.1",
  sqlalchemy: "1.4.54",
};

function judge(given: {
  line?: "develop" | "master";
  datacube?: string;
  python?: string;
  lock?: Readonly<Record<string, string>>;
}): string[] {
  const { line = "develop", datacube = "1.8.6", python = "python3.11" } = given;
  const versions: LockVersions = new Map(Object.entries({ ...RIGHT, datacube, ...given.lock }));
  const software = { line, datacube, python };
  return checkCompatibility({ software, antares: {}, lock: versions }).map(describeFault);
}

const OLD = { sqlalchemy: "1.3.24" };
const DEVELOP = "1.7 to 1.8.6 for the develop line";
const MASTER = "1.6.x for the master line";
const NO_INGESTION = "1.9 has no ingestion, GridWorkflow or executor, so no antares3 runs on it";
const NO_USERS = "1.8.16 creates nothing with `system init --no-init-users`";
const GONE = "its recipes use datacube.storage.storage.write_dataset_to_netcdf, gone in 1.7";
const EARLY = "datacube.drivers.netcdf.write_dataset_to_netcdf does not exist before 1.7";
const MOVED = "datacube.index._datasets, which antares3 imports, was moved in 1.8.7";

describe("antares3 and datacube", () => {
  for (const datacube of ["1.7", "1.7.0", "1.8.0", "1.8.6"]) {
    it(`develop runs on ${datacube}`, () => assert.deepEqual(judge({ datacube }), []));
  }
  for (const datacube of ["1.6", "1.6.2"]) {
    it(`master runs on ${datacube}`, () =>
      assert.deepEqual(judge({ line: "master", datacube, lock: OLD }), []));
  }
  const refused = [
    ["develop", "1.6.2", DEVELOP, EARLY],
    ["develop", "1.8.7", DEVELOP, MOVED],
    ["develop", "1.8.12", DEVELOP, MOVED],
    ["develop", "1.8.16", DEVELOP, NO_USERS],
    ["develop", "1.9.0", DEVELOP, NO_INGESTION],
    ["develop", "2.0.0", DEVELOP, NO_INGESTION],
    ["master", "1.5.4", MASTER, GONE],
    ["master", "1.7", MASTER, GONE],
    ["master", "1.8.6", MASTER, GONE],
    ["master", "1.8.16", MASTER, NO_USERS],
    ["master", "1.9.1", MASTER, NO_INGESTION],
  ] as const;
  for (const [line, datacube, range, because] of refused) {
    it(`${line} does not run on ${datacube}`, () => {
      assert.deepEqual(judge({ line, datacube, lock: OLD }), [
        `antares:software.datacube is "${datacube}": expected ${range}: ${because}`,
      ]);
    });
  }
});

describe("the lock", () => {
  it("of the project holds what the defaults need", () => {
    assert.equal(lock.get("datacube"), "1.8.6");
    assert.equal(lock.get("importlib-metadata"), "10.2.0");
    assert.equal(lock.size, 83);
  });

  it("holds what datacube asks for its extra s3", () => {
    for (const name of ["boto3", "botocore"]) assert.match(lock.get(name) ?? "", /^1\./);
    assert.deepEqual(faults({}), []);
  });

  it("is read by normalised names", () => {
    const text =
      "Foo_Bar.x==1.0 \\\n    --hash=sha256:ab\n# baz==1\n  indented==2\nqux==3;python_version<'4'\n";
    assert.deepEqual(
      [...readLock(text)],
      [
        ["foo-bar-x", "1.0"],
        ["qux", "3"],
      ],
    );
  });

  it("decides the version of datacube", () => {
    assert.deepEqual(judge({ datacube: "1.8.5", lock: { datacube: "1.8.6" } }), [
      'antares:software.datacube is "1.8.5": expected 1.8.6, the version in ' +
        "components/bootstrap/software/lock.txt: another one needs a lock of its own",
    ]);
  });

  const at = "components/bootstrap/software/lock.txt:";
  for (const [name, version, below, because] of [
    ["django", "4.0", "4", "antares3 uses django.conf.urls.url, gone in 4.0"],
    ["numpy", "1.24.0", "1.24", "antares3 uses np.float, gone in 1.24"],
    ["shapely", "2.0.6", "2", "antares3's geometry code is of the 1.x interface"],
    ["setuptools", "80.0.0", "80", "`antares init` imports pkg_resources"],
    ["sqlalchemy", "2.0.0", "2", "datacube up to 1.8 does not run on 2.0"],
  ] as const) {
    it(`with ${name} ${version} is refused`, () => {
      assert.deepEqual(judge({ lock: { [name]: version } }), [
        `${at} ${name} is ${version}: expected a version below ${below}: ${because}`,
      ]);
    });
  }

  it("without a package that counts is refused", () => {
    const software = { line: "develop", datacube: "1.8.6", python: "python3.11" } as const;
    const found = checkCompatibility({ software, antares: {}, lock: new Map() });
    assert.deepEqual(
      found.map((fault) => fault.path),
      ["antares:software.datacube"].concat(Object.keys(RIGHT).map((name) => `${at} ${name}`)),
    );
  });

  it("with SQLAlchemy 1.4 is refused for datacube 1.6", () => {
    assert.deepEqual(judge({ line: "master", datacube: "1.6.2" }), [
      `${at} sqlalchemy is 1.4.54: expected a version below 1.4: on 1.4 \`datacube system init\` of ` +
        "1.6 fails after it has made the tables",
    ]);
  });
});

describe("Python and settings", () => {
  it("takes an interpreter whose name tells no version", () => {
    assert.deepEqual(judge({ python: "/opt/python/bin/python3" }), []);
    assert.deepEqual(judge({ python: "/usr/bin/python3.11" }), []);
  });

  it("refuses another version than the lock's", () => {
    assert.deepEqual(judge({ python: "python3.12" }), [
      'antares:software.python is "python3.12": expected python3.11: antares3 imports distutils, ' +
        "which 3.12 dropped",
    ]);
    assert.deepEqual(judge({ python: "/usr/bin/python3.9" }), [
      'antares:software.python is "/usr/bin/python3.9": expected python3.11: the versions in the ' +
        "lock were resolved for it",
    ]);
  });

  it("refuses the s3aio driver with the reason, and the guide's spelling", () => {
    for (const driver of ["s3aio", "NETCDF CF"]) {
      assert.deepEqual(faults({ antares: { driver } }), [
        `antares:antares.driver is "${driver}": expected \`NetCDF CF\`, in exactly this case: antares ` +
          "compares the text, and the s3aio driver was removed in datacube 1.8.0; data in S3 needs " +
          "no other driver, but antares.ingestionBucket",
      ]);
    }
  });

  it("refuses segmentation settings on the master line", () => {
    assert.deepEqual(
      faults({ software: { line: "master" }, antares: { segmentationDir: "/d/seg" } }).slice(1),
      [
        'antares:antares.segmentationDir is "/d/seg": expected no value: only the develop line of ' +
          "antares3 reads it",
      ],
    );
  });
});
