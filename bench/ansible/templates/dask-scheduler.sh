#!/usr/bin/env bash
# Job: dask's scheduler, on the master's own address in the cluster.
set -euo pipefail

address=$(getent ahostsv4 "$(hostname -f)" | awk '{print $1; exit}')
mkdir -p "$HOME/dask"
exec >"$HOME/dask/$JOB_NAME.log" 2>&1
rm -f {{ share }}/state/dask/scheduler.json
exec /opt/antares/venv/bin/dask scheduler --host "$address" --port {{ dask_port }} \
  --dashboard-address "$address:{{ dask_dashboard }}" --scheduler-file {{ share }}/state/dask/scheduler.json
