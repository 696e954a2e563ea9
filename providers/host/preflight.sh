#!/usr/bin/env bash
# Looks whether this host can be taken into a cluster, and says who it is.
# In (variables set before it): MODE=check|read, SERVICE_USER, SERVICE_UID, SPACE ("MIB PATH" lines),
#   PYTHON (empty: the distribution's), PORTS ("PORT PATTERN WORDS" lines; a program whose command line has
#   the pattern is our own), SCHEDULER=master|node (empty: no Grid Engine), SHARE_KIND=path|nfs (empty: not
#   looked at), SHARE_PATH, SHARE_SOURCE, SHARE_OPTIONS.
# Out: lines "fact NAME VALUE", "fault TEXT", "warning TEXT", and "end" as the last one.
# Effect: none that stays, but for /etc/antares/host-id on a host without a machine id that has no fault
#   (MODE=check).
set -euo pipefail
shopt -s inherit_errexit

say() { printf '%s %s\n' "$1" "$2"; }

is_root() { [ "$(id -u)" -eq 0 ]; }

check_rights() {
  is_root || say fault "needs root: log in as root, or let $(id -un) run sudo without a password"
}

# Elsewhere than on debian 12 nothing can be installed by us that has the right Python.
check_distribution() {
  [ "$distribution" != "debian 12" ] || return 0
  if [[ $python == 3.11.* ]]; then
    say warning "is $distribution, not debian 12: this is not rehearsed"
  else
    say fault "is $distribution, not debian 12: install Python 3.11 on it and name it (software.python)"
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
    [ -z "$PYTHON" ] || [[ $python == 3.11.* ]] ||
      say fault "has Python ${python:-of an unknown version} as $PYTHON, needs 3.11 (software.python)"
    return 0
  fi
  if [ -z "$PYTHON" ] || [[ $PYTHON =~ ^(/usr/bin/)?python3(\.11)?$ ]]; then
    command -v apt-get >/dev/null && return
  fi
  say fault "has no Python interpreter ${PYTHON:-python3}, and it cannot be installed"
}

# What an earlier run of ours has started may listen; only root sees who does.
check_ports() {
  local port pattern words inode pid
  is_root || return 0
  while read -r port pattern words; do
    [ -n "$port" ] || continue
    for inode in $(listening "$port"); do
      pid=$(owner_of "$inode")
      if [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qE "$pattern"; then continue; fi
      say fault "port $port is taken by another program, $(program "$pid") ($words)"
      break
    done
  done <<<"$PORTS"
}

program() { cat "/proc/${1:-none}/comm" 2>/dev/null || echo 'of the kernel'; }

# listening PORT: inodes of the sockets that listen on it.
listening() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v p="$(printf '%04X' "$1")" '$4 == "0A" && $2 ~ ":" p "$" { print $10 }'
}

# owner_of INODE: a process that has this socket open.
owner_of() {
  local found
  found=$(find /proc/[0-9]*/fd -lname "socket:\[$1\]" -print -quit 2>/dev/null || true)
  if [[ $found =~ ^/proc/([0-9]+)/ ]]; then echo "${BASH_REMATCH[1]}"; fi
}

# Grid Engine knows a host by the name that its address has, and refuses one whose own name is "localhost".
check_names() {
  local short address back
  [ -n "$SCHEDULER" ] || return 0
  short=${fqdn%%.*}
  address=$( (getent ahostsv4 "$fqdn" || getent ahosts "$fqdn" || true) | awk '{ print $1; exit }')
  case $address in
  '') say fault "has a name that no address has, $fqdn: add to /etc/hosts: $(own_address) $fqdn $short" ;;
  127.* | ::1)
    [ "$SCHEDULER" = node ] || say fault "has its own name $fqdn on $address, where no other host can reach \
it: put into /etc/hosts instead: $(own_address) $fqdn $short"
    ;;
  *)
    back=$(getent hosts "$address" | awk '{ print $2; exit }' || true)
    [ "${back,,}" = "${fqdn,,}" ] || say fault "has names that disagree: $fqdn is $address, and $address is \
${back:-nobody}: put first into /etc/hosts: $address $fqdn $short"
    ;;
  esac
}

