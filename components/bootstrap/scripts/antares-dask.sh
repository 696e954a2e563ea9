#!/usr/bin/env bash
# One machine without Grid Engine: scheduler and workers as plain processes on the loopback.
# Inputs:  /etc/default/antares-dask: SERVICE_USER, SERVICE_HOME, SCHEDULER_FILE, SCHEDULER_PORT, DASHBOARD_PORT,
#          WORKER_PORTS (FIRST:LAST), WORKERS, NODE_NAME; WHEELHOUSE, so that other software is a change.
# Effect:  start|stop|status|restart; `run` stays in the foreground and starts again what has ended.
### BEGIN INIT INFO
# Provides:          antares-dask
# Required-Start:    $local_fs $network $remote_fs
# Required-Stop:     $local_fs $network $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: dask scheduler and workers of antares3 on this machine alone
### END INIT INFO
set -euo pipefail

pid_file=/run/antares-dask.pid
log=/var/log/antares/dask-service.log

alive() { [ -s "$pid_file" ] && grep -qs antares-dask "/proc/$(cat "$pid_file")/cmdline"; }

# As the service user with nothing inherited that datacube would prefer to its settings file. dask looks at itself less
# often, as on a cluster (membership/daskkeeper.py).
as_service() {
  setpriv --reuid "$SERVICE_USER" --regid "$SERVICE_USER" --init-groups env -i HOME="$SERVICE_HOME" USER="$SERVICE_USER" \
    LOGNAME="$SERVICE_USER" PATH=/opt/antares/venv/bin:/usr/bin:/bin LC_ALL=C.UTF-8 \
    DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL=200ms DASK_DISTRIBUTED__WORKER__PROFILE__INTERVAL=100ms "$@"
}

# keep COMMAND...: starts it again when it ends, with a pause, until the service stops.
keep() { while true; do as_service "$@" || true; sleep 5; done; }

run() {
  # shellcheck source=/dev/null
  . /etc/default/antares-dask
  trap 'kill -- -$$' EXIT
  trap 'exit 0' TERM INT
  cd "$SERVICE_HOME"
  # A file that an ended scheduler left would lead the workers astray.
  rm -f "$SCHEDULER_FILE"
  keep dask scheduler --host 127.0.0.1 --port "$SCHEDULER_PORT" --dashboard-address "127.0.0.1:$DASHBOARD_PORT" \
    --scheduler-file "$SCHEDULER_FILE" &
  local i
  for i in $(seq "$WORKERS"); do
    keep dask worker "tcp://127.0.0.1:$SCHEDULER_PORT" --host 127.0.0.1 --worker-port "$WORKER_PORTS" \
      --nanny-port "$WORKER_PORTS" --no-dashboard --dashboard-address 127.0.0.1:0 --nthreads 1 \
      --name "dask-worker-$NODE_NAME.$i" --local-directory /var/tmp &
  done
  wait
}

start() {
  if alive; then return; fi
  install -d -m 0700 /var/log/antares
  setsid --fork bash "$0" run </dev/null >>"$log" 2>&1
}

stop() {
  alive || return 0
  local pid; pid=$(cat "$pid_file")
  kill "$pid"
  for _ in $(seq 100); do if alive; then sleep 0.1; else break; fi; done
  if alive; then kill -KILL -- "-$pid"; fi
  rm -f "$pid_file"
}

case ${1:-} in
run)
  echo $$ >"$pid_file"
  run
  ;;
start) start ;;
stop) stop ;;
restart | force-reload)
  stop
  start
  ;;
status) if alive; then echo "antares-dask runs"; else echo "antares-dask does not run"; exit 3; fi ;;
*)
  echo "usage: $0 start|stop|restart|status" >&2
  exit 2
  ;;
esac
