#!/usr/bin/env bash
# The local database server for other hosts: it also listens on the address by which they know this machine.
# Inputs:  LISTEN (this machine's name), PORT, ADMIN, DB_NAME, DB_USER; runs after postgres-server.sh.
# Effect:  cluster `antares` listens on the loopback and on that address; the application's role may connect
#          from the machine's own networks to its own database, the administrator from this machine only.
set -euo pipefail

addresses=$(getent ahosts "$LISTEN" | awk '{print $1}' | grep -vE '^(127\.|::1$|fe80:)' | sort -u | paste -sd, -) ||
  fail "$LISTEN has no address but on the loopback: give this host its own in /etc/hosts"
network_cluster=$(pg_lsclusters -h | awk '$2 == "antares" {print $1}')

# Whole between its marks, so that a changed name replaces the old line and leaves those of others alone.
rules=$(printf '%s\n' '# antares3: begin' \
  "host \"$DB_NAME\" \"$DB_USER\" samenet scram-sha-256" \
  "host all \"$ADMIN\" samehost scram-sha-256" '# antares3: end')
hba=/etc/postgresql/$network_cluster/antares/pg_hba.conf
if [ "$(sed -n '/^# antares3: begin$/,/^# antares3: end$/p' "$hba")" != "$rules" ]; then
  sed '/^# antares3: begin$/,/^# antares3: end$/d' "$hba" >"$hba.new"
  printf '%s\n' "$rules" >>"$hba.new"
  chown --reference="$hba" "$hba.new"
  chmod --reference="$hba" "$hba.new"
  mv "$hba.new" "$hba"
  pg_ctlcluster "$network_cluster" antares reload
fi

# By name: a server that comes back with another address still finds its own when it starts.
listens=$(pg_conftool -s "$network_cluster" antares show listen_addresses 2>/dev/null || true)
if [ "$listens" != "localhost,$LISTEN" ]; then
  pg_conftool "$network_cluster" antares set listen_addresses "localhost,$LISTEN"
  daemon pg_ctlcluster "$network_cluster" antares restart
fi
emit "{\"port\": $PORT, \"listens\": \"$addresses\"}"
