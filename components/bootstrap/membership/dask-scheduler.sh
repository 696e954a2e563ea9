#!/usr/bin/env bash
# Job: dask's scheduler, on the master's own address in the cluster.
# Inputs:  DASK_FILE (where clients find it), DASK_PORT, DASK_DASHBOARD.
# Effect:  a scheduler for as long as the job runs. An old file goes first: it may name another address.
set -euo pipefail

# shellcheck source=/dev/null
[ ! -r /etc/profile.d/antares3.sh ] || . /etc/profile.d/antares3.sh
address=$(getent ahostsv4 "$(hostname -f)" | awk '{print $1; exit}')
log=$HOME/dask/$JOB_NAME.log
mkdir -p "$HOME/dask"
exec >"$log" 2>&1
rm -f "$DASK_FILE"
exec /opt/antares/venv/bin/dask scheduler --host "$address" --port "$DASK_PORT" \
  --dashboard-address "$address:$DASK_DASHBOARD" --scheduler-file "$DASK_FILE"
