"""Writes `madmex/migrations/0001_initial.py` to `0066_auto_20200312_1921.py` from the models.

The original grew its tables in 66 migrations; a deployment must cope with that many. This writes as
many real ones: every table is made with its first columns, later columns follow one a migration.
Run it with a Python that has Django and libgdal, from the folder above this one, after a change of
the models; then `antares makemigrations --check --dry-run` must find no changes.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "madmex.settings"

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.gis.db.models import CharField, ForeignKey  # noqa: E402
from django.db.migrations import AddField, AlterField, CreateModel, Migration  # noqa: E402
from django.db.migrations.state import ModelState  # noqa: E402
from django.db.migrations.writer import MigrationWriter  # noqa: E402

TARGET = ROOT / "madmex" / "migrations"
# Number of the last migration of a line, and the span of time in which the line's migrations arose.
MASTER = (46, datetime(2017, 9, 4, 15, 12), datetime(2018, 7, 6, 19, 58))
DEVELOP = (66, datetime(2018, 8, 1, 16, 40), datetime(2020, 3, 12, 19, 21))


def may_follow(field):
    """Whether a column can be added to a table that has rows."""
    return (field.null or field.has_default()) and not isinstance(field, ForeignKey)


def operations(models, count, extra=()):
    """`count` operations that make the models, each to be one migration."""
    states = [ModelState.from_model(model) for model in models]
    columns = [
        (state.name, name, field)
        for state in states
        for name, field in state.fields.items()
        if name != "id" and may_follow(field)
    ]
    needed = count - len(states) - len(extra)
    if not 0 <= needed <= len(columns):
        raise SystemExit(f"{needed} columns are to follow, the models have {len(columns)}")
    later = columns[len(columns) - needed :]
    moved = {(table, name) for table, name, _ in later}
    creates = [
        CreateModel(
            state.name,
            [(n, f) for n, f in state.fields.items() if (state.name, n) not in moved],
            {name: value for name, value in state.options.items() if value},
        )
        for state in states
    ]
    return [*creates, *extra, *(AddField(t.lower(), n, f) for t, n, f in later)]


def write(ops, first, line, previous):
    last, start, end = line
    steps = max(last - first, 1)
    for number, operation in enumerate(ops, first):
        moment = start + (end - start) * (number - first) / steps
        name = f"{number:04d}_" + ("initial" if number == 1 else f"auto_{moment:%Y%m%d_%H%M}")
        migration = Migration(name, "madmex")
        migration.initial = True if number == 1 else None
        migration.dependencies = [("madmex", previous)] if previous else []
        migration.operations = [operation]
        text = MigrationWriter(migration, include_header=False).as_string()
        (TARGET / f"{name}.py").write_text(text, encoding="utf-8")
        previous = name
    return previous


def main():
    for old in TARGET.glob("[0-9]*.py"):
        old.unlink()
    models = list(apps.get_app_config("madmex").get_models())
    core = [model for model in models if model.__module__ == "madmex.models.core"]
    newer = [model for model in models if model.__module__ == "madmex.models.develop"]
    first = operations(core, MASTER[0])
    for create in first[: len(core)]:
        if create.name == "Region":
            create.fields = [
                (name, CharField(max_length=100) if name == "name" else field)
                for name, field in create.fields
            ]
    unique = AlterField("region", "name", CharField(max_length=100, unique=True))
    second = operations(newer, DEVELOP[0] - MASTER[0], extra=[unique])
    last = write(first, 1, MASTER, None)
    print(write(second, MASTER[0] + 1, DEVELOP, last))


if __name__ == "__main__":
    main()
