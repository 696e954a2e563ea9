#!/usr/bin/env bash
# Job: a dask worker with one thread, on this host's own address in the cluster.
set -euo pipefail

address=$(getent ahostsv4 "$(hostname -f)" | awk '{print $1; exit}')
mkdir -p "$HOME/dask"
exec >"$HOME/dask/$JOB_NAME.log" 2>&1
until [ -s {{ share }}/state/dask/scheduler.json ]; do sleep 1; done
exec /opt/antares/venv/bin/dask worker --scheduler-file {{ share }}/state/dask/scheduler.json --host "$address" \
  --nthreads 1 --no-dashboard --worker-port {{ dask_worker_ports }} --nanny-port {{ dask_nanny_ports }} \
  --name "$JOB_NAME" --local-directory "${TMPDIR:-/tmp}" --death-timeout 60
