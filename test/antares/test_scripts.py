"""The bootstrap's Python scripts, against the stand-in and the real datacube."""

import json
import re
import shutil
import unittest

import stage

DATACUBE_TABLES = ["dataset", "dataset_location", "dataset_source", "dataset_type", "metadata_type"]
PARTS = {"hostname": "HOST", "port": "PORT", "username": "USER", "password": "PASSWORD"}
NOTHING = {"created": [], "foreignKeys": [], "deleted": {}, "orphans": []}
COUNTRY = "insert into madmex_country (name) values ('MEX')"
REGION = "insert into madmex_region (name, country_id) select 'Norte', id from madmex_country"


class Scripts(stage.Stage):
    def script(self, name, *arguments, **options):
        return self.python(str(stage.SCRIPTS / name), *arguments, **options)

    def answer(self, name, *arguments, code=0, **options):
        done = self.script(name, *arguments, **options)
        self.assertEqual(done.code, code, done.out + done.err)
        return json.loads(done.out)


class Package(Scripts):
    def test_every_module_imports(self):
        found = self.answer("verify_imports.py")
        # 66 migrations and 29 other modules.
        self.assertEqual(found, {"modules": 95, "failed": [], "owners": ["madmex"]})

    def test_without_the_shim_two_modules_fail(self):
        found = self.answer("verify_imports.py", code=1, shim=False)
        self.assertEqual(found["modules"], 95)
        failed = {entry["module"].rsplit(".")[-1]: entry["error"] for entry in found["failed"]}
        self.assertEqual(sorted(failed), ["persistence", "rf"])
        self.assertIn("No module named 'sklearn.ensemble.forest'", failed["rf"])
        self.assertIn("cannot import name 'joblib'", failed["persistence"])

    def test_recipe_without_a_loader(self):
        recipe = self.home / "recipe.yaml"
        recipe.write_text("bands: [1, 2]\n")
        code = f"from madmex.util import yaml_to_dict; print(yaml_to_dict({str(recipe)!r}))"
        self.assertEqual(self.python("-c", code).out, "{'bands': [1, 2]}\n")
        done = self.python("-c", code, shim=False)
        self.assertIn("missing 1 required positional argument: 'Loader'", done.err)

    def test_the_other_antares_is_noticed(self):
        other = self.home / "site"
        folder = other / "antares-0.3.14.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: antares\nVersion: 0.3.14\n")
        (folder / "entry_points.txt").write_text("[console_scripts]\nantares = x:main\n")
        paths = f"{self.package}:{stage.shim_folder()}:{other}"
        found = self.answer("verify_imports.py", code=1, env={"PYTHONPATH": paths})
        self.assertEqual((found["failed"], found["owners"]), ([], ["antares", "madmex"]))

    def test_expected_migrations(self):
        self.settings["SECRET_KEY"] = ""
        found = self.answer("expected_migrations.py")
        self.assertEqual((found["count"], found["last"]), (66, "0066_auto_20200312_1921"))
        self.assertEqual((len(found["names"]), found["names"][0]), (66, "0001_initial"))
        self.assertEqual((len(found["tables"]), found["tables"][4]), (23, "madmex_country"))
        self.assertEqual(found["drift"], [])

    def test_models_that_no_migration_makes(self):
        drifted = self.home / "package"
        shutil.copytree(self.package, drifted)
        models = drifted / "madmex/models/core.py"
        field = "    drifted = models.IntegerField(null=True)\n"
        text, many = re.subn(r"^class Country\(.*\):\n", rf"\g<0>{field}", models.read_text(), flags=re.M)
        self.assertEqual(many, 1)
        models.write_text(text)
        paths = {"PYTHONPATH": f"{drifted}:{stage.shim_folder()}"}
        found = self.answer("expected_migrations.py", env=paths)
        self.assertEqual(found["drift"], ["madmex: Add field drifted to country"])
        self.database()
        done = self.python("-m", "madmex.entry", "makemigrations", "--check", "--dry-run", env=paths)
        self.assertIn("- Add field drifted to country", done.out)


