#!/usr/bin/env bash
# The way to the database from a host: as the service user, with its settings.
# Inputs:  DB_HOST, DB_PORT, DB_NAME, DB_USER, the service user's values; asset database.py.
set -euo pipefail

# database WHAT...: see database.py; the password is the service user's .pgpass.
database() {
  as_service env PGHOST="$DB_HOST" PGPORT="$DB_PORT" PGDATABASE="$DB_NAME" PGUSER="$DB_USER" \
    /opt/antares/venv/bin/python "$ANTARES_WORK/database.py" "$@"
}

# From here to the end of the script nobody else changes this database: two runs that both look first and act then
# would double what is missing, or take the other's half for a damaged whole. As with the host's own lock, commands
# inherit it: where the script is killed, the one that is at work keeps it to its end.
hold_database() {
  mkfifo "$ANTARES_WORK/held"
  exec 8> >(database hold >"$ANTARES_WORK/held")
  read -r _ <"$ANTARES_WORK/held" || fail "the database's lock cannot be had"
}

# field JSON EXPRESSION: EXPRESSION sees the decoded value as `it`.
field() { /opt/antares/venv/bin/python -c "import json, sys; it = json.loads(sys.argv[1]); print($2)" "$1"; }
