#!/usr/bin/env bash
# Ports that our own programs will listen on.
# Inputs:  PORTS ("PORT PATTERN WORDS" lines; a program whose command line has the pattern is our own).
# Effect:  none; defines the checks that main.sh calls.
set -euo pipefail

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
