#!/usr/bin/env bash
# What init does on a machine that boots or goes down; a throw-away host has no init.
# Inputs:  $1 start|stop
# Effect:  start: mounts, then the services that are installed and start at boot. stop: the other way round.
set -euo pipefail

services=(postgresql gridengine-master gridengine-exec antares-dask antares-reconciler antares-node)
failed=0

act() {
  [ -x "/etc/init.d/$1" ] || return 0
  # The caller waits for the end of the streams, which daemons would hold open.
  service "$1" "$2" </dev/null >>/var/log/services.log 2>&1 || { echo "$1 did not $2"; failed=1; }
}

case $1 in
start)
  mount -a || { echo "mount -a failed"; failed=1; }
  for service in "${services[@]}"; do act "$service" start; done
  ;;
stop)
  for ((i = ${#services[@]} - 1; i >= 0; i--)); do act "${services[i]}" stop; done
  ;;
esac
exit "$failed"
