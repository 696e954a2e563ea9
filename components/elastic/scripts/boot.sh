#!/usr/bin/env bash
# First boot of a node that an Auto Scaling group has started.
# Inputs:  AGENT_SOURCE; beside this file: enter (makes a node of this host) and lifecycle.py (speaks with the group).
#          BOOT_SECONDS, PAUSE_SECONDS: for how long, and how often, it is tried.
# Effect:  the host is a node and the group knows it. A node that cannot join is left as it is until the group's
#          patience ends: it can be looked at, and a broken recipe does not burn one instance after another.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
say() { printf 'antares: %s\n' "$*"; }

install_agent || say "the agent of Systems Manager was not installed; this node joins without it"
until timeout -k 30 20m bash --norc "$here/enter"; do
  if [ "$SECONDS" -ge "${BOOT_SECONDS:-1500}" ]; then
    say "this host is no node yet; the reason is above and in /var/log/antares/join.log"
    exit 1
  fi
  say "trying again in ${PAUSE_SECONDS:-30} s"
  sleep "${PAUSE_SECONDS:-30}"
done
python3 "$here/lifecycle.py" complete join
