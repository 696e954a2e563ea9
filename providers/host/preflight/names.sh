#!/usr/bin/env bash
# What Grid Engine needs of a host: names that agree, and no other cell.
# Inputs:  SCHEDULER=master|node (empty: no Grid Engine); FQDN.
# Effect:  none; defines the checks that main.sh calls.
set -euo pipefail

# Grid Engine knows a host by the name that its address has, and refuses one whose own name is "localhost". The
# membership takes full names only: a short one is seldom the name by which other hosts know this one.
check_names() {
  local short address back
  [ -n "$SCHEDULER" ] || return 0
  short=${FQDN%%.*}
  if [ "$short" = "$FQDN" ]; then
    say fault "has a name without a domain, $FQDN: put first into /etc/hosts: $(own_address) $FQDN.DOMAIN $FQDN"
    return 0
  fi
  address=$( (getent ahostsv4 "$FQDN" || getent ahosts "$FQDN" || true) | awk '{ print $1; exit }')
  case $address in
  '') say fault "has a name that no address has, $FQDN: add to /etc/hosts: $(own_address) $FQDN $short" ;;
  127.* | ::1)
    [ "$SCHEDULER" = node ] || say fault "has its own name $FQDN on $address, where no other host can reach \
it: put into /etc/hosts instead: $(own_address) $FQDN $short"
    ;;
  *)
    back=$(getent hosts "$address" | awk '{ print $2; exit }' || true)
    [ "${back,,}" = "${FQDN,,}" ] || say fault "has names that disagree: $FQDN is $address, and $address is \
${back:-nobody}: put first into /etc/hosts: $address $FQDN $short"
    ;;
  esac
}

own_address() { hostname -I | awk '{ print ($1 == "" ? "ADDRESS" : $1) }'; }

# A host is in one cell. The file of the package names the master; ours says that we wrote it.
check_cell() {
  local of ours release="apt-get purge gridengine-common && rm /etc/antares/gridengine"
  [ -n "$SCHEDULER" ] || return 0
  of=$(tr -d '[:space:]' 2>/dev/null </var/lib/gridengine/default/common/act_qmaster || true)
  ours=$(head -n 1 /etc/antares/gridengine 2>/dev/null | tr -d '[:space:]' || true)
  if [ -z "$ours" ] && [ "$SCHEDULER" = master ] && [ "${of,,}" = "${FQDN,,}" ]; then
    ! cell_in_use "$FQDN" >/dev/null || say fault "has a Grid Engine of its own, with queues or hosts: \
another host must be the master"
  elif [ -n "$of" ] && [ "$of" != "$ours" ]; then
    say fault "is in another Grid Engine cell, of $of: purge gridengine-common there if it is not needed"
  elif [ -z "$ours" ]; then
    return 0
  # A node's master tells its name in a preflight of its own: whether it is this one, the node's step sees.
  elif [ "$SCHEDULER" = master ] && [ "${ours,,}" != "${FQDN,,}" ]; then
    say fault "is in another cluster, of the master $ours: take it out of there, or let go of it where that \
master is gone or was renamed: $release"
  elif [ "$SCHEDULER" = node ] && [ "${ours,,}" = "${FQDN,,}" ]; then
    say fault "is the master of another cluster: where that one is not needed, let go of it: $release"
  fi
}
