#!/usr/bin/env bash
# Datacube's schema. SQL decides what there is; only an absent schema is answered by `system init`.
# Inputs:  the database's and the service user's values; assets database.py, repair_datacube.py.
# Effect:  schema agdc with its five tables and metadata types, or a clear refusal.
set -euo pipefail

state() { field "$(database datacube)" 'it["state"]'; }

init() {
  # --no-init-users: with users it needs SET ROLE, which a managed server's administrator has not.
  as_service datacube -v system init --no-init-users
}

hold_database
found=$(state)
printf 'datacube schema: %s\n' "$found"
case $found in
ready) ;;
absent) init ;;
partial | untyped)
  # What is missing was there: this program saw it whole. So the missing parts are made anew, empty;
  # nothing that is there is touched. A schema of unknown history is somebody's to look at.
  database was-verified || {
    database datacube
    fail "schema agdc is $found and was never verified by this program: if it holds nothing that you need," \
      "drop it (drop schema agdc cascade) and run again; else restore it from its backup"
  }
  as_service /opt/antares/venv/bin/python "$ANTARES_WORK/repair_datacube.py"
  ;;
esac
found=$(state)
[ "$found" = ready ] || { database datacube; fail "schema agdc is $found after datacube's own init"; }
database verified
emit "$(database datacube)"
