#!/usr/bin/env bash
# Job: one of dask's workers, with one thread, on this host's own address in the cluster.
# Inputs:  DASK_FILE (the scheduler's), DASK_NAME, DASK_WORKER_PORTS, DASK_NANNY_PORTS (FIRST:LAST), DASK_WHEELHOUSE
#          (what the scheduler was installed from).
# Effect:  a worker for as long as the job runs. Its end is seen by the master, which submits the job again.
set -euo pipefail

# shellcheck source=/dev/null
[ ! -r /etc/profile.d/antares3.sh ] || . /etc/profile.d/antares3.sh
address=$(getent ahostsv4 "$(hostname -f)" | awk '{print $1; exit}')
mkdir -p "$HOME/dask"
exec >"$HOME/dask/$DASK_NAME.$JOB_ID.log" 2>&1
# Logs of earlier workers; their jobs are over.
find "$HOME/dask" -name "$DASK_NAME.*.log" -mtime +7 -delete

# This host's join may still be installing it, and older software does not understand the scheduler's.
current() { [ "$(readlink /opt/antares/venv)" = "/opt/antares/$DASK_WHEELHOUSE" ]; }
for _ in $(seq 150); do
  if current; then break; fi
  sleep 2
done
current || { echo "this host has not got the software $DASK_WHEELHOUSE: run its join again"; exit 1; }

# Given the name of a file that is not there yet, dask would spin.
scheduler() { [ -s "$DASK_FILE" ] && sed -n 's#.*"address": "tcp://\([^"]*\)".*#\1#p' "$DASK_FILE"; }
for _ in $(seq 150); do
  at=$(scheduler) && [ -n "$at" ] && (exec 5<>"/dev/tcp/${at%:*}/${at##*:}") 2>/dev/null && break
  sleep 2
done
# Without a dashboard a worker still has a web server for its health, by default on every address.
exec /opt/antares/venv/bin/dask worker --scheduler-file "$DASK_FILE" --host "$address" --nthreads 1 \
  --worker-port "$DASK_WORKER_PORTS" --nanny-port "$DASK_NANNY_PORTS" --name "$DASK_NAME.$JOB_ID" \
  --no-dashboard --dashboard-address 127.0.0.1:0 --local-directory "${TMPDIR:-/tmp}" --death-timeout 60
