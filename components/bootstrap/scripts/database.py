"""What the database says of datacube and antares, and the lock under which it is changed.

The connection is libpq's (PGHOST, PGPORT, PGDATABASE, PGUSER, the user's .pgpass). Exit codes of the
tools it replaces prove nothing: `datacube system init` and `system check` both call a half-made index good.

    database.py datacube             {"state": "absent|partial|untyped|ready", "missing": [...], "types": [...]}
    database.py antares              {"applied": N, "last": NAME or null, "tables": [...]}
    database.py countries ISO...     [{"iso": ISO, "rows": N, "regions": N, "distinct": N}, ...]
    database.py extensions NAME...   [NAME of each that is missing, ...]
    database.py forget ISO           removes a country and its regions (a load that was cut off)
    database.py verified             records in the schema that it was whole
    database.py was-verified         exit 0 if that was ever recorded
    database.py hold                 prints "held" and holds the bootstrap's lock until its stdin ends
"""

import json
import sys

import psycopg2

TABLES = ["metadata_type", "dataset_type", "dataset", "dataset_location", "dataset_source"]
EVIDENCE = "made and verified by the antares3 deployment"


def connect():
    connection = psycopg2.connect("", connect_timeout=15, options="-c statement_timeout=60000")
    connection.autocommit = True
    return connection


def rows(connection, query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def relations(connection, schema):
    """Names of the ordinary tables, from the catalogue: to_regclass needs USAGE and raises without."""
    return [
        name
        for (name,) in rows(
            connection,
            "select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n"
            " on n.oid = c.relnamespace where n.nspname = %s and c.relkind = 'r' order by 1",
            schema,
        )
    ]


def datacube(connection):
    exists = rows(connection, "select 1 from pg_catalog.pg_namespace where nspname = 'agdc'")
    if not exists:
        return {"state": "absent", "missing": TABLES, "types": []}
    present = relations(connection, "agdc")
    missing = [name for name in TABLES if name not in present]
    types = []
    if "metadata_type" in present:
        types = [name for (name,) in rows(connection, "select name from agdc.metadata_type order by 1")]
    state = "partial" if missing else "ready" if "eo" in types else "untyped"
    return {"state": state, "missing": missing, "types": types}


def antares(connection):
    tables = relations(connection, "public")
    applied, last = 0, None
    if "django_migrations" in tables:
        ((applied, last),) = rows(
            connection, "select count(*), max(name) from django_migrations where app = 'madmex'"
        )
    return {"applied": applied, "last": last, "tables": tables}


def countries(connection, isos):
    query = (
        "select (select count(*) from madmex_country where name = %s),"
        " count(r.id), count(distinct r.name) from madmex_region r"
        " join madmex_country c on c.id = r.country_id where c.name = %s"
    )
    found = [(iso, *rows(connection, query, iso, iso)[0]) for iso in isos]
    return [dict(zip(("iso", "rows", "regions", "distinct"), row)) for row in found]


def extensions(connection, names):
    present = {name for (name,) in rows(connection, "select extname from pg_catalog.pg_extension")}
    return [name for name in names if name not in present]


def forget(connection, iso):
    with connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute(
            "delete from madmex_region where country_id in (select id from madmex_country where name = %s)",
            (iso,),
        )
        cursor.execute("delete from madmex_country where name = %s", (iso,))
        cursor.execute("commit")
    return {"forgot": iso}


def was_verified(connection):
    found = rows(
        connection,
        "select obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace where nspname = 'agdc'",
    )
    return bool(found) and found[0][0] == EVIDENCE


def hold(connection):
    """The lock goes with the session: a killed run gives it back by itself."""
    if not rows(connection, "select pg_try_advisory_lock(hashtext('antares3-bootstrap'))")[0][0]:
        print("waiting for another run that is at work on this database", file=sys.stderr)
        connection.cursor().execute("set statement_timeout = '600s'")
        rows(connection, "select pg_advisory_lock(hashtext('antares3-bootstrap'))")
    print("held", flush=True)
    sys.stdin.read()
    return 0


def main(what, *rest):
    connection = connect()
    answers = {
        "datacube": lambda: datacube(connection),
        "antares": lambda: antares(connection),
        "countries": lambda: countries(connection, rest),
        "extensions": lambda: extensions(connection, rest),
        "forget": lambda: forget(connection, *rest),
    }
    if what in answers:
        print(json.dumps(answers[what]()))
        return 0
    if what == "verified":
        connection.cursor().execute("comment on schema agdc is %s", (EVIDENCE,))
        return 0
    if what == "was-verified":
        return 0 if was_verified(connection) else 1
    if what == "hold":
        return hold(connection)
    sys.exit(f"unknown request: {what}\n{__doc__}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
