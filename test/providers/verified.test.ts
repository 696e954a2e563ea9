import assert from "node:assert/strict";
import type { DatabaseConnection } from "../../providers/database/connection";
import { findState } from "../../providers/database/verified";
import { VerifiedState, type VerifiedStateArgs } from "../../providers/resources/verifiedState";
import { startPostgres, type PostgresFixture } from "../fixtures/postgres";
import { registered } from "../unit/providers/registered";
import { HostProcess } from "./hostProcess";

const password = "application-password";
const repair = "npm run up -- local";
const tables = ["metadata_type", "dataset_type", "dataset", "dataset_location", "dataset_source"];

/** What datacube 1.8 leaves behind, as far as it is looked at. */
const index = [
  "create schema agdc",
  ...tables.map((name) => `create table agdc.${name} (name text)`),
  "create function agdc.f() returns trigger language plpgsql as 'begin return new; end'",
  ...tables
    .slice(0, 3)
    .map(
      (name) =>
        `create trigger row_update_time_${name} before update on agdc.${name} ` +
        `for each row execute procedure agdc.f()`,
    ),
  "insert into agdc.metadata_type values ('eo'), ('eo3'), ('telemetry')",
];

/** What Django and antares leave behind, as far as it is looked at. */
const models = [
  "create table django_migrations (id serial, app text, name text)",
  "insert into django_migrations (app, name) values ('auth', '0099_z'), ('madmex', '0001_a')",
  "insert into django_migrations (app, name) values ('madmex', '0002_b')",
  "create table madmex_country (id serial primary key, name text)",
  "create table madmex_region (id serial, name text, country_id int)",
  "create table madmexico (id int)",
  "insert into madmex_country (name) values ('MEX'), ('VAT')",
  "insert into madmex_region (name, country_id) values ('North', 1), ('South', 1)",
];

