#!/usr/bin/env bash
# Programs and daemons that stay on a host, replaced only where they changed.
# Inputs:  none.
# Effect:  functions for scheduler.sh, membership.sh and tunnel.sh.
set -euo pipefail

# place MODE PATH: stdin becomes the file, as a whole; succeeds where that changed it.
place() {
  cat >"$2.new"
  chmod "$1" "$2.new"
  if cmp -s "$2.new" "$2"; then
    rm "$2.new"
    return 1
  fi
  mv "$2.new" "$2"
}

# known_service NAME always|on-failure: started at boot, and known to systemd where there is one. It leaves ended what a
# script of init.d has started, but starts it again where it is told to and the script's header names a `pidfile`.
known_service() {
  mkdir -p "/etc/systemd/system/$1.service.d"
  printf '[Service]\nRestart=%s\nRestartSec=2\n' "$2" |
    place 0644 "/etc/systemd/system/$1.service.d/antares.conf" || true
  update-rc.d "$1" defaults
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
}

# gridengine_daemon SERVICE PROGRAM: systemd takes a script that once chose to start nothing for one that runs.
gridengine_daemon() { pgrep -x "$2" >/dev/null || daemon service "$1" restart; }

# wait_until SECONDS COMMAND...
wait_until() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.3
  done
}

# heard FQDN: Grid Engine has a load value of that host.
heard() {
  timeout 20 qhost -h "$1" 2>/dev/null | awk -v host="${1,,}" 'tolower($1) == host && $7 != "-" {found = 1} END {exit !found}'
}
