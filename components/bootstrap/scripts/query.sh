#!/usr/bin/env bash
# The way to the database from a host: as the service user, with its settings.
# Inputs:  DB_HOST, DB_PORT, DB_NAME, DB_USER, the service user's values; asset database.py.
set -euo pipefail

# database WHAT...: see database.py; the password is the service user's .pgpass.
database() {
  as_service env PGHOST="$DB_HOST" PGPORT="$DB_PORT" PGDATABASE="$DB_NAME" PGUSER="$DB_USER" \
    /opt/antares/venv/bin/python "$ANTARES_WORK/database.py" "$@"
}

# field JSON EXPRESSION: EXPRESSION sees the decoded value as `it`.
field() { /opt/antares/venv/bin/python -c "import json, sys; it = json.loads(sys.argv[1]); print($2)" "$1"; }
