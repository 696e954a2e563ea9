#!/usr/bin/env bash
# Frame of every script that runs on a host: one log per phase, one lock per host, one report on failure.
# Inputs:  ANTARES_PHASE, ANTARES_HOST, ANTARES_NEXT (command to show on failure), ANTARES_LIMIT (text), ANTARES_LANE
#          (for a script that may run beside the host's others: it waits for its like only).
# Effect:  everything printed goes to /var/log/antares/PHASE.log; only `emit` reaches the caller's stdout.
#          On failure the caller's stderr gets phase, host, exit code, the log's last 20 lines and what to do.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

ANTARES_LOG=/var/log/antares/$ANTARES_PHASE.log
ANTARES_BEGUN=0
ANTARES_WORK=

# emit JSON: the phase's result, one line, the only thing on the caller's stdout.
emit() { printf '%s\n' "$1" >&3; }

# fail MESSAGE: a fault that was foreseen; the message is the last line of the log, wherever the output goes.
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# daemon COMMAND...: starts something that outlives the script; it must not inherit the lock or the streams.
daemon() { "$@" 3>&- 4>&- 9>&-; }

# beside FUNCTION...: runs on beside the script, without what the script's end must free. Redirected as a function,
# as `daemon` would, the shell keeps copies of lock and streams for afterwards.
beside() { { exec 3>&- 4>&- 9>&-; "$@"; } & }

# tools.sh hides secrets; a script without it has none.
redacted() { sed 's/^/  | /'; }

report() {
  local code=$1
  trap - EXIT TERM INT HUP
  [ -n "$ANTARES_WORK" ] && rm -rf "$ANTARES_WORK"
  [ "$code" -eq 0 ] && exit 0
  {
    printf 'phase %s failed on host %s: exit code %s\n' "$ANTARES_PHASE" "$ANTARES_HOST" "$code"
    [ "$code" -eq 124 ] && printf 'the time limit of %s was reached, or the run was ended\n' "$ANTARES_LIMIT"
    printf 'last lines of %s:%s\n' "$ANTARES_HOST" "$ANTARES_LOG"
    # Not those of an earlier run, which may have failed otherwise.
    tail -c "+$((ANTARES_BEGUN + 1))" "$ANTARES_LOG" | tail -n 20 | redacted | cut -c 1-404
    printf 'next: %s\n' "$ANTARES_NEXT"
  } >&4 2>/dev/null
  exit "$code"
}

begin() {
  exec 3>&1 4>&2
  [ "$(id -u)" -eq 0 ] || { printf 'phase %s: root rights are needed on %s\n' "$ANTARES_PHASE" "$ANTARES_HOST" >&4; exit 1; }
  install -d -m 0700 /var/log/antares
  (umask 077 && : >>"$ANTARES_LOG")
  ANTARES_BEGUN=$(stat -c %s "$ANTARES_LOG")
  exec >>"$ANTARES_LOG" 2>&1
  trap 'report $?' EXIT
  trap 'exit 124' TERM INT HUP
  printf -- '--- %s %s\n' "$(date -u +%FT%TZ)" "$ANTARES_PHASE"
  # A killed run's script may still be at work here: wait for it, never beside it.
  exec 9>"/run/antares-bootstrap${ANTARES_LANE:+-$ANTARES_LANE}.lock"
  flock -n 9 || { echo "waiting for an earlier run that is still at work on this host"; flock 9; }
  ANTARES_WORK=$(mktemp -d /run/antares.XXXXXX)
}
