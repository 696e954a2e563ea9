import { strict as assert } from "node:assert";
import { useDeployment } from "../fixtures/deployment";

/** Somebody's database of unknown history. */
const THREE_TABLES = `create schema agdc; create table agdc.metadata_type (name text);
  create table agdc.dataset_type (name text); create table agdc.dataset (name text);
  insert into agdc.metadata_type values ('theirs')`;

describe("a database that this program has not made", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "refused", from: "ready" });
  const psql = (statements: string) =>
    machine().bash(`runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -p 5433 -d theirs <<'SQL'
set role antares; ${statements}
SQL`);

  it("with a part of datacube's schema is refused, named, and left as it is", async () => {
    await machine().sql("create database theirs owner antares");
    await psql(THREE_TABLES);
    await machine().set({ key: "antares:database.name", value: "theirs" });
    const done = await machine().run(["up", "local", "--yes"]);
    assert.notEqual(done.code, 0);
    for (const line of [
      "phase datacube failed on host master: exit code 1",
      "last lines of master:/var/log/antares/datacube.log",
      "error: schema agdc is partial and was never verified by this program: " +
        "if it holds nothing that you need, drop it (drop schema agdc cascade) and run again; " +
        "else restore it from its backup",
      "next: npm run up -- local",
    ]) {
      assert.ok(done.stdout.includes(line), `${line}\nis missing in:\n${done.stdout}`);
    }
    assert.equal(
      await psql(`select string_agg(relname, ',' order by relname) from pg_class c
        join pg_namespace n on n.oid = c.relnamespace where nspname = 'agdc' and relkind = 'r'`),
      "dataset,dataset_type,metadata_type",
    );
    assert.equal(await psql("select string_agg(name, ',') from agdc.metadata_type"), "theirs");
  });

  it("is taken once it is empty, and the first database stays", async () => {
    await psql("drop schema agdc cascade");
    const done = await machine().run(["up", "local", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.equal(await psql("select count(*) from madmex_region"), "3");
    assert.equal(await machine().sql("select count(*) from madmex_region"), "3");
    assert.equal((await machine().run(["verify", "local"])).code, 0);
  });
});
