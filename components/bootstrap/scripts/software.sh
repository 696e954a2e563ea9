#!/usr/bin/env bash
# Phase 2: the wheelhouse, resolved, downloaded and built once, then this host's installation from it.
# Inputs:  SHARE, PYTHON, PYTHON_INDEX, SOURCE_KIND (git|wheel|directory), SOURCE, SOURCE_COMMIT, assets
#          lock.txt (packages by hash), tools.txt (installer by hash), antares3_compat.*,
#          verify_imports.py; the service user's values.
# Effect:  SHARE/wheelhouse/DIGEST, complete or not there at all; /opt/antares/venv made from it.
set -euo pipefail

# What identifies the source's content, so that changed sources make another wheelhouse.
source_identity() {
  case $SOURCE_KIND in
  git) printf 'git %s' "$SOURCE_COMMIT" ;;
  wheel)
    [ -f "$SOURCE" ] || fail "software.source: no wheel $SOURCE on $ANTARES_HOST"
    sha256sum <"$SOURCE"
    ;;
  directory)
    [ -d "$SOURCE" ] || fail "software.source: no directory $SOURCE on $ANTARES_HOST"
    # Build residue is not source.
    (cd "$SOURCE" && find . -type f -not -path '*/.git/*' -not -path '*/__pycache__/*' -not -path './build/*' \
      -not -path '*.egg-info/*' -print0 | sort -z | xargs -0 -r sha256sum) | sha256sum
    ;;
  *) fail "unknown kind of source: $SOURCE_KIND" ;;
  esac
}

index_options() { [ -z "$PYTHON_INDEX" ] || printf -- '--index-url\n%s\n--trusted-host\n%s\n' "$PYTHON_INDEX" "$(index_host)"; }
# A site's own index is often plain http; integrity comes from the lock's hashes.
index_host() { local rest=${PYTHON_INDEX#*://}; printf '%s' "${rest%%/*}"; }

pip_wheel() { "$build/tools/bin/pip" --disable-pip-version-check wheel -q --no-deps --wheel-dir "$build/wheels" "$@"; }

fetch_source() {
  case $SOURCE_KIND in
  git)
    packages git
    timeout 300 git clone -q --no-checkout "$SOURCE" "$build/source" ||
      fail "software.source: cannot clone $SOURCE; give a wheel or a directory where this site has no way there"
    git -C "$build/source" checkout -q --detach "$SOURCE_COMMIT"
    ;;
  wheel) cp "$SOURCE" "$build/" ;;
  directory) cp -a "$SOURCE" "$build/source" ;;
  esac
}

# The distribution `antares` of the public index is an unrelated project: only `madmex` will do.
build_antares() {
  fetch_source
  if [ "$SOURCE_KIND" = wheel ]; then cp "$build"/*.whl "$build/antares/"; else
    (cd "$build/source" && rm -rf build ./*.egg-info &&
      "$build/tools/bin/pip" --disable-pip-version-check wheel -q --no-deps --no-build-isolation --no-index \
        --wheel-dir "$build/antares" .) || fail "software.source: $SOURCE cannot be built"
  fi
  local names; names=$(find "$build/antares" -name '*.whl' -printf '%f\n')
  case $names in
  madmex-*) mv "$build/antares/$names" "$build/wheels/" ;;
  *) fail "software.source: $SOURCE is the distribution ${names%%-*}, not madmex" ;;
  esac
}

build_wheelhouse() {
  local options; mapfile -t options < <(index_options)
  mkdir -p "$build/wheels" "$build/antares" "$build/compat"
  packages g++ python3-dev libgdal-dev
  "$PYTHON" -m venv "$build/tools"
  "$build/tools/bin/pip" --disable-pip-version-check install -q "${options[@]}" --no-deps --require-hashes \
    -r "$ANTARES_WORK/tools.txt"
  pip_wheel "${options[@]}" --require-hashes -r "$ANTARES_WORK/tools.txt"
  # GDAL's binding has no wheel: it is built against the distribution's library with the lock's numpy in place.
  awk '/^[^ ]/ {gdal = /^gdal==/} {print > (gdal ? gdalfile : restfile)}' gdalfile="$build/gdal.txt" \
    restfile="$build/rest.txt" "$ANTARES_WORK/lock.txt"
  local library; library=$(dpkg-query -W -f '${Version}' libgdal-dev | sed 's/[+~-].*//')
  grep -q "^gdal==$library " "$build/gdal.txt" ||
    fail "the lock pins $(head -n 1 "$build/gdal.txt" | cut -d' ' -f1), this distribution has GDAL $library"
  pip_wheel "${options[@]}" --require-hashes -r "$build/rest.txt"
  "$build/tools/bin/pip" --disable-pip-version-check install -q --no-index --find-links "$build/wheels" \
    --no-deps numpy packaging setuptools wheel
  pip_wheel "${options[@]}" --no-build-isolation --require-hashes -r "$build/gdal.txt"
  build_antares
  cp "$ANTARES_WORK"/antares3_compat.* "$build/compat/"
}

publish_wheelhouse() {
  rm -rf "$build/tools" "$build/source" "$build/antares" "$build"/*.whl "$build"/*.txt
  (cd "$build" && find . -type f -not -name MANIFEST -print0 | sort -z | xargs -0 sha256sum >MANIFEST)
  sync -f "$build/MANIFEST"
  mv "$build" "$house"
}

use_mirror
service_user
digest=$({
  cat "$ANTARES_WORK"/lock.txt "$ANTARES_WORK"/tools.txt "$ANTARES_WORK"/antares3_compat.*
  "$PYTHON" -c 'import sys, sysconfig; print(sys.version_info[:2], sysconfig.get_platform())'
  source_identity
} | sha256sum | cut -c 1-16)
house=$SHARE/wheelhouse/$digest
if [ -f "$house/MANIFEST" ] && (cd "$house" && sha256sum --quiet -c MANIFEST); then
  printf 'wheelhouse %s is complete\n' "$digest"
else
  # Left by a killed run, or damaged: nothing of it is trusted.
  rm -rf "$house" "$SHARE/wheelhouse"/.building.*
  build=$SHARE/wheelhouse/.building.$digest
  mkdir "$build"
  build_wheelhouse
  publish_wheelhouse
fi
install_software "$house"
# Once per wheelhouse: `antares init` works on sets of which half of the package cannot be imported.
imports=$SHARE/state/imports-$digest.json
if [ ! -s "$imports" ]; then
  as_service /opt/antares/venv/bin/python "$ANTARES_WORK/verify_imports.py" >"$imports.new" ||
    { cat "$imports.new"; fail "modules of madmex cannot be imported, or antares is not its command"; }
  mv "$imports.new" "$imports"
fi
emit "{\"wheelhouse\": \"$digest\", \"wheels\": $(find "$house/wheels" -name '*.whl' | wc -l), \"antares\": \"$(antares_version)\"}"
