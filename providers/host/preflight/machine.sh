#!/usr/bin/env bash
# The machine itself: rights, distribution, service user, room, Python.
# Inputs:  SERVICE_USER, SERVICE_UID, SPACE ("MIB PATH" lines), PYTHON (empty: the distribution's); DISTRIBUTION,
#          FOUND_PYTHON.
# Effect:  none; defines the checks that main.sh calls.
set -euo pipefail

check_rights() {
  is_root || say fault "needs root: log in as root, or let $(id -un) run sudo without a password"
}

# Elsewhere than on debian 12 nothing can be installed by us that has the right Python. A path says that somebody has
# chosen it: python3.11 alone is what is looked for where nothing is named.
check_distribution() {
  [ "$DISTRIBUTION" != "debian 12" ] || return 0
  if [[ $FOUND_PYTHON != 3.11.* ]]; then
    say fault "is $DISTRIBUTION, not debian 12: install Python 3.11 on it and name its path (software.python)"
  elif [[ $PYTHON != /* ]]; then
    say fault "is $DISTRIBUTION, not debian 12: name the path of its Python 3.11 (software.python), \
$(command -v "${PYTHON:-python3}")"
  else
    say warning "is $DISTRIBUTION, not debian 12: this is not rehearsed"
  fi
}

check_user() {
  local uid name
  uid=$(getent passwd "$SERVICE_USER" | cut -d: -f3 || true)
  name=$(getent passwd "$SERVICE_UID" | cut -d: -f1 || true)
  if [ -n "$uid" ] && [ "$uid" != "$SERVICE_UID" ]; then
    say fault "user $SERVICE_USER exists with UID $uid, not $SERVICE_UID (service.uid)"
  elif [ -n "$name" ] && [ "$name" != "$SERVICE_USER" ]; then
    say fault "UID $SERVICE_UID belongs to user $name, not to $SERVICE_USER (service.uid)"
  fi
}

check_space() {
  local mib path at free
  while read -r mib path; do
    [ -n "$path" ] || continue
    at=$path
    while [ ! -e "$at" ]; do at=$(dirname "$at"); done
    if [ ! -d "$at" ]; then
      say fault "$path cannot be a directory: $at is a file"
      continue
    fi
    free=$(df -Pm "$at" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$mib" ] || say fault "$path has $free MiB free, needs $mib MiB"
  done <<<"$SPACE"
}

check_python() {
  if command -v "${PYTHON:-python3}" >/dev/null; then
    [ -z "$PYTHON" ] || [[ $FOUND_PYTHON == 3.11.* ]] ||
      say fault "has Python ${FOUND_PYTHON:-of an unknown version} as $PYTHON, needs 3.11 (software.python)"
    return 0
  fi
  if [ -z "$PYTHON" ] || [[ $PYTHON =~ ^(/usr/bin/)?python3(\.11)?$ ]]; then
    command -v apt-get >/dev/null && return
  fi
  say fault "has no Python interpreter ${PYTHON:-python3}, and it cannot be installed"
}
