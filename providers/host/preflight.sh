#!/usr/bin/env bash
# Looks whether this host can be taken into a cluster, and says who it is.
# In (variables set before it): MODE=check|read, SERVICE_USER, SERVICE_UID, SPACE ("MIB PATH" lines),
#   PYTHON (empty: the distribution's), DATABASE_PORT (empty: no local database).
# Out: lines "fact NAME VALUE", "fault TEXT", "warning TEXT", and "end" as the last one.
# Effect: none, but for /etc/antares/host-id on a host without a machine id (MODE=check).
set -euo pipefail

say() { printf '%s %s\n' "$1" "$2"; }

check_rights() {
  [ "$(id -u)" -eq 0 ] ||
    say fault "needs root: log in as root, or let $(id -un) run sudo without a password"
}

check_distribution() {
  [ "$distribution" = "debian 12" ] || [ -n "$PYTHON" ] ||
    say warning "is $distribution, not debian 12: name a Python interpreter (software.python)"
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
  command -v "${PYTHON:-python3}" >/dev/null && return
  if [ -z "$PYTHON" ] || [[ $PYTHON =~ ^(/usr/bin/)?python3(\.11)?$ ]]; then
    command -v apt-get >/dev/null && return
  fi
  say fault "has no Python interpreter ${PYTHON:-python3}, and it cannot be installed"
}

# A PostgreSQL cluster named "antares" is what an earlier run made.
check_port() {
  [ -n "$DATABASE_PORT" ] || return 0
  listens "$DATABASE_PORT" || return 0
  if command -v pg_lsclusters >/dev/null &&
    pg_lsclusters -h | awk -v p="$DATABASE_PORT" '$2 == "antares" && $3 == p { f = 1 } END { exit !f }'
  then return 0; fi
  say fault "port $DATABASE_PORT is taken by another program (database.port)"
}

listens() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v p="$(printf '%04X' "$1")" '$4 == "0A" && $2 ~ ":" p "$" { f = 1 } END { exit !f }'
}

# A machine id is made once per installation; images for cloning come without one.
identify() {
  local id=""
  [ ! -r /etc/machine-id ] || id=$(tr -dc 0-9a-f </etc/machine-id)
  if [ "${#id}" -ne 32 ]; then
    if [ ! -s /etc/antares/host-id ] && [ "$MODE" = check ] && [ "$(id -u)" -eq 0 ]; then
      mkdir -p /etc/antares
      od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >/etc/antares/host-id.new
      mv /etc/antares/host-id.new /etc/antares/host-id
    fi
    id=$(cat /etc/antares/host-id 2>/dev/null || true)
  fi
  say fact "identity $id"
}

main() {
  # shellcheck disable=SC1091
  distribution=$(. /etc/os-release 2>/dev/null && echo "${ID:-other} ${VERSION_ID:-}" || echo other)
  identify
  say fact "fqdn $(timeout 10 hostname -f 2>/dev/null || cat /proc/sys/kernel/hostname)"
  say fact "distribution $distribution"
  say fact "python $(timeout 20 "${PYTHON:-python3}" -c \
    'import platform; print(platform.python_version())' 2>/dev/null || true)"
  if [ "$MODE" = check ]; then
    for check in rights distribution user space python port; do "check_$check"; done
  fi
  say end ""
}

# The script itself arrives on standard input: nothing that it calls may read from there.
main </dev/null
