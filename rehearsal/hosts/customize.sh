#!/usr/bin/env bash
# Turns a fresh Debian tree into the disk of a throw-away host without systemd.
#   $1   the tree's folder; mmdebstrap is done with it
set -euo pipefail

root="$1"

# Secrets and names belong to a host, never to an image.
rm -f "$root"/etc/ssh/ssh_host_*
for file in etc/hostname etc/hosts etc/resolv.conf etc/machine-id; do
  rm -f "$root/$file"
  : >"$root/$file"
done

echo "# filled in by whoever configures this host" >"$root/etc/apt/sources.list"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb

cat >"$root/etc/apt/apt.conf.d/90throw-away" <<'CONF'
Acquire::Languages "none";
CONF
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/throw-away"

# Many logins at a time are dropped by the default limit.
cat >"$root/etc/ssh/sshd_config.d/throw-away.conf" <<'CONF'
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
MaxStartups 200
UseDNS no
CONF

# Packages start their services only where a policy allows it and a run level is known. Both files
# may be links into systemd's: remove, then write.
rm -f "$root/usr/sbin/policy-rc.d" "$root/usr/sbin/runlevel"
printf '#!/bin/sh\nexit 0\n' >"$root/usr/sbin/policy-rc.d"
printf '#!/bin/sh\necho N 2\n' >"$root/usr/sbin/runlevel"
chmod 755 "$root/usr/sbin/policy-rc.d" "$root/usr/sbin/runlevel"
