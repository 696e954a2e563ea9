#!/usr/bin/env bash
# Bench: the same lock by pip, as its documentation says, into a fresh environment.
# Inputs:  PYTHON, PYTHON_INDEX, assets lock.txt; FROM (index|wheels), HOUSE (where FROM is wheels), and those of
#          packages.sh, which is read before.
# Effect:  emits the seconds; the environment is removed again.
set -euo pipefail

plain=/opt/antares/plain
rm -rf "$plain"
# What builds GDAL's binding is not what is compared; on a wheelhouse's host it was never needed.
[ "$FROM" = wheels ] || { use_mirror; packages g++ python3-dev libgdal-dev; } >&2
sync -f /opt/antares
begun=$EPOCHREALTIME
"$PYTHON" -m venv "$plain"
pip() { "$plain/bin/pip" --disable-pip-version-check install -q --no-cache-dir --no-deps "$@"; }
if [ "$FROM" = wheels ]; then
  mapfile -t wheels < <(find "$HOUSE/wheels" -name '*.whl' -not -name 'wheelhouse_bytecode-*')
  pip --no-index "${wheels[@]}"
else
  index=(--index-url "$PYTHON_INDEX" --trusted-host "$(printf '%s' "$PYTHON_INDEX" | cut -d/ -f3)")
  # GDAL's binding has no wheel, and builds only where the lock's numpy is installed already.
  cd "$ANTARES_WORK"
  awk '/^[^ ]/ {gdal = /^gdal==/} {print > (gdal ? "gdal.txt" : "rest.txt")}' lock.txt
  pip "${index[@]}" --require-hashes -r rest.txt
  pip "${index[@]}" --require-hashes --no-build-isolation -r gdal.txt
fi
emit "$(awk -v b="$begun" -v e="$EPOCHREALTIME" 'BEGIN {print e - b}')"
rm -rf "$plain"
