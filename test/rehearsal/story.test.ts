import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Ajv from "ajv";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../../rehearsal/cache";
import { ensureEngine } from "../../rehearsal/engine/engine";
import { keptNetworks } from "../../rehearsal/hosts/kept";
import { openStorage } from "../../rehearsal/hosts/storage";
import { findLeftovers } from "../../rehearsal/hosts/sweep";
import type { Report } from "../../rehearsal/run/report";
import { type ProcessWatch, watchProcesses } from "../fixtures/processWatch";
import { filesWith, secretsOfState } from "../fixtures/secrets";

const run = promisify(execFile);

describe("npm run rehearse -- local", function () {
  this.timeout(900_000);
  const folder = mkdtempSync(join(tmpdir(), "antares-story-"));
  const reportFile = join(folder, "report.json");
  const session = join(cacheDir(), "rehearsals", "local");
  let said = "";
  let report: Report;
  let watch: ProcessWatch;
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("passes from nothing, by the engine inside the host and again by SSH", async () => {
    watch = watchProcesses();
    try {
      const done = await run(
        process.execPath,
        [join(projectRoot, "dist/rehearsal/main.js"), "local", "--report", reportFile],
        { maxBuffer: 64 * 1024 * 1024, timeout: 800_000 },
      );
      said = done.stdout + done.stderr;
    } finally {
      watch.stop();
    }
    report = JSON.parse(readFileSync(reportFile, "utf8")) as Report;
    assert.deepEqual(report.secondUp, { changes: 0 });
    assert.deepEqual(report.bySsh?.secondUp, { changes: 0 });
  });

  it("reports what stands, by its schema", () => {
    const schema: unknown = JSON.parse(
      readFileSync(join(projectRoot, "rehearsal/report.schema.json"), "utf8"),
    );
    const validate = new Ajv({ allErrors: true }).compile(schema as object);
    assert.ok(validate(report), JSON.stringify(validate.errors));
    assert.equal(report.target, "single");
    assert.equal(report.acceptance.schema, "ready");
    assert.deepEqual(report.acceptance.migrations, {
      expected: 66,
      applied: 66,
      last: "0066_auto_20200312_1921",
    });
    assert.deepEqual(report.acceptance.countries, [{ iso: "MEX", regions: 3 }]);
    assert.deepEqual(
      report.acceptance.nodes.map(({ name, files }) => ({ name, files })),
      [{ name: "master", files: 42 }],
    );
    assert.deepEqual(report.hosts, [{ name: "master", role: "master" }]);
    assert.equal(report.antares.origin, "stand-in");
    const phases = new Set(report.phases.map(({ name }) => name));
    for (const name of ["database-server", "share", "software", "database", "settings"]) {
      assert.ok(phases.has(name), `phase ${name} of ${[...phases].join(", ")}`);
    }
    for (const name of ["datacube", "antares", "recipe", "join", "acceptance"]) {
      assert.ok(phases.has(name), `phase ${name} of ${[...phases].join(", ")}`);
    }
  });

  it("says in words what stands and what was stood in for", () => {
    assert.match(said, /stack local \(single\) stands, verified in the database/);
    assert.match(said, /migrations {7}66 of 66, last 0066_auto_20200312_1921/);
    assert.match(said, /stood in for .*antares3 itself, and the borders/);
  });

  it("leaves no secret in clear in what it says, writes, keeps or shows in process lists", async () => {
    const engine = await ensureEngine({ log: () => undefined });
    const secrets = new Map<string, string>();
    for (const way of ["local", "ssh"]) {
      const found = await secretsOfState(readFileSync(join(session, `state-${way}.json`), "utf8"), {
        engine,
        home: join(session, "home"),
        backend: `file://${mkdtempSync(join(folder, way))}`,
        passphrase: readFileSync(join(session, "passphrase"), "utf8").trim(),
        cwd: projectRoot,
        stack: "local",
        configFile: join(session, "Pulumi.local.yaml"),
      });
      for (const [name, value] of found) secrets.set(`${way}${name}`, value);
    }
    // Administrator, application, Django, digest key; by SSH also the private key.
    assert.ok(new Set(secrets.values()).size >= 9, [...secrets.keys()].join("\n"));
    assert.ok([...secrets.keys()].some((name) => name.endsWith("privateKey")));
    for (const [name, value] of secrets) {
      assert.ok(!said.includes(value), `${name} was printed`);
      assert.ok(!readFileSync(reportFile, "utf8").includes(value), `${name} is in the report`);
      assert.ok(!watch.commandLines().includes(value), `${name} was in a process list`);
    }
    assert.deepEqual(filesWith(session, secrets), []);
    assert.ok(watch.samples() > 500, `${watch.samples()} samples of the process list`);
  });

  it("leaves nothing behind on the machine", async () => {
    assert.deepEqual(await findLeftovers(openStorage()), []);
    assert.ok(!keptNetworks(openStorage()).some(({ label }) => label === "local"));
  });
});
