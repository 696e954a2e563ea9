#!/usr/bin/env bash
# The three settings files, once, on the share; linked into the service user's home.
# Inputs:  SHARE, DATACUBE_CONF, ANTARES_ENV, PGPASS (whole files), PROFILE, DATABASE_CA and DATABASE_CA_FILE
#          (text and file name) where the hosts do not have the database's certificates, the service user's values.
# Effect:  each file 0600 of the service user, replaced as a whole or not at all.
set -euo pipefail

write_setting() {
  local target=$SHARE/settings/$1
  (umask 077 && printf '%s' "$2" >"$target.new")
  chown "$SERVICE_USER:$SERVICE_USER" "$target.new" ||
    fail "the share does not let root give files away (root is squashed there): $target"
  sync "$target.new"
  mv "$target.new" "$target"
}

write_setting .datacube.conf "$DATACUBE_CONF"
write_setting .antares "$ANTARES_ENV"
write_setting .pgpass "$PGPASS"
if [ -n "${DATABASE_CA:-}" ]; then write_setting "$DATABASE_CA_FILE" "$DATABASE_CA"; fi
link_settings
for folder in $DATA_FOLDERS; do install -d -o "$SERVICE_USER" -g "$SERVICE_USER" -m 0750 "$folder"; done
emit '{"files": 3}'
