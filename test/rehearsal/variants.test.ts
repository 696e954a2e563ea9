import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { boundaryArchive } from "../../rehearsal/antares/boundaries";
import { useDeployment } from "../fixtures/deployment";
import { removeSettings, setSecret } from "../fixtures/settings";
import { assertNothingToDo, assertVerified, MEX } from "../fixtures/verification";

// Belize first: its region of the same name as Mexico's is the one that is there.
const BELIZE = { iso: "BLZ", rows: 1, regions: 2, distinct: 2 };

describe("another server, another user, another share, everything on request", function () {
  this.timeout(600_000);
  const machine = useDeployment({
    label: "variants",
    from: "ready",
    settings: [
      { key: "antares:database.server", value: "existing" },
      { key: "antares:database.host", value: "127.0.0.1" },
      { key: "antares:database.port", value: "5440" },
      { key: "antares:database.sslmode", value: "disable" },
      { key: "antares:database.adminUser", value: "boss" },
      { key: "antares:database.name", value: "land_cover" },
      { key: "antares:database.user", value: "mapper" },
      { key: "antares:database.postgis", value: "full" },
      { key: "antares:service.user", value: "mapping" },
      { key: "antares:service.uid", value: "6001" },
      { key: "antares:service.home", value: "/home/mapping" },
      { key: "antares:share.path", value: "/srv/shared" },
      { key: "antares:antares.debug", value: "true" },
      { key: "antares:antares.logLevel", value: "WARNING" },
      { key: "antares:antares.usgsUser", value: "jane" },
    ],
  });
  const sql = (query: string) =>
    machine().bash(
      `runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -p 5440 -d land_cover <<'SQL'\n${query}\nSQL`,
    );

  before("somebody else's server, with what the manual set-up leaves behind", async () => {
    await machine().bash(`pg_createcluster 15 theirs --port 5440 --locale C.UTF-8 >/dev/null
      pg_ctlcluster 15 theirs start 9>&-
      runuser -u postgres -- psql -Xq -v ON_ERROR_STOP=1 -p 5440 \
        -c "create role boss superuser login password 'chief'" -c "create database land_cover owner boss"
      mkdir /srv/shared && cp -a /srv/antares/wheelhouse /srv/shared/`);
    await sql(`create function public.exec(text) returns text language plpgsql as
      $$ begin execute $1; return $1; end $$`);
    const archive = boundaryArchive({ iso: "BLZ", regions: ["Corozal", "Toledo"] });
    const path = "/srv/BLZ_adm_shp.zip";
    writeFileSync(join(machine().stage.master.rootDir, path), archive);
    await machine().set(
      { key: "antares:countries[1].iso", value: "BLZ" },
      { key: "antares:countries[1].archive", value: path },
      {
        key: "antares:countries[1].sha256",
        value: createHash("sha256").update(archive).digest("hex"),
      },
    );
    await setSecret(machine(), "databaseAdminPassword", "chief");
    await setSecret(machine(), "usgsPassword", "tall=order");
  });

  it("is deployed and verified, and a second up is empty", async () => {
    const done = await machine().run(["up", "local", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    await assertVerified(machine(), [BELIZE, MEX], { sql });
    await assertNothingToDo(machine());
  });

  it("has the whole set of PostGIS, with its owner, and no function that runs any text", async () => {
    assert.equal(
      await sql("select string_agg(extname, ',' order by extname) from pg_extension"),
      "fuzzystrmatch,plpgsql,postgis,postgis_tiger_geocoder,postgis_topology",
    );
    const owners = `select string_agg(distinct pg_get_userbyid(o), ',') from (
      select nspowner as o from pg_namespace where nspname in ('tiger', 'tiger_data', 'topology')
      union all select relowner from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where nspname in ('tiger', 'tiger_data', 'topology') and relkind in ('r', 'v', 'S')) x;`;
    assert.equal(await sql(owners), "gis_owner");
    assert.equal(await sql("select to_regprocedure('public.exec(text)') is null"), "t");
    assert.equal(
      await sql("select pg_get_userbyid(datdba) from pg_database where datname = 'land_cover'"),
      "mapper",
    );
  });

  it("has its settings with their owner alone, and all that was configured in them", async () => {
    const files = await machine().bash("stat -c '%n %a %U' /srv/shared/settings/.[a-z]*");
    assert.deepEqual(files.split("\n"), [
      "/srv/shared/settings/.antares 600 mapping",
      "/srv/shared/settings/.datacube.conf 600 mapping",
      "/srv/shared/settings/.pgpass 600 mapping",
    ]);
    const lines = (await machine().bash("cat /home/mapping/.antares")).split("\n");
    for (const line of [
      "DEBUG=True",
      "DJANGO_LOG_LEVEL=WARNING",
      "USGS_USER=jane",
      "DATABASE_NAME=land_cover",
      "DATABASE_USER=mapper",
      "TEMP_DIR=/srv/shared/data/temp",
    ]) {
      assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join("\n")}`);
    }
  });
});

describe("a destroyed stack", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "destroyed", from: "ready" });
  const census = () =>
    machine().sql(
      `select json_build_object(
      'roles', (select json_agg(rolname order by rolname) from pg_roles where rolname !~ '^pg_'),
      'databases', (select json_agg(datname order by datname) from pg_database),
      'rows', (select json_agg(r.id order by r.id) from madmex_region r));`.replaceAll("\n", " "),
    );

  it("keeps its data: the next up adopts it, with another password too", async () => {
    const before = await census();
    assert.deepEqual(JSON.parse(before), {
      roles: ["antares", "antares_admin", "postgres"],
      databases: ["antares", "postgres", "template0", "template1"],
      rows: [1, 2, 3],
    });
    const destroyed = await machine().run(["destroy", "local", "--yes"]);
    assert.equal(destroyed.code, 0, destroyed.stdout + destroyed.stderr);
    assert.match(destroyed.stderr, /kept: database, share and settings; the next `up` adopts them/);
    assert.equal(await census(), before);
    await setSecret(machine(), "databasePassword", "another-password");
    const done = await machine().run(["up", "local", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.equal(await census(), before);
    await assertVerified(machine());
    await assertNothingToDo(machine());
  });

  it("can be left without countries; their rows are nobody's to delete", async () => {
    await removeSettings(machine(), "antares:countries");
    const done = await machine().run(["up", "local", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    const verified = await machine().run(["verify", "local"]);
    assert.equal(verified.code, 0, verified.stderr);
    assert.deepEqual(JSON.parse(verified.stdout)["countries"], []);
    assert.equal(await machine().sql("select count(*) from madmex_region"), "3");
    await assertNothingToDo(machine());
  });
});
