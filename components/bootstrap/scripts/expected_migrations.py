"""What the installed package madmex will have in a database: read from the package alone.

    expected_migrations.py

Prints {"count": N, "last": NAME, "names": [NAME], "tables": [TABLE], "drift": [TEXT]} of the app
madmex. `last` is the migration that no other depends on, so that two heads (a package on which
somebody ran `makemigrations`) are an error and not a guess. Exit code 1 with the reason then.
`drift` is what `makemigrations` would write, of all apps: nothing where migrations make the models.
"""

import json
import os
import sys

# Not used here, but an empty value in the user's settings file would stop Django.
os.environ["SECRET_KEY"] = "not-a-secret"
os.environ["DJANGO_SETTINGS_MODULE"] = "madmex.settings"

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

APP = "madmex"


def tables():
    """Tables of the app's models, those of many-to-many relations included."""
    models = apps.get_app_config(APP).get_models(include_auto_created=True)
    return sorted(
        {model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}
    )


def drift(loader):
    """What models have that migrations do not make: "APP: Add field x to y"."""
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in sorted(detector.changes(graph=loader.graph).items())
        for migration in migrations
        for operation in migration.operations
    ]


def main():
    django.setup()
    loader = MigrationLoader(None)
    heads = [name for _, name in loader.graph.leaf_nodes(APP)]
    if len(heads) != 1:
        names = ", ".join(heads)
        print(f"the migrations of {APP} have {len(heads)} heads: {names}", file=sys.stderr)
        return 1
    names = sorted(name for app, name in loader.disk_migrations if app == APP)
    found = {"count": len(names), "last": heads[0], "names": names, "tables": tables(), "drift": drift(loader)}
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
