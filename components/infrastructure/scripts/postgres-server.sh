#!/usr/bin/env bash
# The local database server: PostgreSQL and PostGIS of the distribution, on a cluster of their own.
# Inputs:  PORT, ADMIN, ADMIN_PASSWORD; LISTEN (this machine's name for other hosts; absent: it has none).
# Effect:  cluster `antares` runs and answers on the loopback; ADMIN may create roles, databases, extensions.
#          Other clusters of the machine are never touched.
set -euo pipefail

use_mirror
# First, and in a call of its own: the software's installation, which this runs beside, waits for these alone.
packages "${SOFTWARE_PACKAGES[@]}"
# A first install of the package makes and starts a cluster `main` on 5432: not ours to make.
if ! installed postgresql-common; then
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/antares.conf
fi
# In one call what a new cluster needs; one that is there may be of an earlier version.
packages postgresql postgresql-postgis postgresql-postgis-scripts
major=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)
cluster=$(pg_lsclusters -h | awk '$2 == "antares" {print $1}')
major=${cluster:-$major}
packages "postgresql-$major-postgis-3" "postgresql-$major-postgis-3-scripts"

data=/var/lib/postgresql/$major/antares
# A cluster that a killed run left before initdb ended holds no database: make it again.
if [ -n "$cluster" ] && [ ! -s "$data/global/pg_control" ]; then
  printf 'removing the unfinished cluster %s/antares\n' "$major"
  pg_dropcluster "$major" antares
  cluster=
fi
if [ -z "$cluster" ]; then
  if [ -d "$data" ] && [ ! -s "$data/global/pg_control" ]; then rm -rf "$data"; fi
  pg_createcluster "$major" antares --port "$PORT" --locale C.UTF-8 \
    -o "listen_addresses=localhost${LISTEN:+,$LISTEN}" -- --auth-local=peer --auth-host=scram-sha-256
fi
[ "$(pg_conftool -s "$major" antares show port)" = "$PORT" ] || {
  pg_conftool "$major" antares set port "$PORT"
  pg_lsclusters -h | awk '$2 == "antares" && $4 ~ /online/ {found = 1} END {exit !found}' &&
    daemon pg_ctlcluster "$major" antares restart
}
pg_lsclusters -h | awk '$2 == "antares" && $4 ~ /online/ {found = 1} END {exit !found}' ||
  daemon pg_ctlcluster "$major" antares start

answers() { runuser -u postgres -- psql -X -q -p "$PORT" -d postgres -c 'select 1' >/dev/null; }
for _ in $(seq 60); do if answers 2>/dev/null; then break; else sleep 0.5; fi; done
answers || fail "the cluster $major/antares does not answer on port $PORT"

# On stdin, with statement logging off: neither arguments nor the server's log see the password.
runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -p "$PORT" -d postgres <<SQL
set log_statement = 'none';
set log_min_error_statement = 'panic';
set log_min_duration_statement = -1;
select format('create role %I', '$ADMIN') where not exists (select from pg_roles where rolname = '$ADMIN') \gexec
alter role "$ADMIN" with login superuser password '$ADMIN_PASSWORD';
SQL
emit "{\"major\": $major, \"port\": $PORT}"
