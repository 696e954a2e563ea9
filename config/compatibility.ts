import { posix } from "node:path";
import type { Fault } from "./fault";
import type { AntaresConfig, SoftwareConfig } from "./model";

/** Versions of the Python lock, by normalised distribution name. */
export type LockVersions = ReadonlyMap<string, string>;

/** What the gate judges. */
export interface Combination {
  readonly software: Pick<SoftwareConfig, "line" | "datacube" | "python">;
  readonly antares: Pick<AntaresConfig, "segmentationDir" | "segmentationBucket">;
  readonly lock: LockVersions;
}

/** The lock, relative to the project's root. */
export const LOCK_FILE = "components/bootstrap/software/lock.txt";

// The versions of the lock were resolved for this interpreter; wheels for another do not fit it.
const LOCK_PYTHON_MINOR = 11;

/** Reads the `name==version` lines of a requirements file; hashes and comments are skipped. */
export function readLock(text: string): LockVersions {
  const versions = new Map<string, string>();
  for (const [, name, version] of text.matchAll(/^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)/gm)) {
    if (name === undefined || version === undefined) continue;
    versions.set(name.toLowerCase().replace(/[-_.]+/g, "-"), version);
  }
  return versions;
}

/**
 * Whether the line of antares3, datacube, Python and the locked packages work together; each refusal
 * says what breaks. Pure.
 */
export function checkCompatibility(combination: Combination): readonly Fault[] {
  return [
    ...checkDatacube(combination),
    ...checkPython(combination.software.python),
    ...checkSegmentation(combination),
    ...checkLock(combination),
  ];
}

function checkDatacube({ software, lock }: Combination): readonly Fault[] {
  const { datacube, line } = software;
  const expected = datacubeOfLine(line, datacube) ?? datacubeOfLock(datacube, lock);
  if (expected === undefined) return [];
  return [{ path: "antares:software.datacube", given: JSON.stringify(datacube), expected }];
}

function datacubeOfLine(line: SoftwareConfig["line"], datacube: string): string | undefined {
  const range =
    line === "develop" ? "1.7 to 1.8.6 for the develop line" : "1.6.x for the master line";
  const because = (reason: string): string => `${range}: ${reason}`;
  if (compare(datacube, "1.9") >= 0) {
    return because("1.9 has no ingestion, GridWorkflow or executor, so no antares3 runs on it");
  }
  if (compare(datacube, "1.8.16") === 0) {
    return because("1.8.16 creates nothing with `system init --no-init-users`");
  }
  if (line === "master") {
    if (compare(datacube, "1.6") >= 0 && compare(datacube, "1.7") < 0) return undefined;
    return because("its recipes use datacube.storage.storage.write_dataset_to_netcdf, gone in 1.7");
  }
  if (compare(datacube, "1.7") < 0) {
    return because("datacube.drivers.netcdf.write_dataset_to_netcdf does not exist before 1.7");
  }
  if (compare(datacube, "1.8.6") > 0) {
    return because("datacube.index._datasets, which antares3 imports, was moved in 1.8.7");
  }
  return undefined;
}

function datacubeOfLock(datacube: string, lock: LockVersions): string | undefined {
  const locked = lock.get("datacube");
  if (locked === undefined)
    return `a version that the lock holds, but ${LOCK_FILE} has no datacube`;
  if (compare(datacube, locked) === 0) return undefined;
  return `${locked}, the version in ${LOCK_FILE}: another one needs a lock of its own`;
}

function checkPython(python: string): readonly Fault[] {
  const minor = /^python3\.(\d+)$/.exec(posix.basename(python))?.[1];
  // A path or `python3` does not tell its version; the host's preflight asks the interpreter.
  if (minor === undefined || Number(minor) === LOCK_PYTHON_MINOR) return [];
  const reason =
    Number(minor) > LOCK_PYTHON_MINOR
      ? "antares3 imports distutils, which 3.12 dropped"
      : "the versions in the lock were resolved for it";
  const expected = `python3.${LOCK_PYTHON_MINOR}: ${reason}`;
  return [{ path: "antares:software.python", given: JSON.stringify(python), expected }];
}

function checkSegmentation({ software, antares }: Combination): readonly Fault[] {
  if (software.line === "develop") return [];
  const given = {
    segmentationDir: antares.segmentationDir,
    segmentationBucket: antares.segmentationBucket,
  };
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([property, value]) => ({
      path: `antares:antares.${property}`,
      given: JSON.stringify(value),
      expected: "no value: only the develop line of antares3 reads it",
    }));
}

interface Ceiling {
  readonly name: string;
  readonly below: string;
  readonly because: string;
}

const CEILINGS: readonly Ceiling[] = [
  { name: "django", below: "4", because: "antares3 uses django.conf.urls.url, gone in 4.0" },
  { name: "numpy", below: "1.24", because: "antares3 uses np.float, gone in 1.24" },
  { name: "shapely", below: "2", because: "antares3's geometry code is of the 1.x interface" },
  { name: "setuptools", below: "80", because: "`antares init` imports pkg_resources" },
  { name: "sqlalchemy", below: "2", because: "datacube up to 1.8 does not run on 2.0" },
];

const OLD_SQLALCHEMY: Ceiling = {
  name: "sqlalchemy",
  below: "1.4",
  because: "on 1.4 `datacube system init` of 1.6 fails after it has made the tables",
};

function checkLock({ software, lock }: Combination): readonly Fault[] {
  const old = compare(software.datacube, "1.7") < 0;
  const ceilings = CEILINGS.map((row) => (old && row.name === "sqlalchemy" ? OLD_SQLALCHEMY : row));
  return ceilings.flatMap(({ name, below, because }) => {
    const version = lock.get(name);
    if (version !== undefined && compare(version, below) < 0) return [];
    const path = `${LOCK_FILE}: ${name}`;
    const expected = `a version below ${below}: ${because}`;
    return [version === undefined ? { path, expected } : { path, given: version, expected }];
  });
}

/** Orders two versions by their leading numbers; missing ones count as 0, suffixes not at all. */
function compare(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): readonly number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);
}
