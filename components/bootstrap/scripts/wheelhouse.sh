#!/usr/bin/env bash
# How a wheelhouse is made: wheels are installed and byte-compiled once, and every host unpacks what came of it.
# Inputs:  PYTHON, the inputs of wheels.sh, the service user's values, assets antares3_compat.*, verify_imports.py; the
#          functions of install.sh and wheels.sh.
# Effect:  functions only.
set -euo pipefail

# make_environment VENV: from the wheels, with its byte code, where every host will have it.
make_environment() {
  local venv=$1 site found
  empty_environment "$venv"
  find "$build/wheels" -name '*.whl' -printf '%f\n' | sed 's/^\([^-]*\)-\([^-]*\)-.*/\1==\2/' >"$build/set.txt"
  # uv unpacks into its cache: hard links from one beside the environment save a second copy of all files.
  "$build/tools/bin/uv" pip install -q --no-config --cache-dir "$venv/.cache" --link-mode hardlink --offline \
    --no-index --find-links "$build/wheels" --no-deps --python "$venv/bin/python" -r "$build/set.txt"
  rm -rf "$venv/.cache"
  site=$(site_packages "$venv")
  cp "$ANTARES_WORK"/antares3_compat.* "$site/"
  # No host compiles, and none writes into its installation later. Nothing edits one in place, so nothing needs to look
  # whether byte code is current. Modules that are not for this Python are left out.
  "$venv/bin/python" -m compileall -qq -f -j 0 --invalidation-mode unchecked-hash "$site" || true
  # `antares init` works on sets of which half of the package cannot be imported.
  found=$(as_service "$venv/bin/python" "$ANTARES_WORK/verify_imports.py") || {
    printf '%s\n' "$found"
    fail "modules of madmex cannot be imported, or antares is not its command"
  }
}

# pack VENV: all but what each host's own Python makes, and the licence that `antares init` writes.
pack() {
  tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --anchored --exclude='bin/python*' \
    --exclude='bin/[Aa]ctivate*' --exclude='lib/*/madmex/bin/bis/license.txt' -cf - bin include lib |
    zstd -q -T0 -6 --long=27 -o "$build/environment.tar.zst"
}

# make_wheelhouse HOUSE: there is nothing at HOUSE unless it is complete.
make_wheelhouse() {
  local house=$1 venv
  venv=$(environment "$house")
  build=${house%/*}/.building.${house##*/}
  # Left by a killed run, or damaged: nothing of it is trusted.
  rm -rf "$house" "${house%/*}"/.building.*
  mkdir "$build"
  # A finished one may be in use here: it is packed as it is, never made anew under those who use it.
  if [ ! -f "$venv/.complete" ]; then
    build_wheels
    make_environment "$venv"
    touch "$venv/.complete"
    rm -rf "${build:?}"/*
  fi
  pack "$venv"
  (cd "$build" && sha256sum ./environment.tar.zst >MANIFEST)
  sync -f "$build/MANIFEST"
  mv "$build" "$house"
}
