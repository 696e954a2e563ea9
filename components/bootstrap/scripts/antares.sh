#!/usr/bin/env bash
# Antares' tables and the borders of the configured countries.
# Inputs:  COUNTRIES (lines: ISO ARCHIVE SHA256), ISOS (words), those of countries.sh; assets expected_migrations.py,
#          repair_tables.py.
# Effect:  every migration that the installed package names is applied; each country is there once.
set -euo pipefail

python=/opt/antares/venv/bin/python
run() { as_service "$python" "$ANTARES_WORK/$1" "${@:2}"; }

expected=$(run expected_migrations.py)
applied() { field "$(database antares)" '(it["applied"], it["last"])'; }
migrated_never() { [ "$(field "$(database antares)" '"django_migrations" in it["tables"]')" = False ]; }
wanted=$(field "$expected" '(it["count"], it["last"])')

# Tables that are missing although every migration is applied were there: they are made anew, empty,
# and nothing that is there is touched. Exit code 3: migrations of other apps are still to be applied.
repair() {
  local made code=0
  made=$(run repair_tables.py --delete-orphans madmex_region) || code=$?
  printf 'repair: %s\n' "$made"
  [ "$code" -eq 0 ] || return "$code"
  case $made in
  # Borders without their regions, or the reverse, are no borders: load them again.
  *'"madmex_region"'* | *'"madmex_country"'*) for iso in $ISOS; do touch "$(note loading "$iso")"; done ;;
  esac
}

tables() {
  # With drift `antares init` would write migrations of its own into the installed package.
  local drift; drift=$(field "$expected" '"; ".join(it["drift"])')
  [ -z "$drift" ] ||
    fail "the models of the installed madmex differ from its migrations ($drift): this build must not touch a database"
  if migrated_never; then
    as_service antares migrate --noinput
  elif [ "$(applied)" != "$wanted" ] || ! repair; then
    as_service antares migrate --noinput
    repair || fail "tables are missing that neither migrate nor their repair can make"
  fi
  [ "$(applied)" = "$wanted" ] || fail "migrations: expected $wanted, the database has $(applied)"
}

hold_database
tables
while read -r -u 5 iso archive sha256; do
  [ -z "$iso" ] || country "$iso" "$archive" "$sha256"
done 5<<<"$COUNTRIES"
# shellcheck disable=SC2086 # ISO codes are single words
found=$(database countries $ISOS)
emit "$("$python" -c 'import json, sys
expected, database, countries = map(json.loads, sys.argv[1:])
migrations = {"expected": expected["count"], "applied": database["applied"], "last": database["last"]}
print(json.dumps({"migrations": migrations, "countries": countries, "tables": expected["tables"]}))' \
  "$expected" "$(database antares)" "$found")"
