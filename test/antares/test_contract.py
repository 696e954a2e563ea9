"""The stand-in's settings, tables, files, faults and races: one test a row of the contract.

Run: ANTARES_TEST_DSN="host=... port=... user=..." PYTHON -m unittest discover -s test/antares
"""

import importlib.metadata
import os
import unittest

import stage

MIGRATIONS = "select count(*), max(name) from django_migrations where app = 'madmex'"
TABLES = "select count(*) from pg_tables where schemaname = 'public' and tablename like 'madmex%'"


class Settings(stage.Stage):
    def value(self, name, **options):
        code = f"from madmex import settings; print(repr(settings.{name}))"
        done = self.python("-c", code, **options)
        self.assertEqual(done.code, 0, done.err)
        return done.out.strip()

    def test_empty_secret_key_is_refused(self):
        self.settings["SECRET_KEY"] = ""
        self.refuse("ImproperlyConfigured: The SECRET_KEY setting must not be empty.", "check")

    def test_absent_secret_key_has_a_default(self):
        self.settings["SECRET_KEY"] = None
        self.assertEqual(self.value("SECRET_KEY"), "'nokey'")

    def test_any_text_is_a_true_debug(self):
        self.assertEqual(self.value("DEBUG"), "False")
        self.settings["DEBUG"] = "False"
        self.assertEqual(self.value("DEBUG"), "'False'")
        self.settings["DEBUG"] = ""
        self.assertEqual(self.value("DEBUG"), "''")

    def test_environment_wins_over_file(self):
        self.settings["DRIVER"] = "from file"
        self.assertEqual(self.value("DRIVER"), "'from file'")
        self.assertEqual(self.value("DRIVER", env={"DRIVER": "from env"}), "'from env'")

    def test_dotenv_quoting(self):
        self.settings.update(USGS_USER="ab #cd", USGS_PASSWORD="'a${HOME}b'")
        self.assertEqual(self.value("USGS_USER"), "'ab'")
        self.assertEqual(self.value("USGS_PASSWORD"), f"'a{self.home}b'")

    def test_missing_file_leaves_the_defaults(self):
        self.settings["DRIVER"] = "from file"
        code = f"import os; os.remove({str(self.home / '.antares')!r})\n" \
            "from madmex import settings; print(settings.DRIVER, settings.INGESTION_PATH)"
        done = self.python("-c", code)
        self.assertEqual((done.code, done.out), (0, "NetCDF CF None\n"))

    def test_default_of_temp_dir_on_develop(self):
        self.settings["TEMP_DIR"] = None
        self.assertEqual(self.value("TEMP_DIR", env={"TMPDIR": str(self.home)}), f"'{self.home}'")

    def test_indexing_reads_one_file_and_one_section(self):
        for section, fault in ((None, "KeyError: 'datacube'"), ("default", "KeyError: 'datacube'")):
            if section:
                (self.home / ".datacube.conf").write_text(f"[{section}]\ndb_hostname: x\n")
            done = self.python("-c", "import madmex.indexing")
            self.assertEqual((done.code, done.err.strip().splitlines()[-1]), (1, fault))
        (self.home / ".datacube.conf").write_text("[datacube]\ndb_hostname: x\n")
        done = self.python("-c", "import madmex.indexing as i; print(i.CONFIG['db_hostname'])")
        self.assertEqual((done.code, done.out), (0, "x\n"))


class Tables(stage.Stage):
    def test_first_and_second_run(self):
        name = self.database()
        first = self.succeed("init")
        self.assertIn("No changes detected", first.out)
        self.assertIn("Applying madmex.0066_auto_20200312_1921... OK", first.out)
        self.assertEqual(stage.query(name, MIGRATIONS), [(66, "0066_auto_20200312_1921")])
        self.assertEqual(stage.query(name, TABLES), [(23,)])
        self.assertEqual((len(self.files("indexing/*")), len(self.files("ingestion/*"))), (26, 16))
        second = self.succeed("init")
        self.assertIn("No changes detected", second.out)
        self.assertIn("No migrations to apply.", second.out)

    def test_migrations_agree_with_models(self):
        self.database()
        done = self.succeed("makemigrations", "--check", "--dry-run")
        self.assertEqual(done.out, "No changes detected\n")

    def test_postgis_is_needed_before(self):
        name = self.database(postgis=False)
        role = self.role()
        stage.query("postgres", f"alter database {name} owner to {role}")
        self.addCleanup(stage.query, "postgres", f"alter database {name} owner to current_user")
        self.refuse('permission denied to create extension "postgis"', "init")
        self.assertEqual(self.files(), [])

    def test_rights_of_the_role(self):
        name = self.database()
        role = self.role()
        stage.query(name, f"grant all on database {name} to {role}")
        self.addCleanup(stage.query, name, f"drop owned by {role}")
        done = self.refuse("permission denied for schema public", "migrate", "--noinput")
        self.assertIn("MigrationSchemaMissing", done.err)
        stage.query(name, f"grant usage, create on schema public to {role}")
        self.succeed("migrate", "--noinput")
        self.assertEqual(stage.query(name, MIGRATIONS), [(66, "0066_auto_20200312_1921")])

    def begin(self):
        return [self.start("-m", "madmex.entry", "init") for _ in range(4)]

    def ends(self, processes):
        ends = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
        return sorted(code for _, code in ends), [err for err, code in ends if code]

    def test_four_runs_at_once_on_an_empty_database(self):
        name = self.database()
        # None of them is so late that it finds the work done: all begin with their first table at one moment.
        with stage.unfinished(name, "create table django_migrations ()"):
            processes = self.begin()
            stage.wait_for_waiting(name, len(processes))
        codes, faults = self.ends(processes)
        self.assertEqual(codes, [0, 1, 1, 1])
        expected = "already exists|pg_type_typname_nsp_index|duplicate key"
        for fault in faults:
            self.assertRegex(fault, expected)
        self.assertEqual(stage.query(name, MIGRATIONS), [(66, "0066_auto_20200312_1921")])
        self.assertEqual(stage.query(name, TABLES), [(23,)])

    def test_four_runs_at_once_on_a_migrated_database(self):
        self.database()
        self.succeed("migrate", "--noinput")
        self.assertEqual(self.ends(self.begin()), ([0, 0, 0, 0], []))


