import assert from "node:assert/strict";
import { antaresState } from "../../../providers/database/antares";
import { countriesState } from "../../../providers/database/countries";
import { datacubeState, type DatacubeRows } from "../../../providers/database/datacube";
import { extensionsState } from "../../../providers/database/extensions";
import { verdict } from "../../../providers/database/verified";

describe("states of the database", () => {
  const index: DatacubeRows = {
    hasSchema: true,
    tables: ["dataset", "dataset_location", "dataset_source", "dataset_type", "metadata_type"],
    triggers: ["dataset", "dataset_type", "metadata_type"],
    types: ["eo", "eo3", "telemetry"],
  };
  const expected = { types: ["eo", "eo3", "telemetry"], triggers: true };
  const datacube = (change: Partial<DatacubeRows>, triggers = true) =>
    datacubeState({ ...index, ...change }, { ...expected, triggers });

  it("datacube: ready, absent", () => {
    assert.deepEqual(datacube({}), { state: "ready", missing: [] });
    const empty = { hasSchema: false, tables: [], triggers: [], types: [] };
    assert.deepEqual(datacube(empty), { state: "absent", missing: ["schema agdc"] });
  });

  it("datacube: partial names tables, triggers and types", () => {
    const tables = index.tables.filter((name) => name !== "dataset");
    const found = datacube({ tables, triggers: ["dataset_type"], types: ["eo"] });
    assert.deepEqual(found, {
      state: "partial",
      missing: [
        "table agdc.dataset",
        "trigger row_update_time_metadata_type",
        "trigger row_update_time_dataset",
        "metadata type eo3",
        "metadata type telemetry",
      ],
    });
  });

  it("datacube: triggers count only where they are expected", () => {
    assert.equal(datacube({ triggers: [] }).state, "partial");
    assert.equal(datacube({ triggers: [] }, false).state, "ready");
  });

  it("datacube: an empty schema is partial, tables without types are untyped", () => {
    assert.equal(datacube({ tables: [], triggers: [], types: [] }).state, "partial");
    const untyped = datacube({ types: ["telemetry"] });
    assert.deepEqual(untyped, {
      state: "untyped",
      missing: ["metadata type eo", "metadata type eo3"],
    });
  });

  const want = { migrations: { count: 3, last: "0003_c" }, tables: ["madmex_a", "madmex_b"] };
  const antares = (applied: number, last: string, tables = ["madmex_a", "madmex_b", "madmex_x"]) =>
    antaresState({ migrations: { applied, last }, tables }, want);

  it("antares: ready, absent, partial, ahead", () => {
    assert.deepEqual(antares(3, "0003_c"), { state: "ready", missing: [] });
    assert.equal(antaresState({ tables: [] }, want).state, "absent");
    assert.equal(antares(0, "").state, "absent");
    assert.deepEqual(antares(2, "0002_b"), {
      state: "partial",
      missing: ["2 of 3 migrations applied, last 0002_b"],
    });
    assert.deepEqual(antares(4, "0004_d"), {
      state: "ahead",
      missing: ["the installed package is older: 4 of 3 migrations applied, last 0004_d"],
    });
  });

  it("antares: the right number of migrations is not enough", () => {
    assert.deepEqual(antares(3, "0003_other", ["madmex_a"]), {
      state: "partial",
      missing: ["migration 0003_c (the last one applied is 0003_other)", "table madmex_b"],
    });
  });

  const country = (
    iso: string,
    rows: number,
    ...[regions = 2, distinctRegions = regions]: readonly number[]
  ) => ({ iso, rows, regions, distinctRegions });

  it("countries: ready, absent, partial, doubled", () => {
    assert.deepEqual(countriesState([]), { state: "ready", missing: [] });
    assert.equal(countriesState([country("MEX", 1), country("VAT", 1, 0)]).state, "ready");
    assert.equal(countriesState([country("MEX", 0, 0)]).state, "absent");
    assert.deepEqual(countriesState([country("MEX", 1), country("GTM", 0, 0)]), {
      state: "partial",
      missing: ["country GTM"],
    });
    assert.deepEqual(countriesState([country("MEX", 2, 4, 2), country("GTM", 0, 0)]), {
      state: "doubled",
      missing: [
        "country GTM",
        "country MEX is there 2 times",
        "MEX has 4 regions, 2 of them distinct",
      ],
    });
  });

  it("countries: fewer regions than were loaded are named, more are not; an absent one is absent", () => {
    const loaded = { MEX: 2, VAT: 0 };
    assert.deepEqual(countriesState([country("MEX", 1, 1), country("VAT", 1, 0)], loaded), {
      state: "partial",
      missing: ["MEX has 1 of 2 regions"],
    });
    assert.equal(countriesState([country("MEX", 1, 3)], loaded).state, "ready");
    assert.equal(countriesState([country("GTM", 1, 0)], loaded).state, "ready");
    assert.deepEqual(countriesState([country("MEX", 0, 0)], loaded), {
      state: "absent",
      missing: ["country MEX"],
    });
  });

  it("extensions: a right that is lacking is no less than an extension", () => {
    const postgis = { name: "postgis", version: "3.3.2", available: true };
    assert.deepEqual(extensionsState([postgis], ["right CREATE on schema public"]), {
      state: "partial",
      missing: ["right CREATE on schema public"],
    });
  });

  it("extensions: says whether the server has what is missing", () => {
    const postgis = { name: "postgis", version: "3.3.2", available: true };
    assert.equal(extensionsState([postgis]).state, "ready");
    assert.deepEqual(
      extensionsState([
        postgis,
        { name: "postgis_topology", available: true },
        { name: "other", available: false },
      ]),
      {
        state: "partial",
        missing: [
          "extension postgis_topology (an administrator runs: create extension postgis_topology)",
          "extension other (the server does not offer it: its packages are not installed)",
        ],
      },
    );
    assert.equal(extensionsState([{ name: "postgis", available: true }]).state, "absent");
  });

  it("puts everything into one line", () => {
    const finding = { state: "partial", missing: ["table a", "table b"], details: {} };
    assert.equal(
      verdict(finding, "npm run up -- local"),
      "partial: missing or wrong: table a, table b; repair with: npm run up -- local",
    );
    assert.equal(verdict({ state: "ready", missing: [], details: {} }, "x"), "ready");
  });
});
