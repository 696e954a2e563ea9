import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../../rehearsal/cache";
import { withLock } from "../../rehearsal/lock";
import { lastLines, runCommand } from "../../rehearsal/engine/process";

const LOCK = join(projectRoot, "components", "bootstrap", "software", "lock.txt");

/** Long enough for a slow line: the packages are about 300 MB, and one is compiled. */
const MINUTES = 12;

/**
 * A Python of its own with the project's locked packages and GDAL's binding, without madmex; made
 * once per lock, in the cache. The packages come from the index that this machine's pip uses.
 *
 * @returns path of the interpreter.
 * @throws Error with pip's last lines.
 */
export async function lockedPython(log: (line: string) => void): Promise<string> {
  const lock = readFileSync(LOCK, "utf8");
  const digest = createHash("sha256").update(lock).digest("hex").slice(0, 16);
  const folder = join(cacheDir(), "python", digest);
  const python = join(folder, "bin", "python");
  await withLock(`${folder}.lock`, async () => {
    // The mark is written last: an environment without it was left by a run that was ended.
    const mark = join(folder, ".complete");
    if (existsSync(mark)) return;
    rmSync(folder, { recursive: true, force: true });
    log(`making a Python environment with the project's lock in ${folder} (some minutes, once)`);
    await make({ folder, python, lock });
    writeFileSync(mark, "");
  });
  return python;
}

async function make(at: {
  readonly folder: string;
  readonly python: string;
  readonly lock: string;
}): Promise<void> {
  const { folder, python, lock } = at;
  await run("python3", ["-m", "venv", folder]);
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