class Files(stage.Stage):
    unreachable = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": "9", "DATABASE_NAME": "none"}

    def test_no_database_is_needed_without_tables(self):
        self.settings.update(self.unreachable)
        self.succeed("init", "--no-create-tables")
        self.assertEqual(len(self.files()), 42)
        licence = self.package / "madmex/bin/bis/license.txt"
        self.assertEqual(licence.read_text(), "licence of the test")

    def test_no_conf_setup_writes_the_licence_only(self):
        self.settings["BIS_LICENSE"] = "another"
        self.succeed("init", "--no-create-tables", "--no-conf-setup")
        self.assertEqual(self.files(), [])
        self.assertEqual((self.package / "madmex/bin/bis/license.txt").read_text(), "another")

    def ingestion(self):
        return (self.home / ".config/madmex/ingestion/elevation_mexico.yaml").read_text()

    def test_values_in_the_files(self):
        self.settings["INGESTION_BUCKET"] = "a-bucket"
        self.succeed("init", "--no-create-tables")
        for expected in ("location: '/data/ingested'", "container: 'a-bucket'", "{start_time}.nc'"):
            self.assertIn(expected, self.ingestion())

    def test_unset_path_and_driver_in_capitals(self):
        self.settings.update(INGESTION_PATH=None, DRIVER="NETCDF CF")
        self.succeed("init", "--no-create-tables")
        self.assertIn("location: 'None'", self.ingestion())
        self.assertIn("{start_time}'", self.ingestion())
        self.assertNotIn("container", self.ingestion())

    def test_every_run_replaces_the_files(self):
        self.succeed("init", "--no-create-tables")
        before = self.ingestion()
        for path in self.files():
            path.write_text("edited")
        self.succeed("init", "--no-create-tables")
        self.assertEqual(self.ingestion(), before)
        self.assertEqual([path for path in self.files() if path.read_text() == "edited"], [])

    def test_package_of_somebody_else(self):
        if os.getuid() != 0:
            self.fail("this test changes the user and needs root")
        done = self.refuse("Permission denied", "init", "--no-create-tables", user="nobody")
        self.assertIn("PermissionError", done.err)
        self.assertEqual(len(self.files()), 42)

    def test_missing_import_stops_before_any_effect(self):
        name = self.database()
        (self.home / "rasterio.py").write_text("raise ImportError('no rasterio here')\n")
        paths = f"{self.home}:{self.package}"
        self.refuse("ImportError: no rasterio here", "init", env={"PYTHONPATH": paths})
        self.assertEqual(stage.query(name, TABLES), [(0,)])
        self.assertEqual(self.files(), [])

    def test_distribution_says_what_it_is(self):
        (found,) = importlib.metadata.distributions(path=[str(self.package)])
        self.assertEqual((found.metadata["Name"], found.version), ("madmex", "0.4.0+standin"))
        self.assertIn("Stand-in for antares3", found.metadata["Summary"])
        (script,) = found.entry_points
        self.assertEqual((script.name, script.value), ("antares", "madmex.entry:main"))


class MasterLine(stage.Stage):
    line = "master"

    def test_tables_and_files(self):
        name = self.database()
        done = self.succeed("makemigrations", "--check", "--dry-run")
        self.assertEqual(done.out, "No changes detected\n")
        self.succeed("init")
        self.assertEqual(stage.query(name, MIGRATIONS), [(46, "0046_auto_20180706_1958")])
        self.assertEqual(stage.query(name, TABLES), [(18,)])
        self.assertEqual((len(self.files("indexing/*")), len(self.files("ingestion/*"))), (11, 5))

    def test_default_of_temp_dir_is_the_home(self):
        self.settings["TEMP_DIR"] = None
        done = self.python("-c", "from madmex import settings; print(settings.TEMP_DIR)")
        self.assertEqual(done.out.strip(), str(self.home))


if __name__ == "__main__":
    unittest.main()
