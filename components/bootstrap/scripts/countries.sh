#!/usr/bin/env bash
# Borders of a country: there once and whole, or not at all.
# Inputs:  SHARE, TEMP_DIR, the database's and the service user's values; assets archive.py, database.py.
# Effect:  country: loaded where SQL says that it is absent; what an interrupted load left is taken back.
set -euo pipefail

# note KIND ISO: where something is noted of a country in this very database.
note() { printf '%s/state/%s-%s@%s@%s:%s' "$SHARE" "$1" "$2" "$DB_NAME" "$DB_HOST" "$DB_PORT"; }

# Regions that are gone leave no other trace than their number. Record of a country: the sha256 of the archive
# that this program loaded (`-`: it was there before), and its number of regions then.
# lacks_regions ISO RECORD
lacks_regions() {
  local by wanted found
  [ -s "$2" ] || return 1
  read -r by wanted <"$2"
  found=$(field "$(database countries "$1")" 'it[0]["regions"]')
  [ "$found" -lt "$wanted" ] || return 1
  printf '%s has %s of %s regions\n' "$1" "$found" "$wanted"
  [ "$by" != - ] || fail "countries: $1 has $found of $wanted regions, and it was there before this program:" \
    "bring them back from where they came, or delete the country, then run again"
}

# load ISO ARCHIVE SHA256: the country anew and whole; nothing is taken back before the archive is there.
load() {
  local iso=$1 kept=$SHARE/state/$1.zip
  # Checked where only root can write; the service user's folder gets a copy of what was checked.
  /opt/antares/venv/bin/python "$ANTARES_WORK/archive.py" "$iso" "$2" "$3" "$kept" ||
    fail "countries: $iso: no usable boundary archive"
  touch "$(note loading "$iso")"
  database forget "$iso"
  # The cache rule of antares trusts whatever lies there under the name, an empty file too.
  as_service rm -rf "${TEMP_DIR:?}/${iso}_adm_shp" "$TEMP_DIR/${iso}_adm_shp.zip"
  as_service install -m 0640 "$kept" "$TEMP_DIR/${iso}_adm_shp.zip"
  as_service antares init --no-create-tables -c "$iso"
}

# country ISO ARCHIVE SHA256
country() {
  local iso=$1 found by=- record loading
  record=$(note borders "$iso") loading=$(note loading "$iso")
  found=$(field "$(database countries "$iso")" 'it[0]["rows"]')
  # A load that was cut off leaves a country with some of its regions.
  if [ "$found" = 0 ] || [ -e "$loading" ] || lacks_regions "$iso" "$record"; then
    load "$@"
    by=$3
    rm -f "$record"
  fi
  found=$(database countries "$iso")
  [ "$(field "$found" 'it[0]["rows"] == 1 and it[0]["regions"] == it[0]["distinct"]')" = True ] ||
    fail "countries: expected one row and no doubled region, found $found"
  [ -s "$record" ] || {
    printf '%s %s\n' "$by" "$(field "$found" 'it[0]["regions"]')" >"$record.new"
    mv "$record.new" "$record"
  }
  rm -f "$loading"
}