describe("verified state", function () {
  this.timeout(60_000);
  let postgres: PostgresFixture;
  let host: HostProcess;
  before(async () => {
    postgres = await startPostgres();
    host = await HostProcess.start();
    await postgres.query("postgres", `create role app login password '${password}'`);
  });
  after(async () => {
    await host.stop();
    await postgres.stop();
  });
  beforeEach(async () => {
    await postgres.query("postgres", "drop database if exists antares");
    await postgres.query("postgres", "create database antares owner app");
  });

  const connection = (): DatabaseConnection => ({
    ...{ host: postgres.host, port: postgres.port, database: "antares", user: "app", password },
    sslmode: "prefer",
  });
  const run = async (...statements: string[]) => {
    for (const sql of statements) await postgres.query("antares", `set role app; ${sql}`);
  };
  const datacube = () => ({
    ...({ subject: "datacube", connection: connection(), repair } as const),
    expected: { types: ["eo", "eo3", "telemetry"], triggers: true },
  });
  const antares = () => ({
    ...({ subject: "antares", connection: connection(), repair } as const),
    expected: { migrations: { count: 2, last: "0002_b" } },
  });
  const countries = (...isos: string[]) => ({
    ...({ subject: "countries", connection: connection(), repair, expected: { isos } } as const),
  });
  const inputsOf = async (args: VerifiedStateArgs) =>
    (await registered(() => new VerifiedState("v", args))).inputs;
  const rejection = (message: string) => ({ details: message });

  it("datacube: absent, partial, untyped, ready by the same look", async () => {
    const states: string[] = [];
    const look = async () => {
      const { state } = await findState(connection(), datacube());
      states.push(state);
    };
    await look();
    await run(...index.slice(0, 4));
    await look();
    await run(...index.slice(4, -1));
    await look();
    await run(...index.slice(-1));
    await look();
    assert.deepEqual(states, ["absent", "partial", "untyped", "ready"]);
  });

  it("datacube in the host process: refuses, accepts, sees a dropped table, accepts again", async () => {
    const inputs = await inputsOf(datacube());
    await assert.rejects(
      host.create(inputs),
      rejection(
        `datacube in database "antares" is absent: missing or wrong: schema agdc; ` +
          `repair with: ${repair}`,
      ),
    );
    await run(...index);
    const { id, outs } = await host.create(inputs);
    assert.equal(id, "datacube@antares");
    const details = {
      tables: [...tables].sort(),
      types: ["eo", "eo3", "telemetry"],
      triggers: 3,
    };
    assert.deepEqual(outs, { ...inputs, state: "ready", details, known: [] });
    assert.deepEqual(await host.read(id, outs), { id, props: outs });
    assert.deepEqual(await host.diff(outs, inputs), { changes: false, replaces: [] });

    await run("drop table agdc.dataset");
    const { props } = await host.read(id, outs);
    const missing = "table agdc.dataset, trigger row_update_time_dataset";
    const state = `partial: missing or wrong: ${missing}; repair with: ${repair}`;
    assert.equal(props["state"], state);
    // The engine shows this line; of the resource itself it would only say that it differs.
    assert.deepEqual(host.printed, [
      `drift: verification in the database: datacube in database "antares" is ${state}`,
    ]);
    assert.deepEqual(await host.diff(props, inputs), { changes: true, replaces: [] });
    await assert.rejects(
      host.update(props, inputs),
      rejection(`datacube in database "antares" is ${state}`),
    );
    await run(...index.filter((sql) => / agdc\.dataset[ (]/.test(sql)));
    const again = await host.update(props, inputs);
    assert.deepEqual(again, outs);
  });

  it("antares: counts the migrations, and remembers its tables", async () => {
    const inputs = await inputsOf(antares());
    await run(...models);
    const { id, outs } = await host.create(inputs);
    const known = ["madmex_country", "madmex_region"];
    const details = { migrations: { applied: 2, last: "0002_b" }, tables: known };
    assert.deepEqual(outs, { ...inputs, state: "ready", details, known });
    await run("drop table madmex_region");
    const { props } = await host.read(id, outs);
    assert.equal(
      props["state"],
      `partial: missing or wrong: table madmex_region; repair with: ${repair}`,
    );
    assert.deepEqual(props["known"], known);
    await assert.rejects(host.update(props, inputs), /table madmex_region/);
    await run("delete from django_migrations where name = '0002_b'");
    assert.match(
      String((await host.read(id, outs)).props["state"]),
      /1 of 2 migrations applied, last 0001_a, table madmex_region/,
    );
  });

  it("countries: sees an absent, a deleted and a doubled one", async () => {
    const inputs = await inputsOf(countries("VAT", "MEX"));
    await assert.rejects(
      host.create(inputs),
      /is absent: missing or wrong: country VAT, country M/,
    );
    await run(...models);
    const { id, outs } = await host.create(inputs);
    assert.deepEqual(outs["details"], {
      countries: [
        { iso: "VAT", rows: 1, regions: 0, distinctRegions: 0 },
        { iso: "MEX", rows: 1, regions: 2, distinctRegions: 2 },
      ],
    });
    await run("insert into madmex_region (name, country_id) values ('North', 1)");
    const doubled = String((await host.read(id, outs)).props["state"]);
    assert.match(doubled, /^doubled: missing or wrong: MEX has 3 regions, 2 of them distinct; /);
    await run("delete from madmex_country where name = 'VAT'");
    await run("delete from madmex_region where id = 3");
    const { props } = await host.read(id, outs);
    assert.equal(props["state"], `partial: missing or wrong: country VAT; repair with: ${repair}`);
    await run("insert into madmex_country (name) values ('VAT')");
    assert.deepEqual(await host.update(props, inputs), outs);
  });

  it("extensions: those that are there, could be there, cannot be there", async () => {
    const names = ["plpgsql", "pgcrypto", "no_such"];
    const finding = await findState(connection(), { subject: "extensions", expected: { names } });
    assert.equal(finding.state, "partial");
    assert.deepEqual(finding.details.extensions, [
      { name: "plpgsql", version: "1.0", available: true },
      { name: "pgcrypto", available: true },
      { name: "no_such", available: false },
    ]);
  });

  it("a role that is not let in, or may not look, shows as drift", async () => {
    await run(...index);
    const inputs = await inputsOf(datacube());
    const { id, outs } = await host.create(inputs);
    await run("revoke select on agdc.metadata_type from app");
    assert.equal(
      (await host.read(id, outs)).props["state"],
      "refused: missing or wrong: permission denied for table metadata_type; " +
        `repair with: ${repair}`,
    );
    await postgres.query("postgres", "alter role app nologin");
    try {
      assert.equal(
        (await host.read(id, outs)).props["state"],
        `refused: missing or wrong: database server 127.0.0.1:${postgres.port} refuses user "app" ` +
          `on database "antares": role "app" is not permitted to log in; repair with: ${repair}`,
      );
    } finally {
      await postgres.query("postgres", "alter role app login");
    }
  });

  it("a dropped database is absent; an unreachable one is an error, never absent", async () => {
    await run(...index);
    const inputs = await inputsOf(datacube());
    const { id, outs } = await host.create(inputs);
    const elsewhere = { ...connection(), port: 1 };
    await assert.rejects(
      host.read(id, { ...outs, connection: { ...elsewhere } }),
      rejection("no database at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1"),
    );
    await postgres.query("postgres", "drop database antares");
    const { props } = await host.read(id, outs);
    assert.equal(
      props["state"],
      `absent: missing or wrong: database antares; repair with: ${repair}`,
    );
  });
});
