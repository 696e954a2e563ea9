"""Removes the application's part of a database server. Repeatable: what is gone already is fine.

    delete_data.py database NAME ROLE    as an administrator (libpq's PG* variables): database and role
    delete_data.py contents              as the application role: its schema and its own tables, where the
                                         database itself is somebody else's
"""

import sys

import psycopg2
from psycopg2 import sql


def connect():
    connection = psycopg2.connect("", connect_timeout=15, options="-c statement_timeout=600000")
    connection.autocommit = True
    return connection.cursor()


def database(name, role):
    cursor = connect()
    # Sessions that are left would make the drop fail; nobody works in a database that is being deleted.
    cursor.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
        (name,),
    )
    cursor.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
    cursor.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(role)))


def contents():
    cursor = connect()
    cursor.execute("drop schema if exists agdc cascade")
    cursor.execute(
        "select tablename from pg_tables where schemaname = 'public' and tableowner = current_user"
    )
    for (table,) in cursor.fetchall():
        cursor.execute(sql.SQL("drop table public.{} cascade").format(sql.Identifier(table)))


if __name__ == "__main__":
    {"database": database, "contents": contents}[sys.argv[1]](*sys.argv[2:])
