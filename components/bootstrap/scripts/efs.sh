#!/usr/bin/env bash
# Amazon's file system as the share: mounted as it is, or through an encrypted way to it.
# Inputs:  SHARE_TLS (port on the loopback through which it is encrypted; empty: in clear), the inputs of mount.sh and
#          tunnel.sh; POLICY_SECONDS: how long a server that refuses is waited for where the way has changed.
# Effect:  mount_efs. A share that is mounted the other way is mounted anew; what holds its files open keeps the old
#          way until it ends.
set -euo pipefail

mount_efs() {
  local server=${SHARE_SOURCE%%:*} left=
  await_name "$server"
  if [ -n "$SHARE_TLS" ]; then
    open_tunnel "$server"
    SHARE_SOURCE=127.0.0.1:${SHARE_SOURCE#*:}
    SHARE_OPTIONS+=,port=$SHARE_TLS,x-systemd.after=antares-share.service
  fi
  change_way
  mount_nfs
  if [ -z "$SHARE_TLS" ]; then close_tunnel "$left"; fi
}

# await_name SERVER: the name of a file system that Amazon has just made takes a while to be known.
await_name() {
  local end=$((SECONDS + 180))
  until getent hosts "$1" >/dev/null || [ "$SECONDS" -ge "$end" ]; do sleep 2; done
}

# Mounts the share anew where it is mounted the other way. Sets `left` where programs hold it open: they lose it only
# as they end, and their files with it never.
change_way() {
  local now; now=$(findmnt -n -o SOURCE --mountpoint "$SHARE" | tail -n 1 || true)
  case $now in '' | "$SHARE_SOURCE") return 0 ;; esac
  printf 'the share is mounted from %s; from now on it is %s\n' "$now" "$SHARE_SOURCE"
  timeout 60 umount "$SHARE" || { left=open; umount -l "$SHARE"; }
  fstab_line
  # Amazon takes minutes to follow a changed policy, and refuses until then who comes in clear. What is refused
  # longer is mount_nfs's to tell.
  wait_until "${POLICY_SECONDS:-300}" mounts_again || true
}

mounts_again() { daemon timeout 120 mount "$SHARE" || { sleep 5; return 1; }; }
