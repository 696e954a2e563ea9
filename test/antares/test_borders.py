"""`antares init -c`: the cache rule, the poisoned cache, doubled and colliding regions."""

import http.server
import threading
import unittest

import stage

COUNTRIES = "select name, count(*) from madmex_country group by 1 order by 1"
REGIONS = (
    "select c.name, r.name, count(*) from madmex_region r join madmex_country c"
    " on c.id = r.country_id group by 1, 2 order by 1, 2"
)


class BorderStage(stage.Stage):
    """A database with tables and an empty cache for each test."""

    def setUp(self):
        super().setUp()
        self.temp.mkdir()
        self.name = self.migrated_database()

    def load(self, *codes, **options):
        return self.succeed("init", "--no-create-tables", "-c", *codes, **options)

    def place(self, iso, regions):
        stage.archive(self.temp / f"{iso}_adm_shp.zip", iso, regions)

    def rows(self, statement):
        return stage.query(self.name, statement)

    def entries(self):
        return sorted(path.name for path in self.temp.iterdir())


class Borders(BorderStage):
    def test_option_without_code_loads_nothing(self):
        self.load()
        self.assertEqual(self.rows(COUNTRIES), [])
        self.assertEqual(self.entries(), [])

    def test_archive_in_place_is_loaded_without_network(self):
        self.place("MEX", ["Norte", "Sur \u00e1rido"])
        done = self.load("mex")
        self.assertIn(f"File already exists: {self.temp}/MEX_adm_shp.zip", done.out)
        self.assertEqual(done.out.count("shape file will be ingested."), 2)
        self.assertEqual(self.rows(COUNTRIES), [("MEX", 1)])
        self.assertEqual(self.rows(REGIONS), [("MEX", "Norte", 1), ("MEX", "Sur \u00e1rido", 1)])
        shapes = "select st_srid(the_geom), st_area(the_geom) from madmex_region"
        self.assertEqual(self.rows(shapes), [(4326, 25.0), (4326, 25.0)])

    def test_country_without_regions(self):
        self.place("BLZ", [])
        self.load("BLZ")
        self.assertEqual(self.rows(COUNTRIES), [("BLZ", 1)])
        self.assertEqual(self.rows(REGIONS), [])

    def test_second_load_on_develop(self):
        self.place("MEX", ["Norte", "Sur"])
        self.load("mex")
        done = self.load("mex")
        self.assertEqual(done.out.count("Continuing"), 3)
        self.assertIn("duplicate key", done.out)
        self.assertEqual(self.rows(COUNTRIES), [("MEX", 1)])
        self.assertEqual(self.rows(REGIONS), [("MEX", "Norte", 1), ("MEX", "Sur", 1)])

    def test_same_region_name_in_two_countries_on_develop(self):
        self.place("MEX", ["Norte", "Sur"])
        self.place("GTM", ["Norte", "Este"])
        self.load("mex", "gtm")
        self.assertEqual(self.rows(COUNTRIES), [("GTM", 1), ("MEX", 1)])
        found = [("GTM", "Este", 1), ("MEX", "Norte", 1), ("MEX", "Sur", 1)]
        self.assertEqual(self.rows(REGIONS), found)

    def test_unpacked_directory_is_not_unpacked_again(self):
        self.place("MEX", ["Norte"])
        self.load("mex")
        stage.archive(self.temp / "MEX_adm_shp.zip", "MEX", ["Norte", "Sur"])
        self.load("mex")
        self.assertEqual(self.rows(REGIONS), [("MEX", "Norte", 1)])

    def test_no_network_poisons_the_cache_for_ever(self):
        arguments = ("init", "--no-create-tables", "-c", "mex")
        done = self.antares(*arguments)
        self.assertEqual(done.code, 1)
        # A kind of requests' ConnectionError: the download goes to the proxy that nobody serves.
        self.assertIn("requests.exceptions.ProxyError", done.err.strip().splitlines()[-1])
        self.assertEqual((self.temp / "MEX_adm_shp.zip").stat().st_size, 0)
        self.assertEqual(self.entries(), ["MEX_adm_shp.zip"])
        self.refuse("BadZipFile", *arguments)
        self.assertEqual(self.entries(), ["MEX_adm_shp", "MEX_adm_shp.zip"])
        self.assertEqual(list((self.temp / "MEX_adm_shp").iterdir()), [])
        self.refuse("IndexError", *arguments)
        self.refuse("IndexError", *arguments)
        self.assertEqual(self.files(), [])

    def test_error_page_is_taken_for_an_archive(self):
        with page(404, b"<html>gone</html>") as (address, asked):
            arguments = ("init", "--no-create-tables", "-c", "mex")
            self.refuse("BadZipFile", *arguments, env={"http_proxy": address})
            self.refuse("IndexError", *arguments, env={"http_proxy": address})
        self.assertEqual(asked, ["http://data.biogeo.ucdavis.edu/data/gadm2.8/shp/MEX_adm_shp.zip"])
        self.assertEqual((self.temp / "MEX_adm_shp.zip").read_bytes(), b"<html>gone</html>")

    def test_archive_from_the_network(self):
        source = self.home / "served.zip"
        stage.archive(source, "MEX", ["Norte"])
        with page(200, source.read_bytes()) as (address, _):
            done = self.load("mex", env={"http_proxy": address})
        self.assertIn("100 %", done.out)
        self.assertEqual((self.temp / "MEX_adm_shp.zip").read_bytes(), source.read_bytes())
        self.assertEqual(self.rows(REGIONS), [("MEX", "Norte", 1)])

    def test_empty_temp_dir(self):
        self.settings["TEMP_DIR"] = ""
        arguments = ("init", "--no-create-tables", "-c", "mex")
        self.refuse("FileNotFoundError: [Errno 2] No such file or directory: ''", *arguments)


class BordersOfMaster(BorderStage):
    """The older line, where regions may have the same name: what ends differently there."""

    line = "master"

    def test_second_load(self):
        self.place("MEX", ["Norte", "Sur"])
        self.load("mex")
        done = self.load("mex")
        self.assertEqual(done.out.count("Continuing"), 1)
        self.assertEqual(self.rows(COUNTRIES), [("MEX", 1)])
        self.assertEqual(self.rows(REGIONS), [("MEX", "Norte", 2), ("MEX", "Sur", 2)])

    def test_same_region_name_in_two_countries(self):
        self.place("MEX", ["Norte", "Sur"])
        self.place("GTM", ["Norte"])
        self.load("mex", "gtm")
        found = [("GTM", "Norte", 1), ("MEX", "Norte", 1), ("MEX", "Sur", 1)]
        self.assertEqual(self.rows(REGIONS), found)


class page:
    """A proxy on the loopback that answers every request alike; (its address, what was asked)."""

    def __init__(self, status, content):
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.asked = asked
        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}", self.asked

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main()
