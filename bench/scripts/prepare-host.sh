#!/usr/bin/env bash
# Bench: what a fresh host has on both sides before the clock starts.
# Inputs:  $1 Debian mirror.
# Effect:  apt notes when it begins and ends to fetch lists and to install; python3-apt, without which Ansible's
#          `apt` does not work, is there. The host's own sources are as they were.
set -euo pipefail

# shellcheck disable=SC2016 # for the shell that apt starts
note() { printf '{ "echo %s $(date +%%s.%%N) >>/var/log/bench-packages"; };\n' "$1"; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial"
printf 'deb %s bookworm main\n' "$1" >"$work/sources.list"
options=(-q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists")
apt-get "${options[@]}" update
DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install -y --no-install-recommends python3-apt
apt-get clean

for moment in DPkg APT::Update; do
  printf '%s::Pre-Invoke %s%s::Post-Invoke %s' "$moment" "$(note begin)" "$moment" "$(note end)"
done >/etc/apt/apt.conf.d/95bench
