#!/usr/bin/env bash
# Where there is no Grid Engine: dask as a service of this one machine.
# Inputs:  SERVICE (text of its init script), SETTINGS (of /etc/default/antares-dask).
# Effect:  /etc/init.d/antares-dask, enabled and running with these settings; restarted only if anything changed.
set -euo pipefail

# write FILE MODE TEXT: succeeds where that changed the file.
write() {
  if [ -f "$1" ] && [ "$(cat "$1"; printf .)" = "$3." ]; then return 1; fi
  printf '%s' "$3" >"$1.new"
  chmod "$2" "$1.new"
  mv "$1.new" "$1"
}

changed=no
if write /etc/init.d/antares-dask 0755 "$SERVICE"; then changed=yes; fi
if write /etc/default/antares-dask 0644 "$SETTINGS"; then changed=yes; fi
update-rc.d antares-dask defaults
if [ "$changed" = yes ]; then daemon service antares-dask restart; else daemon service antares-dask start; fi
emit '{"service": "antares-dask"}'
