#!/usr/bin/env bash
# Runs a script in a chroot on top of images; what it changes stays in $LAYER_DIR/tree.
#   LAYER_DIR      folder with tree/ (the new layer), work/, root/, policy-rc.d and sources.list
#   LAYER_LOWER    image folders, topmost first, separated by colons
#   standard input the script, for bash
# Must run in mount and process namespaces of its own: everything it mounts or starts ends with them.
set -euo pipefail

root="$LAYER_DIR/root"
options="redirect_dir=on,index=off,metacopy=off,volatile"
options+=",lowerdir=$LAYER_LOWER,upperdir=$LAYER_DIR/tree,workdir=$LAYER_DIR/work"
mount -t overlay layer -o "$options" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
# Bound, not written: name servers, sources and the ban on services are not part of the layer.
mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
mount --bind "$LAYER_DIR/sources.list" "$root/etc/apt/sources.list"
mount --bind "$LAYER_DIR/policy-rc.d" "$root/usr/sbin/policy-rc.d"

chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash -euo pipefail -s
