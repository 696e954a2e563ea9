"""Completes a schema `agdc` of datacube 1.8 of which tables or metadata types are missing.

    repair_datacube.py

`datacube system init` looks only whether the schema exists, and adds metadata types only to a
schema that it has just made. What is missing is made by datacube's own definitions, empty; what is
there is left as it is. One transaction for tables, keys and triggers. The connection is datacube's.

Prints {"created": [TABLE], "foreignKeys": [NAME], "types": [NAME], "orphans": [{"table", "column",
"to", "rows"}]}. Exit codes: 0 complete now; 3 there is no schema (run `datacube system init
--no-init-users`); 4 rows point into a table that is lost: nothing was changed, restore a backup.
"""

import json
import sys
from pathlib import Path

import datacube.index
from datacube.config import LocalConfig
from datacube.drivers.postgres import PostgresDb, _core, _schema, sql
from datacube.index.index import Index
from datacube.utils import read_documents
from sqlalchemy import inspect, text
from sqlalchemy.schema import AddConstraint, ForeignKeyConstraint

DEFAULT_TYPES = Path(datacube.index.__file__).with_name("default-metadata-types.yaml")
# Importing _schema is what fills this collection of the five tables.
METADATA = _schema.DATASET.metadata


class Orphaned(Exception):
    """Rows that point into a table that was made anew."""


def make_functions(connection):
    """The function and the type that column definitions and indexes use."""
    ranges = text("select 1 from pg_type t join pg_namespace n on n.oid = t.typnamespace"
                  " where n.nspname = 'agdc' and t.typname = 'float8range'")
    definitions = sql.TYPES_INIT_SQL
    if connection.execute(ranges).first():
        # CREATE TYPE has no OR REPLACE; the function stands before it in datacube's text.
        definitions = definitions.split("create type")[0]
    connection.exec_driver_sql(definitions)


def lost_keys(connection, survivors):
    """Foreign keys of tables that were there before, where the database has none."""
    found = inspect(connection)
    for table in METADATA.sorted_tables:
        if table.name not in survivors:
            continue
        keys = found.get_foreign_keys(table.name, schema=sql.SCHEMA_NAME)
        present = {tuple(key["constrained_columns"]) for key in keys}
        for key in table.constraints:
            if isinstance(key, ForeignKeyConstraint) and tuple(key.column_keys) not in present:
                yield key


def orphans(connection, key):
    """The fault that one key would have, or None."""
    (element,) = key.elements
    column, target = element.parent, element.column
    query = text(f"select count(*) from {column.table} a where a.{column.name} is not null and not"
                 f" exists (select from {target.table} b where b.{target.name} = a.{column.name})")
    rows = connection.execute(query).scalar()
    where = {"table": column.table.name, "column": column.name, "to": target.table.name}
    return {**where, "rows": rows} if rows else None


def complete_tables(connection):
    """(tables made, keys put back); raises Orphaned."""
    present = set(inspect(connection).get_table_names(schema=sql.SCHEMA_NAME))
    make_functions(connection)
    METADATA.create_all(connection, checkfirst=True)
    lost = list(lost_keys(connection, present))
    faults = [fault for fault in (orphans(connection, key) for key in lost) if fault]
    if faults:
        raise Orphaned(faults)
    for key in lost:
        connection.execute(AddConstraint(key))
    _core.install_timestamp_trigger(connection)
    _core.install_added_column(connection)
    created = sorted(table.name for table in METADATA.sorted_tables if table.name not in present)
    return created, [f"{key.table.name}.{','.join(key.column_keys)}" for key in lost]


def complete_types(index):
    """Names of the default metadata types that were not there."""
    present = {kind.name for kind in index.metadata_types.get_all()}
    added = []
    for _, document in read_documents(DEFAULT_TYPES):
        if document["name"] not in present:
            kind = index.metadata_types.from_doc(document)
            index.metadata_types.add(kind, allow_table_lock=True)
            added.append(kind.name)
    return added


def main():
    database = PostgresDb.from_config(LocalConfig.find(), validate_connection=False)
    if not _core.database_exists(database._engine):
        print("there is no schema agdc: run datacube system init --no-init-users", file=sys.stderr)
        return 3
    # datacube's engine commits every statement by itself; this one keeps them together.
    together = database._engine.execution_options(isolation_level="READ COMMITTED")
    try:
        with together.begin() as connection:
            created, keys = complete_tables(connection)
    except Orphaned as error:
        print(json.dumps({"created": [], "foreignKeys": [], "types": [], "orphans": error.args[0]}))
        return 4
    # A connection that was used so would go on without committing: datacube gets new ones.
    database.close()
    index = Index(database)
    added = complete_types(index)
    index.metadata_types.check_field_indexes(rebuild_views=True)
    print(json.dumps({"created": created, "foreignKeys": keys, "types": added, "orphans": []}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
