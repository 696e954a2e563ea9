#!/usr/bin/env bash
# Whose Grid Engine this host is in: this cluster's, another one's, or nobody's.
# Inputs:  SHARE_ID (content of the share's marker) on the master; `cell` of gridengine.sh; preflight/cellUse.sh.
# Effect:  cell_claim: /etc/antares/gridengine says whose this host is. One of another cluster is refused, with how to
#          release it.
# shellcheck disable=SC2154
set -euo pipefail

# Holds the name of the master that this program gave to the cell, and on the master the id of the share: nothing
# without it is ours.
cell_marker=/etc/antares/gridengine

# Without any cell it will be ours, and from now on a killed installation is too.
cell_claim() {
  local found='' own=''
  [ ! -s "$cell/act_qmaster" ] || read -r found <"$cell/act_qmaster" || true
  [ "$1" = node ] || own=$SHARE_ID
  if [ -s "$cell_marker" ]; then
    cell_is_ours "$2" "$own"
  else
    [ "$1" = node ] || ! cell_in_use "$2" ||
      fail "this host has a Grid Engine of its own, with queues or hosts: another host must be the master"
    [ -z "$found" ] || [ "$found" = "$2" ] ||
      fail "this host belongs to the Grid Engine of $found: take it out of there, then apt-get purge gridengine-common"
  fi
  mkdir -p "${cell_marker%/*}"
  printf '%s\n' "$2" ${own:+"$own"} >"$cell_marker.new"
  mv "$cell_marker.new" "$cell_marker"
}

# cell_is_ours MASTER ID: a master's name is enough for its nodes; two clusters of one master differ by their shares.
cell_is_ours() {
  local of='' id=''
  { read -r of && read -r id; } <"$cell_marker" || true
  [ "${of,,}" = "${1,,}" ] || fail "this host is in another cluster, of the master $of: take it out of there, or let" \
    "go of it where that master is gone or was renamed: apt-get purge gridengine-common && rm $cell_marker"
  # Without an id: on a node, or from before there was one.
  [ -z "$2" ] || [ -z "$id" ] || [ "$id" = "$2" ] || fail "this host is the master of another cluster, whose share is" \
    "not the one at $SHARE; where that share is gone for good: sed -i 2d $cell_marker"
}
