import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import { projectRoot } from "../../../config/root";
import type { Report } from "../../../rehearsal/run/report";
import { cluster, sample } from "./reports";

function schema(): ValidateFunction {
  const text = readFileSync(join(projectRoot, "rehearsal", "report.schema.json"), "utf8");
  const parsed: unknown = JSON.parse(text);
  assert.ok(typeof parsed === "object" && parsed !== null);
  // `strict` also finds keywords that the schema misspells.
  return new Ajv({ strict: true, strictTypes: false }).compile(parsed);
}

/** A copy of a report with the value at the path replaced; `undefined` removes the key. */
function mutate(path: string, value: unknown, of: Report = sample): unknown {
  const copy: unknown = structuredClone(of);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let at: unknown = copy;
  for (const key of keys) at = property(at, key);
  assert.ok(typeof at === "object" && at !== null);
  if (value === undefined) assert.ok(Reflect.has(at, last) && Reflect.deleteProperty(at, last));
  else Reflect.set(at, last, value);
  return copy;
}

function property(of: unknown, key: string): unknown {
  assert.ok(typeof of === "object" && of !== null && key in of, key);
  return Reflect.get(of, key);
}

/** Every path of the sample that holds something a report cannot do without. */
function paths(value: unknown, at: readonly string[] = []): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...at, key];
    return [path.join("."), ...paths(inner, path)];
  });
}

describe("the schema of the report", () => {
  const valid = schema();
  // What these hold is open: other outputs, plugins and packages may come and go.
  const open = /^(outputs\.|engine\.plugins\.[a-z]+$|acceptance\.versions\.)|\.\d+$/;
  const required = paths(sample).filter((path) => !open.test(path));
  const ofCluster = ["gridEngine", "dask"].flatMap((key) => [
    ...paths(cluster[key as keyof Report], [key]),
    ...paths(cluster.acceptance[key as keyof Report["acceptance"]], ["acceptance", key]),
  ]);

  it("takes a report, and one of a stack that is about SSH already", () => {
    assert.equal(valid(sample), true, JSON.stringify(valid.errors));
    assert.equal(valid(mutate("bySsh", null)), true);
    assert.equal(valid(cluster), true, JSON.stringify(valid.errors));
    const commit = "0123456789abcdef0123456789abcdef01234567";
    assert.equal(valid(mutate("antares", { origin: "git", version: "0.4.0", commit })), true);
  });

  it("knows every property that a report has", () => {
    assert.equal(required.length, 61);
  });

  for (const path of required) {
    it(`refuses a report without ${path}`, () => {
      assert.equal(valid(mutate(path, undefined)), false);
    });
  }

  for (const path of ofCluster.filter((path) => !/\.\d+$/.test(path))) {
    it(`refuses a cluster's report without ${path}`, () => {
      assert.equal(valid(mutate(path, undefined, cluster)), false);
    });
  }

  const wrongOfCluster: readonly [string, unknown][] = [
    ["gridEngine.slots", -1],
    ["gridEngine.hosts.1.jobSlots", "2"],
    ["gridEngine.hosts", []],
    ["gridEngine.queues", [""]],
    ["gridEngine.more", 1],
    ["dask.workers", 1.5],
    ["dask.nodes", [""]],
    ["sshConnections.secondUp", -1],
    ["sshConnections.more", 1],
  ];
  for (const [path, value] of wrongOfCluster) {
    it(`refuses ${path} of a cluster: ${JSON.stringify(value)}`, () => {
      assert.equal(valid(mutate(path, value, cluster)), false);
    });
  }

  const wrong: readonly [string, unknown][] = [
    ["more", 1],
    ["acceptance.more", 1],
    ["engine.plugins.command.more", 1],
    ["hosts.0.more", 1],
    ["target", "cloud"],
    ["engine.cliOrigin", "guessed"],
    ["engine.cli", "v3"],
    ["engine.plugins.command.origin", "fake"],
    ["antares.origin", "pypi"],
    ["antares.commit", "HEAD"],
    ["phases.0.seconds", "0.9"],
    ["phases.0.seconds", -1],
    ["acceptance.schema", "partial"],
    ["acceptance.migrations.applied", 65.5],
    ["acceptance.countries.0.iso", "mex"],
    ["acceptance.countries.0.regions", -1],
    ["acceptance.nodes", []],
    ["acceptance.nodes.0.files", 0],
    ["acceptance.versions.python", 3.11],
    ["hosts", []],
    ["hosts.0.role", "worker"],
    ["outputs", null],
    ["secondUp.changes", null],
    ["bySsh", false],
    ["stateFile", "state.json"],
    ["logs", ""],
  ];
  for (const [path, value] of wrong) {
    it(`refuses ${path}: ${JSON.stringify(value)}`, () => {
      assert.equal(valid(mutate(path, value)), false);
    });
  }
});
