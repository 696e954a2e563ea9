#!/usr/bin/env bash
# The wheels of the set: downloaded by the lock's hashes, or built where there are none, once for every host.
# Inputs:  PYTHON, PYTHON_INDEX, SOURCE_KIND (git|wheel|directory), SOURCE, SOURCE_COMMIT, assets lock.txt
#          (packages by hash), tools.txt (installer by hash).
# Effect:  build_wheels: build/wheels and build/tools.
set -euo pipefail

# The folder of the wheelhouse while it is made.
build=

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

build_wheels() {
  local options; mapfile -t options < <(index_options)
  mkdir -p "$build/wheels" "$build/antares"
  packages g++ python3-dev libgdal-dev python3-venv zstd
  "$PYTHON" -m venv "$build/tools"
  "$build/tools/bin/pip" --disable-pip-version-check install -q "${options[@]}" --no-deps --require-hashes \
    -r "$ANTARES_WORK/tools.txt"
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
}
