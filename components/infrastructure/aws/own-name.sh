#!/usr/bin/env bash
# At each boot of a host on AWS: its full name is its own, at its address in the network.
# Inputs:  what AWS has told cloud-init.
# Effect:  first line of /etc/hosts, in place of what an earlier boot, or the machine of this image, has written.
#          Debian's images would give the short name, which is no other host's name for this one.
set -euo pipefail

own_line() {
  local address name mark='# written by antares at each boot'
  address=$(cloud-init query ds.meta_data.local_ipv4)
  # Of a network with several domains it lists all of them, behind the name.
  name=$(cloud-init query ds.meta_data.local_hostname | awk '{ print $1 }')
  [ -n "$address" ] && [ -n "$name" ] || return 1
  { printf '%s %s %s %s\n' "$address" "$name" "${name%%.*}" "$mark"
    sed "/^127\.0\.1\.1[[:space:]]/d; /$mark\$/d" /etc/hosts
  } >/etc/hosts.antares
  chmod 0644 /etc/hosts.antares
  mv /etc/hosts.antares /etc/hosts
}

own_line
