#!/usr/bin/env bash
# The share as this host offers it to the others; apart from mount.sh, which every node is sent.
# Inputs:  SHARE, DEBIAN_MIRROR.
# Effect:  nfs-kernel-server exports SHARE.
set -euo pipefail

# Offered to the networks that this host is in under the name that the nodes use, to no other.
export_share() {
  need nfs-kernel-server
  mkdir -p "$SHARE" /etc/exports.d
  local address network
  address=$(getent ahostsv4 "$(hostname -f)" | awk 'NR == 1 {print $1}')
  network=$(ip -o -4 route show scope link src "$address" | awk 'NR == 1 {print $1}')
  [ -n "$network" ] || fail "the network of $(hostname -f) ($address) is not known: it must not be a loopback address"
  printf '%s %s(rw,sync,no_subtree_check,no_root_squash)\n' "$SHARE" "$network" >/etc/exports.d/antares3.exports
  daemon service nfs-kernel-server start || true
  exportfs -ra
  exportfs | grep -qF "$SHARE" || fail "nfs-kernel-server does not export $SHARE"
}
