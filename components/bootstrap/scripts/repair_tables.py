"""Makes tables of antares anew that are missing although every migration is recorded as applied.

    repair_tables.py [--delete-orphans TABLE]...

`migrate` does not look at tables, so it would never bring a dropped one back. Missing tables are
made empty, from the models; foreign keys that went with a dropped table are put back. One
transaction; the connection is that of the user's own settings. Nothing is ever dropped.

Rows of other tables that pointed into a missing table point at nothing now. They are left alone,
and nothing is repaired (exit code 4 with their number), unless --delete-orphans names their table:
right for what can be loaded again (madmex_region), wrong for what somebody made.

Prints {"created": [TABLE], "foreignKeys": [{"table", "column", "to"}], "deleted": {TABLE: N},
"orphans": [{"table", "column", "to", "rows"}]}. Exit codes: 0 nothing is missing any more;
3 migrations are still to be applied (run `antares migrate` first); 4 orphans, nothing was changed.
"""

import argparse
import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "madmex.settings"

import django
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor


def unapplied():
    """Names of the migrations, of all apps, that the database does not have yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def managed_models():
    """Every model with a table of its own; each many-to-many table counts as one, not as a part."""
    models = apps.get_models(include_auto_created=True)
    models = [model for model in models if model._meta.managed and not model._meta.proxy]
    for model in models:
        # The schema editor would make a relation's table together with its owner, although it may
        # have survived. This process makes each table that is missing, and no other.
        model._meta.local_many_to_many = []
    return models


def lost_keys(models, created):
    """Foreign keys of surviving tables into those made anew, where the database has none."""
    with connection.cursor() as cursor:
        for model in models:
            if model in created:
                continue
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
            present = {tuple(c["columns"]) for c in found.values() if c["foreign_key"]}
            for field in model._meta.local_fields:
                into = field.remote_field and field.remote_field.model
                if into in created and field.db_constraint and (field.column,) not in present:
                    yield model, field, into


def orphans(model, field, into):
    """Rows whose foreign key has a value that is not in the other table."""
    known = into._base_manager.values(field.target_field.attname)
    rows = model._base_manager.filter(**{f"{field.attname}__isnull": False})
    return rows.exclude(**{f"{field.attname}__in": known})


def describe(model, field, into):
    return {"table": model._meta.db_table, "column": field.column, "to": into._meta.db_table}


def empty_report():
    return {"created": [], "foreignKeys": [], "deleted": {}, "orphans": []}


def repair(deletable):
    """The report; raises Orphaned when rows are in the way."""
    models = managed_models()
    present = set(connection.introspection.table_names())
    created = [model for model in models if model._meta.db_table not in present]
    report = empty_report()
    with connection.schema_editor() as editor:
        for model in created:
            editor.create_model(model)
            report["created"].append(model._meta.db_table)
    lost = list(lost_keys(models, created)) if created else []
    for key in lost:
        settle(key, deletable, report)
    if report["orphans"]:
        raise Orphaned(report["orphans"])
    with connection.schema_editor() as editor:
        for model, field, into in lost:
            # The only way to a key of a column that is there already; AlterField uses it too.
            editor.execute(editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s"))
            report["foreignKeys"].append(describe(model, field, into))
    report["created"].sort()
    return report


def settle(key, deletable, report):
    """Deletes the orphans of one key where that is allowed, else notes them."""
    model = key[0]
    rows = orphans(*key)
    count = rows.count()
    if count and model._meta.db_table in deletable:
        rows._raw_delete(rows.db)
        report["deleted"][model._meta.db_table] = count
    elif count:
        report["orphans"].append({**describe(*key), "rows": count})


class Orphaned(Exception):
    """Rows that point into a table that was made anew."""


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--delete-orphans", action="append", default=[], metavar="TABLE")
    deletable = parser.parse_args(arguments).delete_orphans
    django.setup()
    missing = unapplied()
    if missing:
        count, first = len(missing), missing[0]
        print(f"{count} migrations are not applied, the first is {first}", file=sys.stderr)
        return 3
    try:
        with transaction.atomic():
            report = repair(deletable)
    except Orphaned as error:
        print(json.dumps({**empty_report(), "orphans": error.args[0]}))
        return 4
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
