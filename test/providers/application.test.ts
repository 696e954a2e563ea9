import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Client } from "pg";
import {
  ensureApplicationDatabase,
  readApplicationDatabase,
  type ApplicationDatabaseWish,
} from "../../providers/database/application";
import { withDatabase } from "../../providers/database/client";
import type { DatabaseConnection } from "../../providers/database/connection";
import { DatabaseRefused } from "../../providers/database/errors";
import { ApplicationDatabase } from "../../providers/resources/applicationDatabase";
import { startPostgres, type PostgresFixture } from "../fixtures/postgres";
import { registered } from "../unit/providers/registered";
import { HostProcess } from "./hostProcess";

const adminPassword = "admin-password-1";
const admins = ["superuser", "limited"] as const;

describe("application database", function () {
  this.timeout(60_000);
  let postgres: PostgresFixture;
  before(async () => {
    postgres = await startPostgres();
    // What a cloud's administrator is: may make roles and databases, is no superuser.
    await query(`create role limited login createdb createrole password '${adminPassword}'`);
    await query(`create role stranger login password 'x'`);
    await query("alter system set log_statement = 'all'");
    await query("select pg_reload_conf()");
  });
  after(() => postgres.stop());

  const query = (sql: string, database = "postgres") => postgres.query(database, sql);
  const connectionOf = (admin: (typeof admins)[number]): DatabaseConnection => ({
    ...{ host: postgres.host, port: postgres.port, database: "postgres", sslmode: "prefer" },
    ...(admin === "superuser" ? postgres.superuser : { user: "limited", password: adminPassword }),
  });
  const wishOf = (admin: (typeof admins)[number], name: string): ApplicationDatabaseWish => ({
    ...{ connection: connectionOf(admin), role: `${name}_role`, database: `${name}_db` },
    password: `pass-word-of-${name}`,
  });
  const login = (wish: ApplicationDatabaseWish) =>
    withDatabase(
      {
        ...wish.connection,
        ...{ user: wish.role, database: wish.database, password: wish.password },
      },
      (client) => client.query("create table if not exists public.mine (id int)"),
    );
  const factsOf = (name: string) =>
    query(
      `select rolcanlogin, rolsuper, rolcreatedb, rolcreaterole,
              (select count(*) from pg_database where datname = '${name}_db'),
              (select pg_get_userbyid(datdba) from pg_database where datname = '${name}_db'),
              (select pg_encoding_to_char(encoding) from pg_database where datname = '${name}_db')
         from pg_roles where rolname = '${name}_role'`,
    );
  const good = (name: string) => [["t", "f", "f", "f", "1", `${name}_role`, "UTF8"]];

  for (const admin of admins) {
    describe(`as ${admin}`, () => {
      it("makes both, twice the same, and the role owns what it needs", async () => {
        const wish = wishOf(admin, `${admin}1`);
        const facts = await ensureApplicationDatabase(wish);
        assert.equal(facts.owner, `${admin}1_role`);
        assert.equal(facts.encoding, "UTF8");
        assert.match(facts.serverVersion, /^\d+\.\d+$/);
        assert.deepEqual(await ensureApplicationDatabase(wish), facts);
        assert.deepEqual(await readApplicationDatabase(wish), facts);
        assert.deepEqual(await factsOf(`${admin}1`), good(`${admin}1`));
        await login(wish);
      });

      it("goes on after a kill between the role and the database", async () => {
        const wish = wishOf(admin, `${admin}2`);
        const as = new Client({ ...connectionOf(admin) });
        await as.connect();
        await as.query(`create role ${wish.role}`);
        await as.end();
        await ensureApplicationDatabase(wish);
        assert.deepEqual(await factsOf(`${admin}2`), good(`${admin}2`));
        await login(wish);
      });

      it("takes over a database of the administrator's own", async () => {
        const wish = wishOf(admin, `${admin}3`);
        const owner = wish.connection.user;
        await query(`create database ${wish.database} owner ${owner}`);
        await query(`revoke all on database ${wish.database} from public`);
        await ensureApplicationDatabase(wish);
        assert.deepEqual(await factsOf(`${admin}3`), good(`${admin}3`));
        await login(wish);
      });

      it("refuses somebody else's database before it makes anything", async () => {
        const wish = wishOf(admin, `${admin}4`);
        await query(`create database ${wish.database} owner stranger`);
        await assert.rejects(ensureApplicationDatabase(wish), {
          message:
            `database "${admin}4_db" belongs to "stranger", not to "${admin}4_role": choose ` +
            `another name for the database, or hand it over on purpose: ` +
            `alter database "${admin}4_db" owner to "${admin}4_role"`,
        });
        assert.deepEqual(await factsOf(`${admin}4`), []);
      });

      it("changes the password", async () => {
        const wish = wishOf(admin, `${admin}1`);
        const changed = { ...wish, password: "another-pass-word" };
        await ensureApplicationDatabase(changed);
        await login(changed);
        await assert.rejects(login(wish), DatabaseRefused);
      });

      it("survives ten runs at once", async () => {
        const wish = wishOf(admin, `${admin}5`);
        const runs = Array.from({ length: 10 }, () => ensureApplicationDatabase(wish));
        assert.equal(new Set((await Promise.all(runs)).map((facts) => facts.owner)).size, 1);
        assert.deepEqual(await factsOf(`${admin}5`), good(`${admin}5`));
      });

      it("takes names that need quoting", async () => {
        const wish = { ...wishOf(admin, "x"), role: `o"role ${admin}`, database: `O'db ${admin}` };
        await ensureApplicationDatabase(wish);
        assert.equal((await readApplicationDatabase(wish))?.owner, `o"role ${admin}`);
        await login(wish);
      });
    });
  }

  it("refuses superusers, the administrator itself, and other encodings", async () => {
    const wish = wishOf("superuser", "y");
    await query("create role big superuser");
    await assert.rejects(ensureApplicationDatabase({ ...wish, role: "big" }), /is a superuser/);
    const self = { ...wish, role: postgres.superuser.user };
    await assert.rejects(ensureApplicationDatabase(self), /is the administrator/);
    await query(
      "create database y_db encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'",
    );
    await assert.rejects(ensureApplicationDatabase(wish), /has encoding SQL_ASCII/);
  });

  it("takes rights away from a role that has more than it should", async () => {
    const wish = wishOf("superuser", "z");
    await query("create role z_role nologin createdb createrole");
    await ensureApplicationDatabase(wish);
    assert.deepEqual(await factsOf("z"), good("z"));
  });

  it("leaves no password in the server's log, even where that has every statement", async () => {
    const wish = wishOf("superuser", "logged");
    await ensureApplicationDatabase(wish);
    await ensureApplicationDatabase(wish);
    const log = readFileSync(postgres.log, "utf8");
    for (const sql of ['create role "logged_role" login', 'alter role "logged_role"']) {
      assert.ok(log.includes(sql), sql);
    }
    assert.ok(!log.includes("pass-word"), "a password is in the log");
  });

  it("in the host process: create, refresh, drift, repair", async () => {
    const host = await HostProcess.start();
    try {
      const wish = wishOf("limited", "shim");
      const { inputs } = await registered(() => new ApplicationDatabase("a", wish));
      const { id, outs } = await host.create(inputs);
      assert.equal(id, `127.0.0.1:${postgres.port}/shim_db`);
      const { __provider: code, ...rest } = outs;
      assert.equal(code, inputs["__provider"]);
      const { serverVersion, ...others } = rest;
      assert.match(String(serverVersion), /^\d+\.\d+$/);
      assert.deepEqual(others, {
        ...wish,
        ...{ owner: "shim_role", encoding: "UTF8", state: "ready" },
      });
      assert.deepEqual(await host.diff(outs, inputs), { changes: false, replaces: [] });
      assert.deepEqual(await host.read(id, outs), { id, props: outs });
      await query("alter role shim_role nologin");
      const { props } = await host.read(id, outs);
      assert.equal(props["state"], "role shim_role may not log in; repair with the next up");
      assert.deepEqual(await host.diff(props, inputs), { changes: true, replaces: [] });
      assert.equal((await host.update(props, inputs))["state"], "ready");
      await host.delete(outs);
      assert.deepEqual(await factsOf("shim"), good("shim"));
      await query("drop database shim_db");
      assert.deepEqual(await host.read(id, outs), { id: "", props: { __provider: code ?? null } });
    } finally {
      await host.stop();
    }
  });

  it("in the host process: an error without the password, replacement for another server", async () => {
    const host = await HostProcess.start();
    try {
      const wish = wishOf("limited", "w");
      const connection = { ...wish.connection, port: 1 };
      const make = () => new ApplicationDatabase("a", { ...wish, connection });
      const { inputs } = await registered(make);
      await assert.rejects(host.create(inputs), {
        details: "no database at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
      });
      const olds = { ...inputs, connection: { ...wish.connection, ssh: null }, state: "ready" };
      assert.deepEqual((await host.diff(olds, inputs)).replaces, ["connection"]);
      assert.deepEqual((await host.check({}, { ...inputs, role: "pg_x", database: "" })).failures, [
        "role: must not begin with pg_",
        "database: must have 1 to 63 bytes",
      ]);
      await assert.rejects(host.read("id", inputs), /no database at/);
    } finally {
      await host.stop();
    }
  });
});
