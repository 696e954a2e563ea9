#!/usr/bin/env bash
# Bench: this host's installation from the wheelhouse once more, by the very function that the software phase and every node use.
# Inputs:  HOUSE, and those of install.sh and set-aside.sh, which are read before.
# Effect:  /opt/antares/venv made anew; the old one is out of the way before the clock starts.
set -euo pipefail

set_aside "/opt/antares/${HOUSE##*/}"
begun=$EPOCHREALTIME
install_software "$HOUSE" "$(made_hash "$HOUSE")"
emit "$(awk -v b="$begun" -v e="$EPOCHREALTIME" 'BEGIN {print e - b}')"
