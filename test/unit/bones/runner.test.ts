import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Suite } from "../../suites";
import { suites } from "../../suites";
import { engineAhead, worthwhile } from "../../runner/engineAhead";
import { add, countEvents } from "../../runner/events";
import { runFolder } from "../../runner/runSuite";
import { judgeRun, suiteLine } from "../../runner/summary";

const suite: Suite = {
  name: "sample",
  about: "a sample",
  runs: { folder: "sample" },
  needs: [],
  limitMinutes: 1,
  commands: ["test"],
};

describe("test runner", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "runner-"));
    mkdirSync(join(root, "sources", "sample"), { recursive: true });
    mkdirSync(join(root, "compiled", "sample"), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const addTest = (name: string, text: string): void => {
    writeFileSync(join(root, "sources", "sample", `${name}.test.ts`), "");
    writeFileSync(join(root, "compiled", "sample", `${name}.test.js`), text);
  };
  const run = (limitMinutes = 1) =>
    runFolder(
      { ...suite, limitMinutes },
      {
        folder: "sample",
        quiet: true,
        signal: new AbortController().signal,
        tree: { sources: join(root, "sources"), compiled: join(root, "compiled") },
      },
    );

  it("counts passed, failed and pending tests", async () => {
    addTest("a", "it('passes', () => {}); it('fails', () => { throw new Error('no'); });");
    addTest(
      "b",
      "it('is pending'); it('skips', function () { this.skip(); }); it('too', () => {});",
    );
    assert.deepEqual(await run(), { counts: { passed: 2, failed: 1, skipped: 2 } });
  });

  it("runs no compiled test whose source is gone", async () => {
    addTest("a", "it('passes', () => {});");
    writeFileSync(
      join(root, "compiled", "sample", "old.test.js"),
      "it('old', () => { throw 1; });",
    );
    assert.deepEqual(await run(), { counts: { passed: 1, failed: 0, skipped: 0 } });
  });

  it("fails a suite without test files, and one whose files hold no test", async () => {
    const failed = { passed: 0, failed: 1, skipped: 0 };
    assert.deepEqual(await run(), { counts: failed, fault: "no test files" });
    addTest("a", "");
    assert.deepEqual(await run(), { counts: failed, fault: "no tests" });
  });

  it("keeps what was counted when the process dies", async () => {
    addTest("a", "it('one', () => {}); it('two', () => process.exit(7));");
    assert.deepEqual(await run(), {
      counts: { passed: 1, failed: 1, skipped: 0 },
      fault: "exit code 7",
    });
  });

  it("ends a suite, and what it has started, at its limit", async () => {
    const marker = join(root, "alive");
    const late = `setTimeout(() => require('fs').writeFileSync('${marker}', ''), 3500)`;
    addTest(
      "a",
      `it('one', () => {}); it('hangs', (done) => {
        require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(late)}]);
      }).timeout(0);`,
    );
    assert.deepEqual(await run(2 / 60), {
      counts: { passed: 1, failed: 1, skipped: 0 },
      fault: "ended by its time limit",
    });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await assert.rejects(import("node:fs/promises").then((fs) => fs.access(marker)));
  });

  it("leaves out an event cut short by a kill", () => {
    const file = join(root, "events");
    writeFileSync(file, '{"outcome":"passed","title":"a"}\n{"outcome":"skip');
    assert.deepEqual(countEvents(file), { passed: 1, failed: 0, skipped: 0 });
    assert.deepEqual(countEvents(join(root, "none")), { passed: 0, failed: 0, skipped: 0 });
  });

  it("ends with one line, and fails on failures, on nothing, and on skips in CI", () => {
    const judge = (counts: [number, number, number], ci = false) =>
      judgeRun({ passed: counts[0], failed: counts[1], skipped: counts[2] }, { ci });
    assert.deepEqual(judge([3, 0, 0]), { code: 0, line: "3 passed, 0 failed" });
    assert.deepEqual(judge([3, 0, 2]), { code: 0, line: "3 passed, 0 failed, 2 skipped" });
    assert.deepEqual(judge([3, 1, 0], true), { code: 1, line: "3 passed, 1 failed" });
    assert.deepEqual(judge([0, 0, 2]), {
      code: 1,
      line: "0 passed, 0 failed, 2 skipped",
      reason: "no test has run",
    });
    assert.deepEqual(judge([3, 0, 2], true), {
      code: 1,
      line: "3 passed, 0 failed, 2 skipped",
      reason: "in CI nothing may be skipped",
    });
  });

  it("sums counts and shows time and fault of a suite", () => {
    const sum = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
    assert.deepEqual(sum, { passed: 11, failed: 22, skipped: 33 });
    assert.equal(
      suiteLine(suite, { counts: sum, seconds: 1.25, fault: "no tests" }),
      "sample         1.3 s  11 passed, 22 failed, 33 skipped — no tests",
    );
  });

  it("has each suite once, the unit command needs only Node", () => {
    const names = suites.map((each) => each.name);
    assert.equal(new Set(names).size, names.length);
    const unit = suites.filter((each) => each.commands.includes("unit"));
    assert.deepEqual(
      unit.map((each) => [each.name, each.needs]),
      [
        ["unit", []],
        ["graph", []],
      ],
    );
  });
});

describe("the engine, ahead of the suites that need it", () => {
  const named = (...names: string[]) => suites.filter(({ name }) => names.includes(name));

  it("is got where other suites come first", () => {
    assert.equal(worthwhile(suites), true);
    assert.equal(worthwhile(named("unit", "graph")), false);
    assert.equal(worthwhile(named("plugins", "rehearsal")), false);
    assert.equal(worthwhile([]), false);
  });

  it("is got at the lowest priority, and ended with the run", async () => {
    const { pid, end } = engineAhead([process.execPath, "-e", "setTimeout(() => {}, 60_000)"]);
    const folder = `/proc/${pid}`;
    const priority = (): string | undefined =>
      readFileSync(join(folder, "stat"), "utf8").split(") ")[1]?.split(" ")[16];
    try {
      await until(() => priority() === "19");
    } finally {
      end();
    }
    await until(() => !existsSync(folder));
  });

  it("is no fault of the run where it cannot be got", async () => {
    const { pid } = engineAhead(["/nowhere/at/all"]);
    await until(() => !existsSync(`/proc/${pid}`));
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await sleep(20);
  assert.equal(holds(), true);
}
