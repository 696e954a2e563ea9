import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { lastLines, runCommand } from "../../rehearsal/engine/process";
import { type PostgresFixture, startPostgres } from "../fixtures/postgres";
import { lockedPython } from "./environment";

const FOLDER = join(projectRoot, "test", "antares");

/** The modules that need no more than Debian's own Python. */
const BARE = ["test_compat"];

const modules = readdirSync(FOLDER)
  .filter((name) => /^test_.*\.py$/.test(name))
  .map((name) => name.replace(/\.py$/, ""))
  .sort();

/** How many tests of a module ran; fails with its report where one did not pass or was skipped. */
async function passed(python: string, module: string, dsn = ""): Promise<number> {
  const done = await runCommand({
    command: "setpriv",
    args: ["--pdeathsig", "KILL", python, "-m", "unittest", module],
    cwd: FOLDER,
    env: { ...process.env, ANTARES_TEST_DSN: dsn, PYTHONDONTWRITEBYTECODE: "1" },
    limitSeconds: 8 * 60,
  });
  const [, count, verdict] = /^Ran (\d+) tests? in .*\n\n(.*)$/m.exec(done.stderr) ?? [];
  assert.deepEqual([done.code, verdict], [0, "OK"], lastLines(done, 60));
  return Number(count);
}

describe("the Python tests", () => {
  it("are those that this file knows", () => {
    assert.deepEqual(modules, ["test_borders", "test_compat", "test_contract", "test_scripts"]);
  });

  for (const module of BARE) {
    it(`${module} pass`, async function () {
      this.timeout(120_000);
      assert.ok((await passed("python3", module)) > 0);
    });
  }
});

describe("the Python tests with packages and a database", () => {
  let postgres: PostgresFixture | undefined;
  let python = "";

  before(async function () {
    this.timeout(15 * 60_000);
    python = await lockedPython((line) => console.log(`    ${line}`));
    postgres = await startPostgres({ postgis: true });
  });

  after(async function () {
    this.timeout(30_000);
    await postgres?.stop();
  });

  for (const module of modules.filter((name) => !BARE.includes(name))) {
    it(`${module} pass`, async function () {
      this.timeout(9 * 60_000);
      assert.ok(postgres);
      const { host, port, superuser } = postgres;
      const login = `user=${superuser.user} password=${superuser.password}`;
      const count = await passed(python, module, `host=${host} port=${port} ${login}`);
      assert.ok(count > 0);
    });
  }
});
