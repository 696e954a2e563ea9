import { strict as assert } from "node:assert";
import { chmodSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { type PostgresFixture, startPostgres } from "../fixtures/postgres";
import { assertPassed, runUnittest, testModules, type Verdict } from "../fixtures/unittest";
import { DEBIAN_PYTHON, lockedPython } from "./environment";

const FOLDER = join(projectRoot, "test", "antares");

/** The modules that need no more than Debian's own Python. */
const BARE = ["test_compat"];

const modules = testModules(FOLDER);

/** Runs one module; `python` is a whole command. It ends with this process, whatever it waits for. */
const run = (python: readonly string[], module: string, dsn = ""): Promise<Verdict> =>
  runUnittest({
    python: ["setpriv", "--pdeathsig", "KILL", ...python],
    folder: FOLDER,
    module,
    env: { ANTARES_TEST_DSN: dsn },
    limitSeconds: 10 * 60,
  });

describe("the Python tests", () => {
  it("are those that this file knows", () => {
    assert.deepEqual(modules, [
      "test_borders",
      "test_bucket",
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
