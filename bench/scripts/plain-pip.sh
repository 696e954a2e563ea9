#!/usr/bin/env bash
# Bench: the same lock by pip, as its documentation says, into a fresh environment.
# Inputs:  PYTHON, PYTHON_INDEX, assets lock.txt, and those of packages.sh and set-aside.sh, which are read before.
# Effect:  emits the seconds; the environment stays.
set -euo pipefail

plain=/opt/antares/plain
set_aside "$plain"
# What builds GDAL's binding is not what is compared; on a wheelhouse's host it was never needed.
use_mirror
packages g++ python3-dev libgdal-dev
sync -f /opt/antares
begun=$EPOCHREALTIME
"$PYTHON" -m venv "$plain"
pip() { "$plain/bin/pip" --disable-pip-version-check install -q --no-cache-dir --no-deps "$@"; }
index=(--index-url "$PYTHON_INDEX" --trusted-host "$(printf '%s' "$PYTHON_INDEX" | cut -d/ -f3)")
# GDAL's binding has no wheel, and builds only where the lock's numpy is installed already.
cd "$ANTARES_WORK"
awk '/^[^ ]/ {gdal = /^gdal==/} {print > (gdal ? "gdal.txt" : "rest.txt")}' lock.txt
pip "${index[@]}" --require-hashes -r rest.txt
pip "${index[@]}" --require-hashes --no-build-isolation -r gdal.txt
emit "$(awk -v b="$begun" -v e="$EPOCHREALTIME" 'BEGIN {print e - b}')"
