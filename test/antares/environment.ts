import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../../rehearsal/cache";
import { withLock } from "../../rehearsal/lock";
import { lastLines, runCommand } from "../../rehearsal/engine/process";

const LOCK = join(projectRoot, "components", "bootstrap", "software", "lock.txt");

/** Debian's own, whatever else is on PATH: its libraries are what GDAL's binding is built for. */
export const DEBIAN_PYTHON = "/usr/bin/python3";

/** Long enough for a slow line: the packages are about 300 MB, and one is compiled. */
const MINUTES = 12;

/**
 * A Python of its own with the project's locked packages and GDAL's binding, without madmex; made
 * once per lock, in the cache. The packages come from the index that this machine's pip uses.
 *
 * @returns its folder; it may be mounted elsewhere, as long as `bin/python` is what runs.
 * @throws Error with pip's last lines.
 */
export async function lockedPython(log: (line: string) => void): Promise<string> {
  const lock = readFileSync(LOCK, "utf8");
  const digest = createHash("sha256").update(`${DEBIAN_PYTHON}\0${lock}`).digest("hex");
  const folder = join(cacheDir(), "python", digest.slice(0, 16));
  await withLock(`${folder}.lock`, async () => {
    // The mark is written last: an environment without it was left by a run that was ended.
    const mark = join(folder, ".complete");
    if (existsSync(mark)) return;
    rmSync(folder, { recursive: true, force: true });
    log(`making a Python environment with the project's lock in ${folder} (some minutes, once)`);
    await make(folder, lock);
    writeFileSync(mark, "");
  });
  return folder;
}

async function make(folder: string, lock: string): Promise<void> {
  const python = join(folder, "bin", "python");
  await run(DEBIAN_PYTHON, ["-m", "venv", folder]);
  const requirements = join(folder, "requirements");
  mkdirSync(requirements);
  const [gdal, rest] = split(lock);
  writeFileSync(join(requirements, "rest.txt"), rest);
  writeFileSync(join(requirements, "gdal.txt"), gdal);
  const pip = (...args: string[]): Promise<void> =>
    run(python, [
      "-m",
      "pip",
      "--disable-pip-version-check",
      "install",
      "-q",
      "--no-deps",
      ...args,
    ]);
  await pip("--require-hashes", "--only-binary", ":all:", "-r", join(requirements, "rest.txt"));
  // GDAL's binding has no wheel: it is built against the distribution's library and the lock's numpy.
  await pip("--require-hashes", "--no-build-isolation", "-r", join(requirements, "gdal.txt"));
}

/** The requirement of GDAL with its hashes, and all others. */
function split(lock: string): [string, string] {
  const requirements = lock.split(/^(?=\S)/m);
  const isGdal = (text: string): boolean => text.startsWith("gdal==");
  const gdal = requirements.filter(isGdal);
  if (gdal.length !== 1) throw new Error("the lock does not pin gdal once");
  return [gdal.join(""), requirements.filter((text) => !isGdal(text)).join("")];
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const done = await runCommand({
    command: "setpriv",
    // A test run that is ended takes it along.
    args: ["--pdeathsig", "KILL", command, ...args],
    env: process.env,
    limitSeconds: MINUTES * 60,
  });
  if (done.code !== 0) throw new Error(`${command} failed:\n${lastLines(done)}`);
}
