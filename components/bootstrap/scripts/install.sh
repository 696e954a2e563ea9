#!/usr/bin/env bash
# A host's installation from the wheelhouse: the environment that the master finished, unpacked. For master and nodes.
# Inputs:  PYTHON, the service user's values.
# Effect:  /opt/antares/venv points to an environment that was finished; an unfinished one is never used.
set -euo pipefail

# install_software HOUSE
install_software() {
  local house=$1 venv writable
  venv=$(environment "$house")
  packages "${SOFTWARE_PACKAGES[@]}"
  if [ ! -f "$venv/.complete" ]; then
    printf 'installing from %s\n' "$house"
    empty_environment "$venv"
    unpack "$house" "$venv"
    touch "$venv/.complete"
  fi
  # `antares init` writes its licence file into the installed package as the service user, whoever that is now.
  writable=$(site_packages "$venv")/madmex/bin/bis
  mkdir -p "$writable"
  chown -R "$SERVICE_USER:$SERVICE_USER" "$writable"
  ln -sfn "$venv" /opt/antares/venv.new
  mv -T /opt/antares/venv.new /opt/antares/venv
}

# Where the environment of a wheelhouse is on every host: its commands have this path in their first line.
environment() { printf '/opt/antares/%s' "${1##*/}"; }

# What a host's own Python makes of an environment; nothing is left of one that was not finished.
empty_environment() {
  mkdir -p /opt/antares
  rm -rf "$1"
  "$PYTHON" -m venv --without-pip "$1"
}

# unpack HOUSE VENV: the share is read once, so what is unpacked counts for nothing until its hash is known.
unpack() {
  local hash whole=yes
  hash=$({ hashed "$1/environment.tar.zst" | zstd -dcq | tar -C "$2" -xf -; } 5>&1) || whole=no
  manifest_names "$1" "$hash" || fail "the wheelhouse $1 does not match its manifest"
  [ "$whole" = yes ] || fail "the environment of $1 cannot be unpacked into $2"
  [ -d "$(site_packages "$2")/madmex" ] || fail "the wheelhouse $1 was made for another version of Python than $PYTHON"
}

# is_whole HOUSE: its archive is there as it was made.
is_whole() {
  [ -f "$1/environment.tar.zst" ] && manifest_names "$1" "$({ hashed "$1/environment.tar.zst" >/dev/null; } 5>&1)"
}

# manifest_names HOUSE HASH: its manifest is of an archive with that hash.
manifest_names() { grep -qsx "$2  ./environment.tar.zst" "$1/MANIFEST"; }

# hashed FILE: passes it on, and its hash to descriptor 5, also where who takes it ends early. Coreutils' own hash does
# not use what processors have for it and takes 3.5 times as long; `tee` would move everything through one pipe more.
hashed() {
  "$PYTHON" - "$1" <<'PYTHON'
import hashlib, os, sys
digest, taken = hashlib.sha256(), True
with open(sys.argv[1], "rb", buffering=0) as file:
    while part := file.read(1 << 20):
        digest.update(part)
        try:
            while taken and part:
                part = part[os.write(1, part):]
        except BrokenPipeError:
            taken = False
os.write(5, digest.hexdigest().encode())
sys.exit(not taken)
PYTHON
}

site_packages() { "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

antares_version() { /opt/antares/venv/bin/python -c 'import importlib.metadata as m; print(m.version("madmex"))'; }
