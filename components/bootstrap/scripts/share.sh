#!/usr/bin/env bash
# The shared directory, its layout, and the proof that it is the one that was set up.
# Inputs:  SHARE, the inputs of mount.sh and export.sh, the service user's values.
# Effect:  folders below SHARE; SHARE/.antares-share carries an id, written once.
set -euo pipefail

service_user
if [ "$SHARE_KIND" = exported ]; then export_share; fi
mount_share

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
emit "{\"id\": \"$id\"}"
