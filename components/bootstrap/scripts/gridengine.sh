#!/usr/bin/env bash
# Grid Engine from the distribution, the same way on master and nodes.
# Inputs:  those of packages.sh and cell.sh.
# Effect:  install_gridengine: packages, the cell `default` of this cluster's master, no execution daemon started.
#          A cell of somebody else is refused; what an interrupted installation left is made again.
set -euo pipefail

export SGE_ROOT=/var/lib/gridengine SGE_CELL=default
cell=$SGE_ROOT/$SGE_CELL/common
spool=/var/spool/gridengine

# install_gridengine master|node MASTER_FQDN [PACKAGE...]: with others in the same call.
install_gridengine() {
  local role=$1 master=$2 names=(gridengine-client gridengine-exec)
  [ "$role" = node ] || names+=(gridengine-master)
  cell_names "$role" "$master"
  cell_claim "$role" "$master"
  cell_answers "$master"
  packages "${names[@]}" "${@:3}"
  [ "$role" = node ] || ! cell_unfinished || cell_again "$master" "${names[@]}"
  # The packages never rewrite it, and without their question answered it holds an empty line.
  [ "$(cat "$cell/act_qmaster" 2>/dev/null)" = "$master" ] || printf '%s\n' "$master" >"$cell/act_qmaster"
  install -d -o sgeadmin -g sgeadmin -m 0755 /run/gridengine
}

# On the master every call would fail by the name "localhost"; without a name the packages leave half a cell.
cell_names() {
  local own name; own=$({ getent ahostsv4 "$(hostname)" || true; } | awk '{print $1; exit}')
  [ -n "$own" ] || fail "$(hostname), this host's own name, has no address: put it into /etc/hosts"
  [ "$1" = master ] || return 0
  case $own in
  127.*) fail "$(hostname), the master's own name, is $own: give it this host's address in /etc/hosts" ;;
  esac
  name=$({ getent hosts "$own" || true; } | awk '{print $2; exit}')
  [ "${name,,}" = "${2,,}" ] ||
    fail "$own is not $2 by the names of this host: make its own name and its address agree in /etc/hosts"
}

# The database is begun before it is filled, and the package takes its mere presence for success.
cell_unfinished() {
  local entries entry; entries=$(cell_entries)
  for entry in CONFIG:global COMPLEX_ENTRY:slots USERSET:defaultdepartment MANAGER:sgeadmin; do
    grep -qxF "$entry" <<<"$entries" || { printf 'the cluster database has no %s\n' "$entry"; return 0; }
  done
  [ ! -s "$cell/settings.sh" ]
}

# cell_again MASTER PACKAGE...: only ever reached for a database that is ours or holds nothing.
cell_again() {
  printf 'an installation that was cut off left half a Grid Engine: making it again\n'
  DEBIAN_FRONTEND=noninteractive in_turn daemon apt-get -o DPkg::Lock::Timeout=300 purge -y -q gridengine-common
  local exe
  # Purging leaves daemons that never reached their master.
  for exe in /proc/[0-9]*/exe; do
    case $(readlink "$exe" || true) in
    /usr/lib/gridengine/sge_*) kill -9 "$(cut -d/ -f3 <<<"$exe")" || true ;;
    esac
  done
  rm -rf "$spool" "$SGE_ROOT"
  cell_answers "$1"
  packages "${@:2}"
  ! cell_unfinished || fail "Grid Engine's cluster database is still unfinished; see $spool/qmaster/messages"
}

# An execution daemon that starts before its host is known stays outside, or comes back as a ghost: ours is
# started when it may be, never by the packages.
cell_answers() {
  printf 'gridengine-common shared/%s\n' 'gridengineconfig boolean true' "gridenginecell string $SGE_CELL" \
    "gridenginemaster string $1" | in_turn debconf-set-selections
  installed gridengine-exec && return
  export UCF_FORCE_CONFFOLD=1
  printf '%s\n' "SGE_ROOT=$SGE_ROOT" "SGE_CELL=$SGE_CELL" SGE_START_MASTERD=yes SGE_START_EXECD=no \
    >/etc/default/gridengine
}
