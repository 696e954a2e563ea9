#!/usr/bin/env bash
# A host's installation from the wheelhouse: the environment that the master finished, unpacked. For master and nodes.
# Inputs:  PYTHON, the service user's values.
# Effect:  /opt/antares/venv points to an environment that was finished; an unfinished one is never used.
set -euo pipefail

# install_software HOUSE HASH: the sha256 that its archive had when it was made.
install_software() {
  local house=$1 venv writable
  venv=$(environment "$house")
  packages "${SOFTWARE_PACKAGES[@]}"
  if [ ! -f "$venv/.complete" ]; then
    printf 'installing from %s\n' "$house"
    empty_environment "$venv"
    unpack "$house" "$venv" "$2"
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

# unpack HOUSE VENV HASH: the share is read once, so what is unpacked counts for nothing until its hash is known.
unpack() {
  local hash whole=yes
  hash=$({ hashed "$1/environment.tar.zst" | zstd -dcq | tar -C "$2" -xf -; } 5>&1) || whole=no
  [ "$hash" = "$3" ] || fail "the wheelhouse $1 is not what was made: its archive has another sha256 than $3"
  [ "$whole" = yes ] || fail "the environment of $1 cannot be unpacked into $2"
  [ -d "$(site_packages "$2")/madmex" ] || fail "the wheelhouse $1 was made for another version of Python than $PYTHON"
}

# is_whole HOUSE: its archive is there as it was made.
is_whole() {
  [ -f "$1/environment.tar.zst" ] && [ "$({ hashed "$1/environment.tar.zst" >/dev/null; } 5>&1)" = "$(made_hash "$1")" ]
}

# made_hash HOUSE: what its manifest says of the archive.
made_hash() { sed -n 's|^\([0-9a-f]\{64\}\)  \./environment\.tar\.zst$|\1|p' "$1/MANIFEST" | grep . || echo unknown; }

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
