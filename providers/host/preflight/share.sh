#!/usr/bin/env bash
# Root's rights on the share, tried before anything is changed.
# Inputs:  SHARE_KIND=path|nfs (empty: not looked at), SHARE_PATH, SHARE_SOURCE, SHARE_OPTIONS.
# Effect:  none; defines the checks that main.sh calls.
set -euo pipefail

# Bounded, because a server that is away makes everybody wait who looks at the share.
check_share() {
  local part code=0
  is_root || return 0
  case $SHARE_KIND in
  path) part="try_path" ;;
  nfs)
    # A dead mount is left for the step that mounts the share anew.
    if mounted && answers; then part=try_path
    elif [ -x /sbin/mount.nfs4 ]; then part=try_nfs
    else return 0; fi # without a client nothing can be tried yet: the step that mounts the share tells
    ;;
  *) return 0 ;;
  esac
  export SHARE_PATH SHARE_SOURCE SHARE_OPTIONS
  timeout -k 2 20 unshare --mount --propagation private \
    bash -c "set -euo pipefail; $(declare -f say try_path try_nfs try_root); $part" || code=$?
  case $code in
  0) ;;
  124 | 137) say fault "cannot use the share at $SHARE_PATH: it did not answer within 20 s" ;;
  *) say fault "cannot use the share at $SHARE_PATH: trying it ended with exit code $code" ;;
  esac
}

mounted() { awk -v p="$SHARE_PATH" '$2 == p { found = 1 } END { exit !found }' /proc/mounts; }

# One that only hangs may answer later: it is for try_path to wait.
answers() { timeout 5 stat -f "$SHARE_PATH" >/dev/null 2>&1 || [ $? -eq 124 ]; }

try_path() {
  if [ ! -d "$SHARE_PATH" ]; then say fault "has no share at $SHARE_PATH: it must be mounted there (share.kind)"
  elif [ "$(df --output=target "$SHARE_PATH" | tail -n 1)" = / ]; then
    say fault "has no share at $SHARE_PATH: that is a directory on its own disk (share.kind)"
  else try_root "$SHARE_PATH"; fi
}

# In a mount namespace of its own: the host sees nothing of it.
try_nfs() {
  local message
  mount -t tmpfs -o size=64k antares-preflight /mnt
  mkdir /mnt/share
  if message=$(mount -t nfs4 -o "$SHARE_OPTIONS" "$SHARE_SOURCE" /mnt/share 2>&1); then
    try_root /mnt/share
    umount /mnt/share
  else
    say fault "cannot mount the share $SHARE_SOURCE: ${message##*$'\n'}"
  fi
}

try_root() {
  local file owner
  if file=$(mktemp "$1/.antares-preflight.XXXXXX" 2>/dev/null); then
    owner=$(stat -c %u "$file")
    rm -f "$file"
    [ "$owner" -eq 0 ] || say fault "is squashed on the share: root's files there belong to UID $owner \
(export it with no_root_squash)"
  else
    say fault "cannot write to the share as root: it is read-only or squashes root (export it with no_root_squash)"
  fi
}