class PackageOfMaster(Scripts):
    line = "master"

    def test_expected_migrations(self):
        found = self.answer("expected_migrations.py")
        self.assertEqual((found["count"], found["last"]), (46, "0046_auto_20180706_1958"))
        self.assertEqual((len(found["tables"]), found["drift"]), (18, []))


class Tables(Scripts):
    def setUp(self):
        super().setUp()
        self.name = self.migrated_database()

    def sql(self, statement):
        return stage.query(self.name, statement)

    def keys(self, table):
        return self.sql(f"select conname from pg_constraint where contype = 'f'"
                        f" and conrelid = '{table}'::regclass order by 1")

    def test_nothing_is_missing(self):
        self.assertEqual(self.answer("repair_tables.py"), NOTHING)

    def test_dropped_tables_come_back_as_migrations_made_them(self):
        columns = "select table_name, column_name, data_type, is_nullable from" \
            " information_schema.columns where table_schema = 'public' order by 1, 2"
        # Names differ: a later migration names its index otherwise than the table's maker does.
        indexes = "select tablename, regexp_replace(indexdef, 'INDEX .* ON', 'INDEX ON') from" \
            " pg_indexes where schemaname = 'public'"
        before = [self.sql(columns), self.keys("madmex_region"), self.keys("auth_user_groups")]
        indexed = sorted(self.sql(indexes))
        self.sql("drop table madmex_region, madmex_country, auth_user, madmex_tag cascade")
        found = self.answer("repair_tables.py")
        names = ["auth_user", "madmex_country", "madmex_region", "madmex_tag"]
        self.assertEqual(found["created"], names)
        into = sorted((key["table"], key["column"], key["to"]) for key in found["foreignKeys"])
        self.assertEqual(into, [
            ("auth_user_groups", "user_id", "auth_user"),
            ("auth_user_user_permissions", "user_id", "auth_user"),
            ("django_admin_log", "user_id", "auth_user"),
            ("madmex_predictclassification", "tag_id", "madmex_tag"),
            ("madmex_trainclassification", "interpret_tag_id", "madmex_tag"),
            ("madmex_trainclassification", "predict_tag_id", "madmex_tag"),
            ("madmex_validclassification", "valid_tag_id", "madmex_tag"),
        ])
        after = [self.sql(columns), self.keys("madmex_region"), self.keys("auth_user_groups")]
        self.assertEqual(after, before)
        self.assertEqual(sorted(self.sql(indexes)), indexed)
        self.assertEqual(self.answer("repair_tables.py"), NOTHING)
        self.assertEqual(self.succeed("migrate", "--noinput").out.count("OK"), 0)

    def test_rows_that_stay_are_kept(self):
        self.sql(COUNTRY)
        self.sql(REGION)
        self.sql("drop table madmex_tag cascade")
        self.assertEqual(self.answer("repair_tables.py")["created"], ["madmex_tag"])
        self.assertEqual(self.sql("select count(*) from madmex_region"), [(1,)])

    def test_orphans_stop_the_repair(self):
        self.sql(COUNTRY)
        self.sql(REGION)
        self.sql("drop table madmex_country cascade")
        where = {"table": "madmex_region", "column": "country_id", "to": "madmex_country"}
        found = self.answer("repair_tables.py", code=4)
        self.assertEqual(found, {**NOTHING, "orphans": [{**where, "rows": 1}]})
        self.assertEqual(self.sql("select to_regclass('madmex_country')"), [(None,)])
        found = self.answer("repair_tables.py", "--delete-orphans", "madmex_region")
        self.assertEqual(found["created"], ["madmex_country"])
        self.assertEqual(found["deleted"], {"madmex_region": 1})
        self.assertEqual(len(self.keys("madmex_region")), 1)

    def test_migrations_come_first(self):
        self.sql("delete from django_migrations where name like '0066_auto%'")
        self.sql("drop table madmex_tag cascade")
        done = self.script("repair_tables.py")
        self.assertEqual((done.code, done.out), (3, ""))
        self.assertIn("1 migrations are not applied, the first is madmex.0066_auto_", done.err)


