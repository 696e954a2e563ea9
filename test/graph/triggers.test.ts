import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { scriptDigest, valuesDigest } from "../../components/host/render";
import { generatedBy, HOST_KEY } from "./answers";
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
import { isCommand, open } from "./commands";
import { find } from "./find";
import { cluster } from "./order";
import { readScript, type ReadScript } from "./script";
import { partsOf, pathsOf } from "./sources";

const up = (given: Given = OPERATOR, secrets: GivenSecrets = {}): Promise<Graph> =>
  runProgram({ config: stackConfig("local", given, secrets), preview: false });

const scriptOf = (graph: Graph, name: string): ReadScript =>
  readScript(String(open(find(graph, name), "stdin")));

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

  it("is what a node runs, after another wheelhouse", async () => {
    const results = { software: { wheelhouse: "another", wheels: 84, antares: "0.4.0" } };
    const found = differences(
      base,
      await runProgram({ config: variants.local, preview: false, results }),
    );
    assert.deepEqual(sorted(found), sorted({ ...nothing, rerun: step(...joining) }));
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

describe("the triggers of a step", () => {
  for (const [name, config] of Object.entries(variants)) {
    it(`are its machine, its script and its values: ${name}`, async () => {
      const graph = await runProgram({ config, preview: false });
      const { name: prefix, master } = cluster(graph);
      const ready = find(graph, `${prefix}-${master}-ready`);
      const hostKey = "ssh" in ready.inputs ? HOST_KEY : "";
      for (const { name: step, inputs } of graph.resources.filter(isCommand)) {
        const { values, assets, text } = scriptOf(graph, step);
        const parts = partsOf(text).filter((part) => !/host\/scripts\/(lib|tools)\.sh$/.test(part));
        const expected = [
          `5f6d1c0e8f7a4b6f9a0e6f2b1c3d4e5f ${hostKey}`,
          scriptDigest(
            step.includes("-join-") ? { parts, packed: true } : { parts, assets: pathsOf(assets) },
          ),
          valuesDigest(generatedBy(`${prefix}-digest-key`), values),
        ];
        assert.deepEqual(inputs["triggers"], expected, step);
      }
    });
  }

  it("differ for another script and for another key of the digests", () => {
    const parts = ["components/bootstrap/scripts/share.sh"];
    assert.notEqual(scriptDigest({ parts }), scriptDigest({ parts: [] }));
    assert.notEqual(valuesDigest("a", { X: "1" }), valuesDigest("b", { X: "1" }));
  });
});

describe("what a step is given", () => {
  it("is secret where it holds a password, and else a reviewer can read it", async () => {
    const graph = await up();
    const secret = graph.resources.filter(({ inputs }) => {
      const { stdin } = inputs;
      return typeof stdin === "object" && stdin !== null;
    });
    assert.deepEqual(
      secret.map(({ name }) => name),
      ["machine-database-server", "bootstrap-settings"].sort().reverse(),
    );
    const named = graph.resources
      .filter(isCommand)
      .map(({ name }) => [name, scriptOf(graph, name).frame["ANTARES_SECRETS"]]);
    assert.deepEqual(
      named.filter(([, names]) => names !== ""),
      [
        ["machine-database-server", "ADMIN_PASSWORD"],
        ["bootstrap-settings", "ANTARES_ENV DATACUBE_CONF PGPASS"],
      ],
    );
  });

  it("ties a node to the recipe by the checksum of its text", async () => {
    const graph = await up();
    const { JOIN = "", RECIPE } = scriptOf(graph, "bootstrap-recipe").values;
    assert.equal(RECIPE, createHash("sha256").update(JOIN).digest("hex"));
    assert.equal(scriptOf(graph, "bootstrap-join-master").values["RECIPE"], RECIPE);
  });
});
