#!/usr/bin/env bash
# A layer of throw-away hosts: what Grid Engine needs is installed; its own packages only lie in an archive on disk.
# Inputs:  none; runs in a chroot whose apt reaches an archive.
# Effect:  a host still makes a real installation, from its own disk.
set -euo pipefail

archive=/opt/archive
apt-get update -q
apt-get install -q -y --no-install-recommends --download-only \
  -o APT::Keep-Downloaded-Packages=true -o Dir::Cache::archives=/var/cache/apt/archives \
  gridengine-master gridengine-exec gridengine-client
mkdir -p "$archive"
mv /var/cache/apt/archives/gridengine-*.deb "$archive/"
apt-get install -q -y --no-install-recommends /var/cache/apt/archives/*.deb
rm -f /var/cache/apt/archives/*.deb
rm -rf /var/lib/apt/lists/*
cd "$archive"
for deb in *.deb; do
  dpkg-deb -f "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' \
    "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >Packages
echo "deb [trusted=yes] file:$archive ./" >/etc/apt/sources.list.d/archive.list
