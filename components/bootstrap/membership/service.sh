#!/usr/bin/env bash
# The second part of our scripts in /etc/init.d, after their headers: works with systemd and without.
# Inputs:  NAME, PROGRAM, STOP_SECONDS, and the action as first argument.
# Effect:  the program runs detached, its log in /var/log/antares/NAME.log; /run/NAME.pid has its number and, as
#          numbers are used again, the moment of its start.
set -euo pipefail

FILE=/run/$NAME.pid
LOG=/var/log/antares/${NAME#antares-}.log

started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# Sets PID where the very process that was started still runs.
running() {
  PID='' SINCE=''
  [ -s "$FILE" ] && { read -r PID && read -r SINCE; } <"$FILE" || return 1
  [ -n "$SINCE" ] && [ "$(started "$PID")" = "$SINCE" ]
}

start() {
  if running; then return 0; fi
  [ -d /var/log/antares ] || mkdir -m 0700 /var/log/antares
  umask 022
  cd /
  # No stream, lock or terminal of whoever starts it.
  setsid /usr/bin/python3 -B "$PROGRAM" </dev/null >>"$LOG" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  printf '%s\n%s\n' "$!" "$(started $!)" >"$FILE.new"
  mv "$FILE.new" "$FILE"
}

stop() {
  running || return 0
  kill -TERM "$PID"
  left=$((STOP_SECONDS * 5))
  while running; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      kill -KILL "$PID"
      break
    fi
    sleep 0.2
  done
  rm -f "$FILE"
}

case "${1:-}" in
start) start ;;
stop) stop ;;
restart | force-reload) stop && start ;;
# The same process with new programs; on a node, the same life with the same jobs.
reload) if running; then kill -HUP "$PID"; else start; fi ;;
status)
  if running; then echo "$NAME runs as process $PID"; else echo "$NAME does not run"; exit 3; fi
  ;;
*)
  echo "Usage: /etc/init.d/$NAME {start|stop|restart|force-reload|reload|status}" >&2
  exit 2
  ;;
esac
