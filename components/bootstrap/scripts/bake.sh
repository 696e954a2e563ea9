#!/usr/bin/env bash
# The software on a host that becomes an image: that of a node, without anything that tells this host or this cluster.
# Inputs:  SHARE, SHARE_ID (content of the share's marker), WHEELHOUSE, WHEELHOUSE_HASH, the inputs of mount.sh, efs.sh, tunnel.sh and
#          install.sh, the service user's values. In tests: ROOT (empty otherwise), INSTANCE_FILE.
# Effect:  /opt/antares/venv as on every node; then SHARE/state/images/INSTANCE.json, for the one who waits for it.
set -euo pipefail

# What every machine must have of its own, and what tells whose it was. Settings stay on the share.
forget_host() {
  rm -f "$ROOT"/etc/ssh/ssh_host_* "$ROOT/var/lib/dbus/machine-id"
  find "$ROOT/root" "$ROOT/home" -maxdepth 3 \( -name authorized_keys -o -name .bash_history \) -delete
  : >"$ROOT/etc/machine-id"
  # The next machine mounts what it is told.
  awk -v path="$SHARE" '/^[[:space:]]*#/ || $2 != path' "$ROOT/etc/fstab" >"$ROOT/etc/fstab.antares"
  mv "$ROOT/etc/fstab.antares" "$ROOT/etc/fstab"
  rm -rf "$ROOT/etc/antares" "$ROOT/usr/local/lib/antares" "$ROOT/var/log/antares"
}

bake() {
  local instance images=$SHARE/state/images
  mount_share
  [ "$(cat "$SHARE/.antares-share")" = "$SHARE_ID" ] || fail "$SHARE on this host is another share than the master's"
  instance=$(cat "${INSTANCE_FILE:-/var/lib/cloud/data/instance-id}")
  use_mirror
  service_user
  install_software "$SHARE/wheelhouse/$WHEELHOUSE" "$WHEELHOUSE_HASH"
  # Its first boot is still before it.
  cloud-init clean --logs
  # What runs of it goes on until the machine is stopped for its image.
  close_tunnel held
  forget_host
  sync
  mkdir -p "$images"
  printf '{"wheelhouse": "%s"}\n' "$WHEELHOUSE" >"$images/$instance.new"
  mv "$images/$instance.new" "$images/$instance.json"
  umount -l "$SHARE"
}

ROOT=${ROOT:-}
bake
