#!/usr/bin/env bash
# The three settings files, once, on the share; linked into the service user's home.
# Inputs:  SHARE, DATACUBE_CONF, ANTARES_ENV, PGPASS (whole files), PROFILE, DATABASE_CA and DATABASE_CA_FILE
#          (text and file name) where the hosts do not have the database's certificates, the service user's values.
# Effect:  each file 0600 of the service user, replaced as a whole or not at all.
set -euo pipefail

write_setting() {
  local target=$SHARE/settings/$1
  rm -f "$target.new"
  (umask 077 && printf '%s' "$2" >"$target.new")
  chown "$SERVICE_USER:$SERVICE_USER" "$target.new" ||
    fail "the share does not let root give files away (root is squashed there): $target"
  sync "$target.new"
  mv "$target.new" "$target"
}

# is_roots PATH: nobody else can put a link where it is made.
is_roots() {
  local part=$1
  while part=${part%/*} && [ -n "$part" ]; do
    # Of a link, who made it.
    [ "$(stat -c %u "$part" 2>/dev/null || echo 0)" = 0 ] || return 1
  done
  [ ! -L "$1" ]
}

# data_folder PATH: the service user's; below its own folders it makes them itself, with no more rights than it has.
data_folder() {
  if is_roots "$1"; then
    install -d -o "$SERVICE_USER" -g "$SERVICE_USER" -m 0750 "$1"
  else
    as_service mkdir -p -m 0750 "$1" || fail "$SERVICE_USER cannot make $1: one of the folders above it is another user's"
  fi
}

write_setting .datacube.conf "$DATACUBE_CONF"
write_setting .antares "$ANTARES_ENV"
write_setting .pgpass "$PGPASS"
if [ -n "${DATABASE_CA:-}" ]; then write_setting "$DATABASE_CA_FILE" "$DATABASE_CA"; fi
link_settings
for folder in $DATA_FOLDERS; do data_folder "$folder"; done
emit '{"files": 3}'
