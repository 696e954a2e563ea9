#!/usr/bin/env bash
# A node's part of the membership: its agent, and the wait for the master's answer.
# Inputs:  SHARE, MASTER_FQDN, NODE_NAME, AGENT, AGENT_JOBS, AGENT_SHARE, AGENT_SERVICE (texts of the agent's files),
#          those of gridengine.sh and daemons.sh; ADMISSION (awaited, or later: where the master is not there yet, the
#          acceptance asks for it); REFUSAL_SECONDS: how long a refusal may still turn.
# Effect:  prepare_node: all packages of a node, in one call, because apt reads its lists in each.
#          join_cluster: the node asks to be a member; where there is a master, it is one and its execution daemon is
#          heard, or the reason why not.
set -euo pipefail

# The master is no node of its own: its daemon is the scheduler's phase's.
is_master() { [ "$(own_name)" = "${MASTER_FQDN,,}" ]; }
own_name() { hostname -f | tr '[:upper:]' '[:lower:]'; }

prepare_node() { is_master || install_gridengine node "$MASTER_FQDN" "${SOFTWARE_PACKAGES[@]}"; }

join_cluster() {
  local fqdn changed=
  if is_master; then return; fi
  fqdn=$(own_name)
  [[ $fqdn == *.* ]] || fail "$fqdn, this host's own name, has no domain, so that the master cannot admit it:" \
    "put first into /etc/hosts: $(hostname -I | awk '{ print ($1 == "" ? "ADDRESS" : $1) }') $fqdn.DOMAIN $fqdn"
  # A package that was there before may start it at boot, ahead of the master's word.
  sed -i 's/^SGE_START_EXECD=.*/SGE_START_EXECD=no/' /etc/default/gridengine
  install -d -m 0755 /etc/antares /usr/local/lib/antares
  if node_settings "$fqdn" | place 0644 /etc/antares/node.json; then changed=yes; fi
  if printf '%s' "$AGENT" | place 0644 "/usr/local/lib/antares/agent.py"; then changed=yes; fi
  if printf '%s' "$AGENT_JOBS" | place 0644 "/usr/local/lib/antares/nodejobs.py"; then changed=yes; fi
  if printf '%s' "$AGENT_SHARE" | place 0644 /usr/local/lib/antares/nodeshare.py; then changed=yes; fi
  printf '%s' "$AGENT_SERVICE" | place 0755 /etc/init.d/antares-node || true
  # One that the master has released ends well, and stays so.
  known_service antares-node on-failure
  # A new agent goes on with the node's life: its jobs stay.
  if [ -n "$changed" ] && service antares-node status; then daemon service antares-node reload; fi
  daemon service antares-node start
  wait_until 20 lives || fail "the node's agent does not run; see /var/log/antares/node.log"
  if [ "$ADMISSION" = awaited ] || master_at_work; then await_admission "$fqdn"; fi
}

# By the share's own clock: the reconciler and this join (see node.sh) both mark there that they are at work.
master_at_work() {
  local here there
  here=$(stat -c %Y "$SHARE/state/joined/$NODE_NAME.at-work") || return 1
  there=$(stat -c %Y "$SHARE/membership/nodes/.master" 2>/dev/null) || return 1
  [ $((here - there)) -lt 30 ]
}

await_admission() {
  wait_until 120 answered || fail "the master gave this node no answer: is the reconciler running there" \
    "(service antares-reconciler status), and is $SHARE the same share on both?"
  # A refusal may be older than the list that this node is on now, or than the step that writes it beside this one.
  wait_until "${REFUSAL_SECONDS:-60}" admitted || fail "the master does not admit this node: $(node_says reason)"
  wait_until 120 heard "$1" ||
    fail "the master does not hear this node's execution daemon; see /var/spool/gridengine/execd/*/messages"
}

node_settings() {
  python3 -c 'import json, sys
print(json.dumps(dict(zip(("share", "name", "fqdn", "master"), sys.argv[1:]))))' \
    "$SHARE" "$NODE_NAME" "$1" "$MASTER_FQDN"
}

# node_says FIELD: of what the agent notes of its life.
node_says() { python3 -c 'import json, sys
print(json.load(open("/run/antares-node.json")).get(sys.argv[1], ""))' "$1" 2>/dev/null; }

lives() { service antares-node status >/dev/null && node_says state | grep -q .; }
admitted() { [ "$(node_says state)" = member ]; }
answered() { admitted || node_says reason | grep -q .; }
