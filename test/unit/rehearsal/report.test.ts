import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import { projectRoot } from "../../../config/root";
import { changed, type Report, summary } from "../../../rehearsal/run/report";

const sample: Report = {
  stack: "local",
  target: "single",
  engine: {
    cli: "3.259.0",
    cliOrigin: "built",
    plugins: {
      command: { version: "1.2.1", origin: "stand-in" },
      postgresql: { version: "3.18.1", origin: "official" },
    },
  },
  antares: { origin: "stand-in", version: "0.4.0+standin", commit: null },
  phases: [
    { name: "preflight", host: "master", seconds: 0.9 },
    { name: "software", host: "master", seconds: 61.3 },
  ],
  acceptance: {
    schema: "ready",
    migrations: { expected: 66, applied: 66, last: "0066_auto_20200312_1921" },
    countries: [{ iso: "MEX", regions: 3 }],
    nodes: [{ name: "master", files: 21, antares: "0.4.0" }],
    gridEngine: null,
    dask: { workers: 1, nodes: ["master"] },
    versions: { python: "3.11.2", postgis: null },
  },
  hosts: [{ name: "master", role: "master" }],
  gridEngine: null,
  dask: { workers: 1, nodes: ["master"] },
  outputs: { outputsVersion: 1, nodeNames: ["master"] },
  secondUp: { changes: 0 },
  sshConnections: { firstUp: 0, secondUp: 0 },
  bySsh: { phases: [{ name: "share", host: "master", seconds: 1 }], secondUp: { changes: 0 } },
  stateFile: "/var/tmp/rehearsal/state.json",
  logs: "/var/tmp/rehearsal/logs",
};

const gridEngine = {
  hosts: [
    { name: "master", jobSlots: 0, daskSlots: 0 },
    { name: "node-1", jobSlots: 2, daskSlots: 1 },
    { name: "node-2", jobSlots: 2, daskSlots: 1 },
  ],
  queues: ["antares.q", "dask.q"],
  slots: 4,
};
const dask = { workers: 2, nodes: ["node-1", "node-2"] };

const cluster: Report = {
  ...sample,
  stack: "hosts",
  target: "hosts",
  acceptance: { ...sample.acceptance, gridEngine, dask },
  hosts: [
    { name: "master", role: "master" },
    { name: "node-1", role: "node" },
    { name: "node-2", role: "node" },
  ],
  gridEngine,
  dask,
  sshConnections: { firstUp: 23, secondUp: 0 },
  bySsh: null,
};

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

describe("the summary", () => {
  it("says what stands, how long it took, and what was stood in for", () => {
    assert.equal(
      summary(sample),
      [
        "stack local (single) stands, verified in the database:",
        "  datacube schema  ready",
        "  migrations       66 of 66, last 0066_auto_20200312_1921",
        "  countries        MEX (3 regions)",
        "  nodes            master (21 files of antares)",
        "  versions         python 3.11.2, postgis none",
        "  dask             1 workers on master",
        "  engine           pulumi 3.259.0 (built)",
        "  first up, by phase (0 SSH connections):",
        "        0.9 s  preflight on master",
        "       61.3 s  software on master",
        "  second up        0 changes, 0 SSH connections",
        "  by SSH           up again: adopted; second up: 0 changes",
        "  stood in for     plugin command 1.2.1; antares3 itself, and the borders",
        "  state            /var/tmp/rehearsal/state.json",
        "  logs             /var/tmp/rehearsal/logs",
      ].join("\n"),
    );
  });

  it("of a cluster names what works on each host, and that NFS was stood in for", () => {
    const lines = summary(cluster).split("\n");
    for (const line of [
      "  Grid Engine      4 job slots: master 0, node-1 2, node-2 2",
      "  queues           antares.q, dask.q",
      "  dask             2 workers on node-1, node-2",
      "  first up, by phase (23 SSH connections):",
      "  second up        0 changes, 0 SSH connections",
      "  stood in for     plugin command 1.2.1; antares3 itself, and the borders; " +
        "NFS (a FUSE process of each host)",
    ]) {
      assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join("\n")}`);
    }
  });

  it("of a run with nothing stood in for and no country", () => {
    const plugins = { command: { version: "1.2.1", origin: "official" } } as const;
    const text = summary({
      ...sample,
      engine: { ...sample.engine, plugins },
      antares: { origin: "wheel", version: "0.4.0", commit: null },
      acceptance: { ...sample.acceptance, countries: [] },
      bySsh: null,
    });
    assert.match(text, /^ {2}countries {8}none configured$/m);
    assert.match(text, /^ {2}stood in for {5}nothing$/m);
    assert.doesNotMatch(text, /by SSH/);
  });
});

describe("changes of an up", () => {
  it("are everything but what stayed the same", () => {
    assert.equal(changed({ create: 1, update: 20, replace: 300, delete: 4000, same: 50000 }), 4321);
  });
});
