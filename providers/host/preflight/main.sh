#!/usr/bin/env bash
# Looks whether this host can be taken into a cluster, and says who it is; read behind the other parts.
# Inputs:  MODE=check|read, and those of the other parts.
# Output:  lines "fact NAME VALUE", "fault TEXT", "warning TEXT", and "end" as the last one.
# Effect:  none that stays, but for /etc/antares/host-id on a host without a machine id that has no fault
#          (MODE=check).
set -euo pipefail
shopt -s inherit_errexit

say() { printf '%s %s\n' "$1" "$2"; }

is_root() { [ "$(id -u)" -eq 0 ]; }

check_all() {
  local check
  for check in rights distribution user names cell space python ports share; do "check_$check"; done
}

# identify make|find: a machine id is made once per installation; images for cloning come without one.
identify() {
  local id=""
  [ ! -r /etc/machine-id ] || id=$(tr -dc 0-9a-f </etc/machine-id)
  if [ "${#id}" -ne 32 ]; then
    if [ ! -s /etc/antares/host-id ] && [ "$1" = make ] && is_root; then
      mkdir -p /etc/antares
      od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >/etc/antares/host-id.new
      mv /etc/antares/host-id.new /etc/antares/host-id
    fi
    id=$(cat /etc/antares/host-id 2>/dev/null || true)
  fi
  say fact "identity $id"
}

main() {
  # shellcheck disable=SC1091
  DISTRIBUTION=$(. /etc/os-release 2>/dev/null && echo "${ID:-other} ${VERSION_ID:-}" || echo other)
  FQDN=$(timeout 10 hostname -f 2>/dev/null || cat /proc/sys/kernel/hostname)
  FOUND_PYTHON=$(timeout 20 "${PYTHON:-python3}" -c \
    'import platform; print(platform.python_version())' 2>/dev/null || true)
  say fact "fqdn $FQDN"
  say fact "distribution $DISTRIBUTION"
  say fact "python $FOUND_PYTHON"
  if [ "$MODE" = check ]; then
    found=$(check_all)
    printf '%s\n' "$found"
    # A host that is refused is left as it was.
    if grep -q '^fault ' <<<"$found"; then identify find; else identify make; fi
  else
    identify find
  fi
  say end ""
}

# The script itself arrives on standard input: nothing that it calls may read from there.
main </dev/null
