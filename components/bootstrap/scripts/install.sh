#!/usr/bin/env bash
# A host's installation from the wheelhouse: offline, by hash, with its byte code. Used by master and nodes.
# Inputs:  PYTHON, the service user's values.
# Effect:  /opt/antares/venv points to an environment that was finished; an unfinished one is never used.
set -euo pipefail

# install_software HOUSE
install_software() {
  local house=$1 venv
  venv=/opt/antares/$(basename "$house")
  packages python3-venv libgdal32
  if [ ! -f "$venv/.complete" ]; then
    printf 'installing from %s\n' "$house"
    # The wheels are uv's to check, each as it is read: the share is read once.
    (cd "$house" && grep -v '  \./wheels/' MANIFEST | sha256sum --quiet -c -) ||
      fail "the wheelhouse $house does not match its manifest"
    mkdir -p /opt/antares
    rm -rf "$venv"
    "$PYTHON" -m venv --without-pip "$venv"
    requirements "$house" >"$ANTARES_WORK/requirements.txt"
    # Debian mounts /run so that nothing can be started there, and a share may be mounted so. uv unpacks into
    # its cache: hard links from one beside the environment save a second copy of all files.
    local tools=$venv/.tools
    mkdir "$tools"
    cp "$house/uv" "$tools/uv"
    "$tools/uv" pip install -q --no-config --cache-dir "$tools/cache" --link-mode hardlink --offline --no-index \
      --find-links "$house/wheels" --no-deps --require-hashes --python "$venv/bin/python" \
      -r "$ANTARES_WORK/requirements.txt"
    rm -rf "$tools"
    cp "$house"/compat/antares3_compat.* "$(site_packages "$venv")/"
    "$venv/bin/python" -c 'import importlib.metadata as m
owner = {e.dist.name for e in m.entry_points(group="console_scripts", name="antares")}
assert owner == {"madmex"}, f"the command antares belongs to {owner}, not to madmex"' ||
      fail "the installed antares is not the distribution madmex"
    touch "$venv/.complete"
  fi
  # `antares init` writes its licence file into the installed package as the service user, whoever that is now.
  local writable; writable=$(site_packages "$venv")/madmex/bin/bis
  mkdir -p "$writable"
  chown -R "$SERVICE_USER:$SERVICE_USER" "$writable"
  ln -sfn "$venv" /opt/antares/venv.new
  mv -T /opt/antares/venv.new /opt/antares/venv
}

site_packages() { "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

# The wheelhouse's own wheels, each by the hash that its manifest has.
requirements() {
  sed -n 's#^\([0-9a-f]\{64\}\)  \./wheels/\([^-]*\)-\([^-]*\)-.*\.whl$#\2==\3 --hash=sha256:\1#p' "$1/MANIFEST"
}

antares_version() { /opt/antares/venv/bin/python -c 'import importlib.metadata as m; print(m.version("madmex"))'; }
