#!/usr/bin/env bash
# Debian packages, the same way on every host.
# Inputs:  DEBIAN_MIRROR (empty: the host's own sources).
# Effect:  packages installed without touching the host's own apt configuration.
set -euo pipefail

# What an installation from the wheelhouse needs, on every host.
# shellcheck disable=SC2034
SOFTWARE_PACKAGES=(python3-venv libgdal32 zstd)
apt_options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 -o Acquire::http::Timeout=30)

# A closed site's mirror is used by our own calls only: the host's sources stay as they are.
use_mirror() {
  [ -n "$DEBIAN_MIRROR" ] || return 0
  # shellcheck source=/dev/null
  local codename; codename=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  mkdir -p /var/lib/antares/apt/lists/partial
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
    "$DEBIAN_MIRROR" "$codename" "$DEBIAN_MIRROR" "$codename-updates" \
    "$DEBIAN_MIRROR-security" "$codename-security" >"/var/lib/antares/apt/sources.$$"
  # Another script of this host may be reading it.
  mv "/var/lib/antares/apt/sources.$$" /var/lib/antares/apt/sources.list
  apt_options+=(-o Dir::Etc::sourcelist=/var/lib/antares/apt/sources.list -o Dir::Etc::sourceparts=-
    -o Dir::State::lists=/var/lib/antares/apt/lists)
}

installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

# packages NAME...: installs what is missing; asks the network only then. Package lists that are less than an hour old
# will do, until something in them can no longer be had. Scripts that run beside one another take turns, since apt
# does not wait for who else is fetching lists.
packages() {
  local missing
  exec 7>/run/antares-packages.lock
  # Whoever has the turn may be installing the same, and more behind it.
  until list_missing "$@" || flock -w 0.5 7; do :; done
  if ! list_missing "$@"; then
    printf 'installing: %s\n' "${missing[*]}"
    finish_interrupted
    if ! lists_are_new || ! apt_install "${missing[@]}"; then
      unattended apt-get "${apt_options[@]}" update -q || fail "the package lists cannot be read: set antares:software.debianMirror"
      mkdir -p "${lists_marker%/*}"
      printf '%s\n' "$DEBIAN_MIRROR" >"$lists_marker"
      apt_install "${missing[@]}"
    fi
  fi
  exec 7>&-
}

# finish_interrupted: what an installation has left that was cut off. dpkg does not wait for others' installations, as
# apt does: it ends with 2.
finish_interrupted() {
  local tries code
  for ((tries = 0; tries < 60; tries++)); do
    code=0; unattended dpkg --configure -a || code=$?
    [ "$code" -eq 2 ] || return "$code"
    sleep 5
  done
  return "$code"
}

# in_turn COMMAND...: while no other script of this host installs; what packages were answered is locked like them.
in_turn() {
  exec 7>/run/antares-packages.lock
  flock 7
  "$@" 7>&-
  exec 7>&-
}

# list_missing NAME...: fills `missing`; succeeds where there is none.
list_missing() {
  local name
  missing=()
  for name in "$@"; do installed "$name" || missing+=("$name"); done
  [ "${#missing[@]}" -eq 0 ]
}

# unattended COMMAND...: asks nobody, and what it starts does not inherit the turn.
unattended() { DEBIAN_FRONTEND=noninteractive daemon "$@" 7>&-; }
apt_install() { unattended apt-get "${apt_options[@]}" install -y -q --no-install-recommends "$@"; }

# Says where the lists that this host has last fetched for us are from.
lists_marker=/var/lib/antares/apt/fetched
lists_are_new() {
  [ -n "$(find "$lists_marker" -mmin -60 2>/dev/null)" ] && [ "$(cat "$lists_marker")" = "$DEBIAN_MIRROR" ]
}
