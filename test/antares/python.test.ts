import { strict as assert } from "node:assert";
import { chmodSync, mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { lastLines, runCommand } from "../../rehearsal/engine/process";
import { type PostgresFixture, startPostgres } from "../fixtures/postgres";
import { DEBIAN_PYTHON, lockedPython } from "./environment";

const FOLDER = join(projectRoot, "test", "antares");

/** The modules that need no more than Debian's own Python. */
const BARE = ["test_bytecode", "test_compat"];

const modules = readdirSync(FOLDER)
  .filter((name) => /^test_.*\.py$/.test(name))
  .map((name) => name.replace(/\.py$/, ""))
  .sort();

interface Verdict {
  readonly code: number | null;
  /** `OK` where every test passed and none was skipped. */
  readonly verdict: string;
  readonly tests: number;
  readonly report: string;
}

/** Runs one module; `python` is a whole command. */
async function run(python: readonly string[], module: string, dsn = ""): Promise<Verdict> {
  const done = await runCommand({
    command: "setpriv",
    args: ["--pdeathsig", "KILL", ...python, "-m", "unittest", module],
    cwd: FOLDER,
    env: { ...process.env, ANTARES_TEST_DSN: dsn, PYTHONDONTWRITEBYTECODE: "1" },
    limitSeconds: 10 * 60,
  });
  const [, count, verdict = ""] = /^Ran (\d+) tests? in .*\n\n(.*)$/m.exec(done.stderr) ?? [];
  return { code: done.code, verdict, tests: Number(count), report: lastLines(done, 60) };
}

function assertPassed({ code, verdict, tests, report }: Verdict): void {
  assert.deepEqual([code, verdict], [0, "OK"], report);
  assert.ok(tests > 0);
}

describe("the Python tests", () => {
  it("are those that this file knows", () => {
    assert.deepEqual(modules, [
      "test_borders",
      "test_bucket",
      "test_bytecode",
      "test_compat",
      "test_contract",
      "test_scripts",
    ]);
  });

  for (const module of BARE) {
    it(`${module} pass`, async function () {
      this.timeout(120_000);
      assertPassed(await run([DEBIAN_PYTHON], module));
    });
  }
});

describe("the Python tests with packages and a database", () => {
  let postgres: PostgresFixture | undefined;
  let mountPoint = "";
  const verdicts = new Map<string, Promise<Verdict>>();
  const chosen = modules.filter((name) => !BARE.includes(name));

  before(async function () {
    this.timeout(14 * 60_000);
    const folder = await lockedPython((line) => console.log(`    ${line}`));
    postgres = await startPostgres({ postgis: true });
    const { host, port, superuser } = postgres;
    const login = `user=${superuser.user} password=${superuser.password}`;
    // The cache may lie in root's home, and some tests run as nobody: they see it somewhere else.
    mountPoint = mkdtempSync(join(tmpdir(), "python-tests-"));
    chmodSync(mountPoint, 0o755);
    const mount = 'mount --bind "$0" "$1" && at=$1 && shift && exec "$at/bin/python" "$@"';
    const python = ["unshare", "--mount", "sh", "-c", mount, folder, mountPoint];
    // Side by side: they wait for processes most of the time.
    for (const module of chosen) {
      verdicts.set(module, run(python, module, `host=${host} port=${port} ${login}`));
    }
  });

  after(async function () {
    this.timeout(30_000);
    await Promise.allSettled(verdicts.values());
    await postgres?.stop();
    if (mountPoint !== "") rmdirSync(mountPoint);
  });

  for (const module of chosen) {
    it(`${module} pass`, async function () {
      this.timeout(11 * 60_000);
      const verdict = verdicts.get(module);
      assert.ok(verdict);
      assertPassed(await verdict);
    });
  }
});
