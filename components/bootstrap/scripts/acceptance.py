"""One JSON that says whether the whole cluster stands, asked of the database and the hosts.

    acceptance.py EXPECTED      EXPECTED: {"migrations": N, "last": NAME, "countries": [ISO...],
                                           "regions": {ISO: number when they were loaded},
                                           "cluster": what cluster.py found}

Exit code 1 and every reason on stdout's last line when anything is missing.
"""

import importlib.metadata
import json
import platform
import sys

import database


def versions(connection):
    ((server,),) = database.rows(connection, "show server_version")
    postgis = database.rows(connection, "select extversion from pg_extension where extname = 'postgis'")
    packages = {name: importlib.metadata.version(name) for name in ("datacube", "madmex", "django", "dask")}
    return {
        "python": platform.python_version(),
        "postgresql": server.split(" ")[0],
        "postgis": postgis[0][0] if postgis else None,
        **packages,
    }


def reasons(found, expected):
    if found["schema"] != "ready":
        yield f"the datacube schema is {found['schema']}"
    applied = found["migrations"]
    if (applied["applied"], applied["last"]) != (expected["migrations"], expected["last"]):
        yield f"migrations: {applied}, expected {expected['migrations']} up to {expected['last']}"
    for country in found["countries"]:
        if country["rows"] != 1 or country["regions"] != country["distinct"]:
            yield f"country {country['iso']}: {country['rows']} rows, {country['regions']} regions, {country['distinct']} of them distinct"
        wanted = expected["regions"].get(country["iso"], 0)
        if country["regions"] < wanted:
            yield f"country {country['iso']}: {country['regions']} of {wanted} regions"
    yield from expected["cluster"]["missing"]


def main(text):
    expected = json.loads(text)
    connection = database.connect()
    tables = database.antares(connection)
    found = {
        "schema": database.datacube(connection)["state"],
        "migrations": {
            "expected": expected["migrations"],
            "applied": tables["applied"],
            "last": tables["last"],
        },
        "countries": database.countries(connection, expected["countries"]),
        **{name: expected["cluster"][name] for name in ("nodes", "gridEngine", "dask")},
        "versions": versions(connection),
    }
    missing = list(reasons(found, expected))
    found["countries"] = [{"iso": c["iso"], "regions": c["regions"]} for c in found["countries"]]
    print(json.dumps(found))
    for reason in missing:
        print(f"not accepted: {reason}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
