import assert from "node:assert/strict";
import type { DatabaseConnection } from "../../providers/database/connection";
import { ensureOwnership, gisSchemas, readOwnership } from "../../providers/database/ownership";
import { SchemaOwnership } from "../../providers/resources/schemaOwnership";
import { startPostgres, type PostgresFixture } from "../fixtures/postgres";
import { registered } from "../unit/providers/registered";
import { HostProcess } from "./hostProcess";

const password = "limited-password";

describe("ownership of the PostGIS schemas", function () {
  this.timeout(60_000);
  let postgres: PostgresFixture;
  before(async () => {
    postgres = await startPostgres({ postgis: true });
    await postgres.query("postgres", `create role limited login createrole password '${password}'`);
    await postgres.query("postgres", "create database full_set");
    await postgres.query("postgres", "create database small owner limited");
    for (const name of ["fuzzystrmatch", "postgis", "postgis_tiger_geocoder", "postgis_topology"]) {
      await postgres.query("full_set", `create extension ${name}`);
    }
    await postgres.query(
      "full_set",
      "create function exec(text) returns text language plpgsql as 'begin execute $1; return $1; end'",
    );
    for (const sql of [
      "create schema tiger",
      "create schema other",
      "create table tiger.t (id serial primary key, at int generated always as identity)",
      "create view tiger.v as select id from tiger.t",
      "create materialized view tiger.m as select id from tiger.t",
      "create sequence tiger.free",
      "create table other.t (id serial)",
    ]) {
      await postgres.query("small", `set role limited; ${sql}`);
    }
  });
  after(() => postgres.stop());

  const at = (database: string, user: Partial<DatabaseConnection> = {}): DatabaseConnection => ({
    ...{ host: postgres.host, port: postgres.port, database, sslmode: "prefer" },
    ...{ ...postgres.superuser, ...user },
  });
  const foreign = (database: string, owner: string) =>
    postgres.query(
      database,
      `select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where nspname in ('tiger', 'tiger_data', 'topology') and relkind in ('r', 'S', 'v', 'm')
          and pg_get_userbyid(relowner) <> '${owner}'`,
    );

  it("moves the real extensions' schemas, once, and drops the function", async () => {
    const wish = { connection: at("full_set"), owner: "gis owner", schemas: gisSchemas };
    const before = await readOwnership(wish);
    assert.equal(before.hasExec, true);
    assert.ok(before.foreign > 50, String(before.foreign));
    const moved = await ensureOwnership(wish);
    assert.deepEqual(moved, { moved: before.foreign, execDropped: true });
    assert.deepEqual(await foreign("full_set", "gis owner"), [["0"]]);
    assert.deepEqual(await ensureOwnership(wish), { moved: 0, execDropped: false });
    assert.deepEqual(await readOwnership(wish), { foreign: 0, hasExec: false });
    const sql = "select rolcanlogin, rolsuper from pg_roles where rolname = 'gis owner'";
    assert.deepEqual(await postgres.query("postgres", sql), [["f", "f"]]);
  });

  it("does it as an administrator without superuser rights, on what is its own", async () => {
    const connection = at("small", { user: "limited", password });
    const wish = { connection, owner: "gis_owner", schemas: gisSchemas };
    // The schema, table, view, materialized view, and three sequences.
    assert.deepEqual(await ensureOwnership(wish), { moved: 7, execDropped: false });
    assert.deepEqual(await foreign("small", "gis_owner"), [["0"]]);
    const sql = "select pg_get_userbyid(relowner) from pg_class where oid = 'other.t'::regclass";
    assert.deepEqual(await postgres.query("small", sql), [["limited"]]);
    assert.equal((await ensureOwnership(wish)).moved, 0);
  });

  it("changes nothing where it cannot change all", async () => {
    await postgres.query("small", "create schema topology");
    await postgres.query("small", "create table tiger.late (id int)");
    await postgres.query("small", "alter table tiger.late owner to limited");
    const connection = at("small", { user: "limited", password });
    const wish = { connection, owner: "gis_owner", schemas: gisSchemas };
    await assert.rejects(ensureOwnership(wish), /must be owner of schema topology/);
    assert.equal((await readOwnership(wish)).foreign, 2);
    await postgres.query("small", "drop schema topology");
    assert.equal((await ensureOwnership(wish)).moved, 1);
  });

  it("in the host process: create, drift on refresh, repair", async () => {
    const host = await HostProcess.start();
    try {
      const args = { connection: at("full_set"), owner: "gis owner" };
      const { inputs } = await registered(() => new SchemaOwnership("o", args));
      const { id, outs } = await host.create(inputs);
      assert.equal(id, "gis owner@full_set");
      const { __provider: _code, ...rest } = outs;
      assert.deepEqual(rest, { ...args, moved: 0, execDropped: false, state: "ready" });
      // With its sequence.
      await postgres.query("full_set", "alter table tiger.state owner to admin");
      const { props } = await host.read(id, outs);
      const state = "2 schemas or relations do not belong to gis owner; repair with the next up";
      assert.deepEqual(props, { ...outs, state });
      assert.deepEqual(await host.diff(props, inputs), { changes: true, replaces: [] });
      assert.deepEqual(await host.update(props, inputs), { ...outs, moved: 2 });
      await host.delete(outs);
    } finally {
      await host.stop();
    }
  });
});
