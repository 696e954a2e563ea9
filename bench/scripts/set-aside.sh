#!/usr/bin/env bash
# Bench: room for an environment of which there is one already.
# Inputs:  none.
# Effect:  set_aside: what was there stays on the disk under another name, and nothing waits to be written.
set -euo pipefail

# set_aside PATH: never deleted. For a minute and more, ext4 without a journal looks at each file that was just deleted
# before it makes a new one: installing 30,000 then takes seconds more, which no fresh host knows.
set_aside() {
  local aside=/opt/antares/aside
  mkdir -p "$aside"
  [ ! -e "$1" ] || mv "$1" "$aside/$EPOCHREALTIME"
  sync -f /opt/antares
}