class Datacube(Scripts):
    def setUp(self):
        super().setUp()
        self.name = self.database()
        text = "".join(
            f"db_{key}: {self.settings[f'DATABASE_{name}']}\n"
            for key, name in PARTS.items()
        )
        (self.home / ".datacube.conf").write_text(f"[datacube]\n{text}db_database: {self.name}\n")

    def init(self):
        done = self.datacube("-v", "system", "init", "--no-init-users")
        self.assertEqual(done.code, 0, done.out + done.err)

    def datacube(self, *arguments):
        return self.python("-c", "from datacube.scripts.cli_app import cli; cli()", *arguments)

    def sql(self, statement):
        return stage.query(self.name, statement)

    def shape(self):
        """Everything in the schema, by kind and definition."""
        return [
            self.sql("select table_name, column_name, data_type, column_default from"
                     " information_schema.columns where table_schema = 'agdc' order by 1, 2"),
            self.sql("select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint"
                     " where connamespace = 'agdc'::regnamespace order by 1, 2"),
            self.sql("select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal"
                     " order by 1, 2"),
            self.sql("select indexdef from pg_indexes where schemaname = 'agdc' order by 1"),
            self.sql("select table_name from information_schema.views where table_schema = 'agdc'"
                     " order by 1"),
            self.sql("select name from agdc.metadata_type order by 1"),
        ]

    def test_absent_schema_is_not_its_business(self):
        done = self.script("repair_datacube.py")
        self.assertEqual((done.code, done.out), (3, ""))
        self.assertIn("datacube system init --no-init-users", done.err)

    def test_complete_schema_stays_as_it_is(self):
        self.init()
        before = self.shape()
        nothing = {"created": [], "foreignKeys": [], "types": [], "orphans": []}
        self.assertEqual(self.answer("repair_datacube.py"), nothing)
        self.assertEqual(self.shape(), before)
        self.assertEqual(before[5], [("eo",), ("eo3",), ("telemetry",)])

    def test_empty_schema(self):
        self.init()
        before = self.shape()
        self.sql("drop schema agdc cascade; create schema agdc")
        found = self.answer("repair_datacube.py")
        self.assertEqual((found["created"], found["foreignKeys"]), (DATACUBE_TABLES, []))
        self.assertEqual(found["types"], ["eo3", "eo", "telemetry"])
        self.assertEqual(self.shape(), before)

    def test_untyped_schema(self):
        self.init()
        before = self.shape()
        self.sql("delete from agdc.metadata_type")
        self.assertEqual(self.answer("repair_datacube.py")["types"], ["eo3", "eo", "telemetry"])
        self.assertEqual(self.shape(), before)

    def test_each_dropped_table_comes_back(self):
        self.init()
        before = self.shape()
        for table in DATACUBE_TABLES:
            with self.subTest(table=table):
                self.sql(f"drop table agdc.{table} cascade")
                found = self.answer("repair_datacube.py")
                self.assertEqual(found["created"], [table])
                self.assertEqual(self.shape(), before)

    def test_rows_that_point_into_a_lost_table(self):
        self.init()
        self.sql("insert into agdc.dataset_type (name, metadata, metadata_type_ref, definition)"
                 " select 'p', '{}', id, '{}' from agdc.metadata_type where name = 'eo'")
        self.sql("drop table agdc.metadata_type cascade")
        found = self.answer("repair_datacube.py", code=4)
        where = {"table": "dataset_type", "column": "metadata_type_ref", "to": "metadata_type"}
        self.assertEqual(found["orphans"], [{**where, "rows": 1}])
        self.assertEqual(self.sql("select to_regclass('agdc.metadata_type')"), [(None,)])


if __name__ == "__main__":
    unittest.main()
