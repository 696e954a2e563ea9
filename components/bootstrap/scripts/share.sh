#!/usr/bin/env bash
# The shared directory, its layout, and the proof that it is the one that was set up.
# Inputs:  SHARE, the inputs of mount.sh and export.sh, the service user's values.
# Effect:  folders below SHARE; SHARE/.antares-share carries an id, written once; /etc/antares/share has path and id
#          of a share that the site mounts.
set -euo pipefail

# While the site's mount is away, its bare mount point looks like a share that nobody has set up yet.
known_share=/etc/antares/share
known_again() {
  local path='' id=''
  { read -r path && read -r id; } <"$known_share" || true
  [ "$path" != "$SHARE" ] || [ "$(cat "$SHARE/.antares-share" 2>/dev/null)" = "$id" ] ||
    fail "share.path: at $SHARE is not the share that was set up there (it has no marker .antares-share, or another" \
      "one): mount that share, or, where it is gone for good: rm $known_share"
}

service_user
if [ "$SHARE_KIND" = exported ]; then export_share; fi
mount_share
if [ "$SHARE_KIND" = path ] && [ -s "$known_share" ]; then known_again; fi

# Root owns what root runs later; only the service user's own folders are writable by jobs.
install -d -o root -g root -m 0755 "$SHARE" "$SHARE/wheelhouse" "$SHARE/recipe" "$SHARE/state" \
  "$SHARE/state/joined" "$SHARE/membership" "$SHARE/membership/nodes" "$SHARE/membership/answers"
# Root writes the settings, each of which is the service user's: no job may put a link in their way.
install -d -o root -g "$SERVICE_USER" -m 0750 "$SHARE/settings"
install -d -o "$SERVICE_USER" -g "$SERVICE_USER" -m 0750 "$SHARE/data" "$SHARE/state/dask"

marker=$SHARE/.antares-share
if [ ! -s "$marker" ]; then
  cat /proc/sys/kernel/random/uuid >"$marker.new"
  sync "$marker.new"
  mv "$marker.new" "$marker"
fi
id=$(cat "$marker")
[ "${#id}" -eq 36 ] || fail "$marker is damaged: it should hold one id; remove it and run again"
if [ "$SHARE_KIND" = path ]; then
  mkdir -p "${known_share%/*}"
  printf '%s\n' "$SHARE" "$id" >"$known_share.new"
  mv "$known_share.new" "$known_share"
fi
emit "{\"id\": \"$id\"}"
