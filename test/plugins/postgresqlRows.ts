import { strict as assert } from "node:assert";
import type { Properties } from "../../rehearsal/plugins/standIn";
import { unknownValue } from "../../rehearsal/plugins/values";
import type { PostgresFixture } from "../fixtures/postgres";
import { freePort } from "../fixtures/processes";
import { messageOf, rowsOf, type Bench, type Row } from "./bench";
import type { Driver, Resource } from "./driver";

const row = rowsOf("postgresql");

/** Extensions and schemas: adopting, refreshing, dropping; when the server is dialled. */
export const postgresqlRows: readonly Row[] = [
  row("an extension is created, and its facts are in the state", async (bench) => {
    const { driver, server, database } = await ready(bench);
    assert.equal(await driver.up(extension({ name: "hstore", database })), "create");
    const found = await server.query(database, extensionSql("hstore"));
    assert.deepEqual(found, [["public", driver.state("e")?.["version"]]]);
    assert.equal(driver.state("e")?.["schema"], "public");
    assert.equal(driver.state("e")?.["database"], database);
    assert.equal(driver.id("e"), `${database}.hstore`);
    assert.equal(await driver.up(extension({ name: "hstore", database })), "same");
  }),
  row("an extension that is there is adopted as it is", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await server.query(database, "CREATE SCHEMA own; CREATE EXTENSION hstore SCHEMA own");
    assert.equal(await driver.up(extension({ name: "hstore", database })), "create");
    assert.equal(driver.state("e")?.["schema"], "own");
  }),
  row("a dropped extension is gone at the refresh and made by the next up", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await driver.up(extension({ name: "hstore", database }));
    assert.equal(await driver.refresh("e"), "present");
    assert.equal(await driver.up(extension({ name: "hstore", database })), "same");
    await server.query(database, "DROP EXTENSION hstore");
    assert.equal(await driver.refresh("e"), "gone");
    assert.equal(await driver.up(extension({ name: "hstore", database })), "create");
    assert.equal((await server.query(database, extensionSql("hstore"))).length, 1);
  }),
  row("in a dropped database an extension is gone", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await driver.up(extension({ name: "hstore", database }));
    await server.query("postgres", `DROP DATABASE ${database}`);
    assert.equal(await driver.refresh("e"), "gone");
  }),
  row("an extension in use is not dropped, and stays in the state", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await driver.up(extension({ name: "hstore", database }));
    await server.query(database, "CREATE TABLE used (value hstore)");
    assert.match(await messageOf(driver.destroy("e")), /cannot drop extension hstore/);
    assert.equal((await server.query(database, extensionSql("hstore"))).length, 1);
    assert.equal(driver.state("e")?.["name"], "hstore");
  }),
  row("with dropCascade the columns go with it", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await driver.up(extension({ name: "hstore", database, dropCascade: true }));
    await server.query(database, "CREATE TABLE used (id int, value hstore)");
    await driver.destroy("e");
    const columns = "SELECT attname FROM pg_attribute WHERE attrelid = 'used'::regclass";
    assert.deepEqual(
      await server.query(database, `${columns} AND attnum > 0 AND NOT attisdropped`),
      [["id"]],
    );
  }),
  row("another name or database replaces an extension; another schema moves it", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await driver.up(extension({ name: "hstore", database }));
    await server.query(database, "CREATE SCHEMA own");
    assert.equal(await driver.plan(extension({ name: "citext", database })), "replace");
    assert.equal(await driver.plan(extension({ name: "hstore", database: "other" })), "replace");
    const moved = { name: "hstore", database, schema: "own" };
    assert.equal(await driver.up(extension(moved)), "update");
    assert.equal((await server.query(database, extensionSql("hstore")))[0]?.[0], "own");
  }),
  row("an extension that the server does not have is an error", async (bench) => {
    const { driver, database } = await ready(bench);
    const said = await messageOf(driver.up(extension({ name: "nosuch", database })));
    assert.match(said, /extension "nosuch" is not available/);
    assert.equal(driver.state("e"), undefined);
  }),
  row("without a name one is made up and kept", async (bench) => {
    const { driver, database } = await ready(bench);
    const resource = { type: schemaType, name: "s", inputs: { database } };
    await driver.up(resource);
    assert.match(String(driver.state("s")?.["name"]), /^s-[0-9a-f]{7}$/);
    assert.equal(await driver.up(resource), "same");
  }),
  row("a schema that is there is adopted and gets the owner", async (bench) => {
    const { driver, server, database } = await ready(bench);
    const owner = bench.fresh("owner");
    await server.query(database, `CREATE ROLE ${owner}; CREATE SCHEMA tiger`);
    await driver.up(schema({ name: "tiger", database, owner }));
    assert.deepEqual(await server.query(database, ownerSql("tiger")), [[owner]]);
    assert.equal(await driver.up(schema({ name: "tiger", database, owner })), "same");
    await server.query(database, `ALTER SCHEMA tiger OWNER TO ${server.superuser.user}`);
    assert.equal(await driver.refresh("s"), "present");
    assert.equal(await driver.up(schema({ name: "tiger", database, owner })), "update");
    assert.deepEqual(await server.query(database, ownerSql("tiger")), [[owner]]);
  }),
  row("an administrator who is no superuser lends itself the owner's role", async (bench) => {
    const { server, database } = await ready(bench);
    const [administrator, owner] = [bench.fresh("admin"), bench.fresh("owner")];
    const make = `CREATE ROLE ${administrator} LOGIN CREATEROLE PASSWORD 'secret'`;
    await server.query(database, `${make}; CREATE ROLE ${owner}`);
    await server.query(database, `ALTER DATABASE ${database} OWNER TO ${administrator}`);
    await server.query(database, `GRANT CREATE ON DATABASE ${database} TO ${owner}`);
    const config = { ...configOf(server), username: administrator, superuser: "false" };
    const driver = await bench.driver("postgresql", { config: { ...config, password: "secret" } });
    await driver.up(schema({ name: "lent", database, owner }));
    assert.deepEqual(await server.query(database, ownerSql("lent")), [[owner]]);
    const member = `SELECT pg_has_role('${administrator}', '${owner}', 'MEMBER')`;
    assert.deepEqual(await server.query(database, member), [["f"]]);
    await driver.destroy("s");
    assert.deepEqual(await server.query(database, ownerSql("lent")), []);
  }),
  row("a schema with a table in it is not dropped", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await driver.up(schema({ name: "filled", database }));
    await server.query(database, "CREATE TABLE filled.used (id int)");
    assert.match(await messageOf(driver.destroy("s")), /cannot drop schema filled/);
    assert.equal((await server.query(database, ownerSql("filled"))).length, 1);
  }),
  row("neither configure, check, plan nor an up without change connects", async (bench) => {
    const { driver, server, database } = await ready(bench);
    await driver.up(extension({ name: "hstore", database }));
    const before = server.connections();
    const other = await bench.driver("postgresql", { config: configOf(server) });
    assert.equal(await other.plan(extension({ name: "hstore", database })), "create");
    assert.equal(
      await driver.plan(extension({ name: "hstore", database: unknownValue })),
      "replace",
    );
    assert.equal(await driver.up(extension({ name: "hstore", database })), "same");
    assert.equal(server.connections(), before);
    assert.equal(await driver.refresh("e"), "present");
    assert.equal(server.connections(), before + 1);
  }),
  row("a refused connection is an error at once and names no password", async (bench) => {
    const config = { host: "127.0.0.1", port: String(await freePort()), sslmode: "disable" };
    const login = { username: "admin", password: "verysecret", connectTimeout: "5" };
    const driver = await bench.driver("postgresql", { config: { ...config, ...login } });
    const said = await messageOf(driver.up(extension({ name: "hstore" })));
    assert.match(said, /error connecting to PostgreSQL server 127\.0\.0\.1.*connection refused/i);
    assert.ok(!said.includes("verysecret"));
  }),
  row("a wrong password is an error that does not name it", async (bench) => {
    const server = await bench.postgres();
    const config = { ...configOf(server), password: "verysecret" };
    const driver = await bench.driver("postgresql", { config });
    const said = await messageOf(driver.up(extension({ name: "hstore" })));
    assert.match(said, /password authentication failed for user "admin"/);
    assert.ok(!said.includes("verysecret"));
  }),
  row("a port that is no number is refused with the configuration", async (bench) => {
    const server = await bench.postgres();
    const driver = await bench.driver("postgresql", { config: configOf(server) });
    const failures = await driver.checkConfig({ ...configOf(server), port: "many" });
    assert.ok(failures.length > 0 && JSON.stringify(failures).includes("port"));
    assert.deepEqual(await driver.checkConfig({ ...configOf(server), host: unknownValue }), []);
  }),
  row("encryption that the server has not is an error", async (bench) => {
    const server = await bench.postgres();
    const config = { ...configOf(server), sslmode: "require" };
    const driver = await bench.driver("postgresql", { config });
    const said = await messageOf(driver.up(extension({ name: "hstore" })));
    assert.match(said, /SSL is not enabled on the server/);
  }),
];

const schemaType = "postgresql:index/schema:Schema";

function configOf(server: PostgresFixture): Record<string, string> {
  const { host, port, superuser } = server;
  return {
    ...{ host, port: String(port), database: "postgres", sslmode: "disable" },
    ...{ username: superuser.user, password: superuser.password },
    ...{ superuser: "true", connectTimeout: "15", maxConnections: "4" },
  };
}

/** A plugin at the server, and an empty database. */
async function ready(
  bench: Bench,
): Promise<{ driver: Driver; server: PostgresFixture; database: string }> {
  const server = await bench.postgres();
  const database = bench.fresh("database");
  await server.query("postgres", `CREATE DATABASE ${database}`);
  const driver = await bench.driver("postgresql", { config: configOf(server) });
  return { driver, server, database };
}

function extension(inputs: Properties): Resource {
  return { type: "postgresql:index/extension:Extension", name: "e", inputs };
}

function schema(inputs: Properties): Resource {
  return { type: schemaType, name: "s", inputs };
}

function extensionSql(name: string): string {
  return `SELECT n.nspname, e.extversion FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = '${name}'`;
}

function ownerSql(name: string): string {
  return `SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = '${name}'`;
}
