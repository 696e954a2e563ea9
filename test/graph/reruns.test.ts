import assert from "node:assert/strict";
import { isCommand } from "./commands";
import {
  type Given,
  type GivenSecrets,
  MEXICO,
  OPERATOR,
  stackConfig,
  variants,
} from "./configuration";
import { differences, type Differences, identical } from "./differences";
import { type Graph, runProgram } from "./harness";

const up = (given: Given = OPERATOR, secrets: GivenSecrets = {}): Promise<Graph> =>
  runProgram({ config: stackConfig("local", given, secrets), preview: false });

const nothing: Differences = { rerun: [], changed: [], added: [], removed: [] };
const step = (...phases: string[]): string[] =>
  phases.map((phase) => (phase === "database-server" ? `machine-${phase}` : `bootstrap-${phase}`));

// What the acceptance compares the cluster with names the recipe.
const joining = ["recipe", "join-master", "acceptance"];
const asking = ["datacube", "antares", "acceptance"];
const connected = ["bootstrap-database-database", "bootstrap-datacube-state"].concat([
  "bootstrap-antares-state",
  "bootstrap-countries-state",
]);
const software = { source: "/srv/madmex" };
const BELIZE = { ...MEXICO, iso: "BLZ", archive: "/var/cache/borders/BLZ_adm_shp.zip" };

/** A setting, and exactly what an `up` does when it is the only one that changes. */
const table: readonly [string, Given, Partial<Differences>][] = [
  ["antares.logLevel", { antares: { logLevel: "DEBUG" } }, { rerun: step("settings") }],
  ["antares.debug", { antares: { debug: true } }, { rerun: step("settings") }],
  ["antares.ingestionPath", { antares: { ingestionPath: "/data/i" } }, { rerun: step("settings") }],
  [
    "antares.tempDir",
    { antares: { tempDir: "/data/temp" } },
    { rerun: step("settings", "antares") },
  ],
  [
    "one more country",
    { countries: [MEXICO, BELIZE] },
    { rerun: step("antares", "acceptance"), changed: ["bootstrap-countries-state"] },
  ],
  [
    "no country",
    { countries: [] },
    { rerun: step("antares", "acceptance"), removed: ["bootstrap-countries-state"] },
  ],
  [
    "another copy of an archive",
    { countries: [{ ...MEXICO, archive: "/elsewhere/MEX_adm_shp.zip" }] },
    { rerun: step("antares") },
  ],
  [
    "software.debianMirror",
    { software: { ...software, debianMirror: "http://mirror.example.org/debian" } },
    { rerun: step("database-server", "software", ...joining) },
  ],
  [
    "software.pythonIndex",
    { software: { ...software, pythonIndex: "https://packages.example.org/simple" } },
    { rerun: step("software") },
  ],
  ["software.source", { software: { source: "/srv/other" } }, { rerun: step("software") }],
  [
    "software.python",
    { software: { ...software, python: "/opt/python/bin/python3.11" } },
    { rerun: step("software", ...joining), changed: ["machine-master-ready"] },
  ],
  [
    "share.path",
    { share: { path: "/data/antares" } },
    {
      rerun: step("share", "software", "settings", "antares", ...joining, "dask"),
      changed: ["machine-master-ready"],
    },
  ],
  [
    "service.uid",
    { service: { uid: 6000 } },
    {
      rerun: step("share", "software", "settings", "datacube", "antares", ...joining, "dask"),
      changed: ["machine-master-ready"],
    },
  ],
  [
    "database.port",
    { database: { port: 5434 } },
    {
      rerun: step("database-server", "settings", ...asking),
      changed: ["machine-master-ready", "bootstrap-database-server", ...connected],
    },
  ],
  [
    "database.name",
    { database: { name: "maps" } },
    {
      rerun: step("settings", ...asking),
      changed: ["bootstrap-database-extension-postgis", ...connected],
    },
  ],
  [
    "database.user",
    { database: { user: "cartographer" } },
    { rerun: step("settings", ...asking), changed: connected },
  ],
  [
    "database.postgis",
    { database: { postgis: "full" } },
    {
      added: [
        ...["fuzzystrmatch", "postgis_tiger_geocoder", "postgis_topology"].map(
          (name) => `bootstrap-database-extension-${name}`,
        ),
        "bootstrap-database-gis-owner",
      ],
    },
  ],
];

const secretTable: readonly [string, Given, GivenSecrets, Partial<Differences>][] = [
  [
    "databasePassword",
    {},
    { databasePassword: "another" },
    { rerun: step("settings"), changed: connected, removed: ["bootstrap-database-password"] },
  ],
  [
    "djangoSecretKey",
    {},
    { djangoSecretKey: "another" },
    { rerun: step("settings"), removed: ["bootstrap-django-secret-key"] },
  ],
  ["bisLicense", {}, { bisLicense: "a licence" }, { rerun: step("settings") }],
  [
    "usgsPassword",
    { antares: { usgsUser: "jane" } },
    { usgsPassword: "hers" },
    { rerun: step("settings") },
  ],
];

const sorted = (one: Differences): Differences => ({
  rerun: [...one.rerun].sort(),
  changed: [...one.changed].sort(),
  added: [...one.added].sort(),
  removed: [...one.removed].sort(),
});

describe("what runs again", () => {
  let base: Graph = { resources: [], listeners: [] };
  before(async () => {
    base = await up();
  });

  it("is nothing when nothing changed, to the last option", async () => {
    const again = await up();
    assert.deepEqual(differences(base, again), nothing);
    assert.ok(identical(base, again));
  });

  it("is nothing in a preview either", async () => {
    const preview = (): Promise<Graph> =>
      runProgram({ config: variants["local-ssh"], preview: true });
    assert.ok(identical(await preview(), await preview()));
  });

  for (const [title, given, expected] of table) {
    it(`after ${title}`, async () => {
      const found = differences(base, await up({ ...OPERATOR, ...given }));
      assert.deepEqual(sorted(found), sorted({ ...nothing, ...expected }));
    });
  }

  for (const [title, given, secrets, expected] of secretTable) {
    it(`after the secret ${title}`, async () => {
      const found = differences(base, await up({ ...OPERATOR, ...given }, secrets));
      assert.deepEqual(sorted(found), sorted({ ...nothing, ...expected }));
    });
  }

  it("is every step on another machine behind the same name", async () => {
    const config = variants.local;
    const found = differences(base, await runProgram({ config, preview: false, machine: "other" }));
    const all = base.resources.filter(isCommand).map(({ name }) => name);
    assert.deepEqual(sorted(found), sorted({ ...nothing, rerun: all }));
    assert.equal(all.length, 10);
  });

  it("is what a node runs and dask, after another wheelhouse", async () => {
    const results = {
      software: { wheelhouse: "another", archive: "0".repeat(64), antares: "0.4.0" },
    };
    const found = differences(
      base,
      await runProgram({ config: variants.local, preview: false, results }),
    );
    assert.deepEqual(sorted(found), sorted({ ...nothing, rerun: step(...joining, "dask") }));
  });

  it("is nothing, after another answer of a node: the acceptance asks the share", async () => {
    const results = { join: { name: "master", files: 22, antares: "0.4.0" } };
    const found = differences(
      base,
      await runProgram({ config: variants.local, preview: false, results }),
    );
    assert.deepEqual(found, nothing);
  });
});
