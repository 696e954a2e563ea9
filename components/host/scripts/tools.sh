#!/usr/bin/env bash
# What scripts need that work with secrets, files beside them, or the service user; read behind lib.sh.
# Inputs:  ANTARES_SECRETS (names of variables whose values must not be shown), the service user's values.
# Effect:  none; defines functions.
set -euo pipefail

# as_service COMMAND...: as the service user with its home, and nothing inherited that datacube would prefer
# to its settings file (a stray DB_DATABASE redirects it silently).
as_service() {
  runuser -u "$SERVICE_USER" -- env -i HOME="$SERVICE_HOME" USER="$SERVICE_USER" LOGNAME="$SERVICE_USER" \
    PATH="/opt/antares/venv/bin:$PATH" LC_ALL=C.UTF-8 PGCONNECT_TIMEOUT=15 \
    ${PGSSLMODE:+PGSSLMODE="$PGSSLMODE"} ${PGSSLROOTCERT:+PGSSLROOTCERT="$PGSSLROOTCERT"} "$@"
}

# A secret of many lines is looked for line by line, as the log has it.
redacted() {
  local line name secret
  while IFS= read -r line; do
    for name in ${ANTARES_SECRETS:-}; do
      while IFS= read -r secret; do
        [ -n "$secret" ] && line=${line//"$secret"/[secret]}
      done <<<"${!name:-}"
    done
    printf '  | %s\n' "$line"
  done
}

# asset NAME VARIABLE: a file that travelled as a value, for the length of this script.
asset() { printf '%s' "${!2}" >"$ANTARES_WORK/$1"; chmod 0644 "$ANTARES_WORK/$1"; chmod 0755 "$ANTARES_WORK"; }
