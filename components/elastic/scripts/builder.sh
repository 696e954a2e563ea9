#!/usr/bin/env bash
# First boot of the machine that becomes the image of elastic nodes.
# Inputs:  SHARE; beside this file: bake (installs the software and removes what is the machine's own). In tests:
#          INSTANCE_FILE, DONE_FILE.
# Effect:  that of bake; where it fails, its last lines lie in SHARE/state/images/INSTANCE.failed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
instance=$(cat "${INSTANCE_FILE:-/var/lib/cloud/data/instance-id}")
images=$SHARE/state/images
done_file=${DONE_FILE:-/var/lib/antares-image}
# Its first boot comes again when the image has been made, because it was forgotten for it. Not asked on the share:
# that is not mounted then.
[ "$(cat "$done_file" 2>/dev/null)" != "$instance" ] || exit 0
if ! timeout -k 30 30m bash --norc "$here/bake" >"$here/said" 2>&1; then
  cat "$here/said"
  # Below a bare mount point there is nobody who would read it.
  [ -s "$SHARE/.antares-share" ] && mkdir -p "$images" && tail -n 30 "$here/said" >"$images/$instance.failed"
  exit 1
fi
printf '%s\n' "$instance" >"$done_file"
