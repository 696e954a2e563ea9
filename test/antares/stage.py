"""What the tests of the stand-in share: the package in both lines, databases, homes, runs.

Needs a Python with the project's locked packages (and GDAL's binding), the compiled project
(`dist/`), and a PostgreSQL server with PostGIS whose superuser is named by ANTARES_TEST_DSN
("host=127.0.0.1 port=5432 user=postgres"). Databases made here have random names and are dropped.
"""

import atexit
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "components/bootstrap/scripts"
COMPAT = ROOT / "components/bootstrap/software/compat"
DSN = os.environ.get("ANTARES_TEST_DSN", "")
# Nothing of a test may leave this machine: every download is sent to a port that nobody serves.
NO_NETWORK = {"http_proxy": "http://127.0.0.1:9"}

_folder = tempfile.TemporaryDirectory(prefix="antares-test-")
FOLDER = Path(_folder.name)
FOLDER.chmod(0o755)
_installed = {}
_migrated = {}


def installed(line):
    """Directory with the package of a line, as a wheel built from the sources unpacks."""
    if line not in _installed:
        source, wheels = FOLDER / f"source-{line}", FOLDER / f"wheels-{line}"
        shutil.copytree(ROOT / "rehearsal/antares", source)
        wheels.mkdir()
        build = f"import setuptools.build_meta as b; b.build_wheel({str(wheels)!r})"
        surroundings = {**os.environ, "MADMEX_STANDIN_LINE": line}
        command = [sys.executable, "-W", "ignore", "-c", build]
        subprocess.run(command, cwd=source, env=surroundings, check=True, capture_output=True)
        (wheel,) = wheels.glob("madmex-0.4.0+standin-*.whl")
        shutil.unpack_archive(wheel, FOLDER / f"installed-{line}", "zip")
        _installed[line] = FOLDER / f"installed-{line}"
    return _installed[line]


def shim_folder():
    """A folder for PYTHONPATH that has the effect of the compatibility files in site-packages."""
    folder = FOLDER / "shim"
    folder.mkdir(exist_ok=True)
    # Python reads .pth files in its site directories only, and the packages' own one is not ours.
    start = f"import site\nsite.addsitedir({str(COMPAT)!r})\n"
    (folder / "sitecustomize.py").write_text(start)
    return folder


def archive(path, iso, regions):
    """Boundary archive made by the rehearsal's own generator."""
    program = "const [module, request] = process.argv.slice(1);" \
        "require(module).writeBoundaryArchive(JSON.parse(request));"
    request = json.dumps({"iso": iso, "regions": regions, "path": str(path)})
    module = str(ROOT / "dist/rehearsal/antares/boundaries.js")
    subprocess.run(["node", "-e", program, module, request], check=True, timeout=60)


def query(name, statement):
    """Rows, or None for a statement without any."""
    connection = psycopg2.connect(make_dsn(DSN, dbname=name))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


@contextmanager
def unfinished(name, statement):
    """A statement whose transaction is undone in the end: who does the same waits until then."""
    connection = psycopg2.connect(make_dsn(DSN, dbname=name))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        yield
    finally:
        connection.close()


def wait_for_waiting(name, number, seconds=60):
    """Until so many sessions of a database wait for a lock."""
    waiting = f"select count(*) from pg_stat_activity where datname = '{name}' and wait_event_type = 'Lock'"
    end = time.monotonic() + seconds
    while (found := query("postgres", waiting)) != [(number,)]:
        if time.monotonic() > end:
            raise AssertionError(f"{found} of {number} sessions wait in {name}")
        time.sleep(0.1)


def create_database(add_cleanup, template):
    name = f"antares_{uuid.uuid4().hex[:12]}"
    query("postgres", f"create database {name} template {template}")
    add_cleanup(query, "postgres", f"drop database {name} with (force)")
    return name


class Done:
    """A finished run."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


class Stage(unittest.TestCase):
    """One home directory a test; databases and roles on request."""

    line = "develop"

    def setUp(self):
        if not DSN:
            raise RuntimeError("ANTARES_TEST_DSN must name a PostgreSQL superuser")
        self.home = Path(tempfile.mkdtemp(dir=FOLDER))
        self.home.chmod(0o777)
        self.temp = self.home / "cache"
        self.package = installed(self.line)
        self.settings = {
            "SECRET_KEY": "x",
            "TEMP_DIR": str(self.temp),
            "INGESTION_PATH": "/data/ingested",
            "BIS_LICENSE": "licence of the test",
        }

    def database(self, postgis=True):
        """Name of a new database, which becomes the one of the settings."""
        name = create_database(self.addCleanup, template="template1")
        if postgis:
            query(name, "create extension postgis")
        self.use(name)
        return name

    def migrated_database(self):
        """Name of a new database with all tables, copied from one that the package migrated."""
        if self.line not in _migrated:
            # Kept for all test modules, so dropped when Python ends and not with the first of them.
            first = create_database(atexit.register, template="template1")
            query(first, "create extension postgis")
            self.use(first)
            self.succeed("migrate", "--noinput")
            _migrated[self.line] = first
        name = create_database(self.addCleanup, template=_migrated[self.line])
        self.use(name)
        return name

    def use(self, name):
        server = parse_dsn(DSN)
        self.settings.update(
            DATABASE_NAME=name,
            DATABASE_USER=server["user"],
            DATABASE_HOST=server["host"],
            DATABASE_PORT=server["port"],
        )
        self.settings.setdefault("DATABASE_PASSWORD", server.get("password", ""))

    def role(self):
        """A role without any right, used by the settings from now on."""
        name, word = f"role_{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
        query("postgres", f"create role {name} login password '{word}'")
        self.addCleanup(query, "postgres", f"drop role {name}")
        self.settings.update(DATABASE_USER=name, DATABASE_PASSWORD=word)
        return name

    def start(self, *command, env=None, user=None, shim=True):
        """The process of `python COMMAND...` with the settings in `~/.antares`."""
        lines = [f"{key}={value}\n" for key, value in self.settings.items() if value is not None]
        (self.home / ".antares").write_text("".join(lines))
        paths = [self.package, *([shim_folder()] if shim else [])]
        surroundings = {
            "HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": ":".join(map(str, paths)),
            "PYTHONDONTWRITEBYTECODE": "1",
            **NO_NETWORK,
            **(env or {}),
        }
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", *command], env=surroundings, text=True, user=user,
            group=pwd.getpwnam(user).pw_gid if user else None, extra_groups=[] if user else None,
            cwd=self.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )

    def python(self, *command, **options):
        process = self.start(*command, **options)
        try:
            out, err = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Done(process.returncode, out, err)

    def antares(self, *arguments, **options):
        return self.python("-m", "madmex.entry", *arguments, **options)

    def succeed(self, *arguments, **options):
        done = self.antares(*arguments, **options)
        self.assertEqual(done.code, 0, done.err)
        return done

    def refuse(self, expected, *arguments, **options):
        """The run ends with exit code 1 and `expected` in the message after the traceback."""
        done = self.antares(*arguments, **options)
        self.assertEqual(done.code, 1, done.out + done.err)
        # A message of the server may go on for some lines with its position and a hint.
        self.assertIn(expected, "\n".join(done.err.strip().splitlines()[-5:]))
        return done

    def files(self, pattern="*/*.yaml"):
        return sorted((self.home / ".config/madmex").glob(pattern))