own_address() { hostname -I | awk '{ print ($1 == "" ? "ADDRESS" : $1) }'; }

# A host is in one cell. The file of the package names the master; ours says that we wrote it.
check_cell() {
  local of ours
  [ -n "$SCHEDULER" ] || return 0
  of=$(tr -d '[:space:]' 2>/dev/null </var/lib/gridengine/default/common/act_qmaster || true)
  ours=$(tr -d '[:space:]' 2>/dev/null </etc/antares/gridengine || true)
  [ -z "$of" ] || [ "$of" = "$ours" ] ||
    say fault "is in another Grid Engine cell, of $of: purge gridengine-common there if it is not needed"
}

# Bounded, because a server that is away makes everybody wait who looks at the share.
check_share() {
  local part code=0
  is_root || return 0
  case $SHARE_KIND in
  path) part="try_path" ;;
  nfs)
    if awk -v p="$SHARE_PATH" '$2 == p { found = 1 } END { exit !found }' /proc/mounts; then part=try_path
    elif [ -x /sbin/mount.nfs4 ]; then part=try_nfs
    else return 0; fi # without a client nothing can be tried yet: the step that mounts the share tells
    ;;
  *) return 0 ;;
  esac
  export SHARE_PATH SHARE_SOURCE SHARE_OPTIONS
  timeout -k 2 20 unshare --mount --propagation private \
    bash -c "set -euo pipefail; $(declare -f say try_path try_nfs try_root); $part" || code=$?
  case $code in
  0) ;;
  124 | 137) say fault "cannot use the share at $SHARE_PATH: it did not answer within 20 s" ;;
  *) say fault "cannot use the share at $SHARE_PATH: trying it ended with exit code $code" ;;
  esac
}

try_path() {
  if [ ! -d "$SHARE_PATH" ]; then say fault "has no share at $SHARE_PATH: it must be mounted there (share.kind)"
  elif [ "$(df --output=target "$SHARE_PATH" | tail -n 1)" = / ]; then
    say fault "has no share at $SHARE_PATH: that is a directory on its own disk (share.kind)"
  else try_root "$SHARE_PATH"; fi
}

# In a mount namespace of its own: the host sees nothing of it.
try_nfs() {
  local message
  mount -t tmpfs -o size=64k antares-preflight /mnt
  mkdir /mnt/share
  if message=$(mount -t nfs4 -o "$SHARE_OPTIONS" "$SHARE_SOURCE" /mnt/share 2>&1); then
    try_root /mnt/share
    umount /mnt/share
  else
    say fault "cannot mount the share $SHARE_SOURCE: ${message##*$'\n'}"
  fi
}

try_root() {
  local file owner
  if file=$(mktemp "$1/.antares-preflight.XXXXXX" 2>/dev/null); then
    owner=$(stat -c %u "$file")
    rm -f "$file"
    [ "$owner" -eq 0 ] || say fault "is squashed on the share: root's files there belong to UID $owner \
(export it with no_root_squash)"
  else
    say fault "cannot write to the share as root: it is read-only or squashes root (export it with no_root_squash)"
  fi
}

check_all() {
  local check
  for check in rights distribution user names cell space python ports share; do "check_$check"; done
}

# identify make|find: a machine id is made once per installation; images for cloning come without one.
identify() {
  local id=""
  [ ! -r /etc/machine-id ] || id=$(tr -dc 0-9a-f </etc/machine-id)
  if [ "${#id}" -ne 32 ]; then
    if [ ! -s /etc/antares/host-id ] && [ "$1" = make ] && is_root; then
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
  fqdn=$(timeout 10 hostname -f 2>/dev/null || cat /proc/sys/kernel/hostname)
  python=$(timeout 20 "${PYTHON:-python3}" -c \
    'import platform; print(platform.python_version())' 2>/dev/null || true)
  say fact "fqdn $fqdn"
  say fact "distribution $distribution"
  say fact "python $python"
  if [ "$MODE" = check ]; then
    found=$(check_all)
    printf '%s\n' "$found"
    # A host that is refused is left as it was.
    if grep -q '^fault ' <<<"$found"; then identify find; else identify make; fi
  else
    identify find
  fi
  say end ""
}

# The script itself arrives on standard input: nothing that it calls may read from there.
main </dev/null
