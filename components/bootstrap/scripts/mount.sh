#!/usr/bin/env bash
# The share at its place on this host: the same on master and nodes.
# Inputs:  SHARE, SHARE_KIND (directory|path|nfs|efs|exported), SHARE_SOURCE (SERVER:/EXPORT) and SHARE_OPTIONS for
#          what is mounted, SHARE_SERVER (yes on the host that exports).
#          DEBIAN_MIRROR where packages may be needed for that; efs.sh for a share of that kind.
# Effect:  SHARE is there and, where it is mounted, in fstab. The bare mount point stays closed, so that nothing
#          that comes before the mount, or after its loss, is written to the local disk.
set -euo pipefail

mount_share() {
  case $SHARE_KIND in
  directory) mkdir -p "$SHARE" ;;
  path) [ -d "$SHARE" ] || fail "share.path: there is no $SHARE on this host; share.kind path means that the site mounts it" ;;
  nfs) mount_nfs ;;
  efs) mount_efs ;;
  exported) [ "$SHARE_SERVER" = yes ] || mount_nfs ;;
  *) fail "unknown kind of share: $SHARE_KIND" ;;
  esac
}

need() { use_mirror; packages "$@"; }

# The whole line of SHARE in fstab is ours; every other line stays as it is.
fstab_line() {
  local wanted="$SHARE_SOURCE $SHARE nfs4 $SHARE_OPTIONS 0 0"
  grep -qxF "$wanted" /etc/fstab 2>/dev/null && return
  { awk -v path="$SHARE" '/^[[:space:]]*#/ || $2 != path' /etc/fstab 2>/dev/null || true; printf '%s\n' "$wanted"; } \
    >/etc/fstab.antares
  chmod 0644 /etc/fstab.antares
  mv /etc/fstab.antares /etc/fstab
}

# A mount whose server or program has failed for good answers everybody with an error, and hides the mount point.
# One that hangs may go on later: it stays.
drop_dead_mount() {
  local code=0
  awk -v path="$SHARE" '$2 == path {found = 1} END {exit !found}' /proc/mounts || return 0
  timeout 30 stat -f "$SHARE" >/dev/null || code=$?
  case $code in
  0) ;;
  124) fail "the share at $SHARE does not answer" ;;
  *) umount -l "$SHARE" ;;
  esac
}

mount_nfs() {
  command -v mount.nfs4 >/dev/null || need nfs-common
  drop_dead_mount
  if mountpoint -q "$SHARE"; then
    fstab_line
  else
    [ -z "$(ls -A "$SHARE" 2>/dev/null)" ] || fail "share.path: $SHARE is a directory with files in it, not a mount point"
    if [ ! -d "$SHARE" ]; then mkdir -p "$SHARE" && chmod 0700 "$SHARE"; fi
    # Where the file system knows the flag, not even root writes below the bare mount point.
    chattr +i "$SHARE" 2>/dev/null || true
    fstab_line
    # A file system that is a program of its own outlives this script.
    daemon timeout 120 mount "$SHARE" || fail "the share $SHARE_SOURCE cannot be mounted at $SHARE"
  fi
  let_root_write
}

# Settings and recipe belong to users that only root can give files to.
let_root_write() {
  local probe
  probe=$(mktemp "$SHARE/.antares-probe.XXXXXX") || fail "root cannot write to the share $SHARE_SOURCE"
  local owner; owner=$(stat -c %u "$probe")
  rm -f "$probe"
  [ "$owner" = 0 ] || fail "the share $SHARE_SOURCE squashes root (its files belong to UID $owner): export it with no_root_squash"
}
