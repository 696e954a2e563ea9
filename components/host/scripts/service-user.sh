#!/usr/bin/env bash
# The service user, the same on every host: files on the share belong to its number.
# Inputs:  SERVICE_USER, SERVICE_UID, SERVICE_HOME.
# Effect:  the user and its home exist; a user of that name with another number is refused.
set -euo pipefail

service_user() {
  local found
  if found=$(getent passwd "$SERVICE_USER"); then
    [ "$(printf '%s' "$found" | cut -d: -f3)" = "$SERVICE_UID" ] ||
      fail "user $SERVICE_USER exists with another UID than $SERVICE_UID: set antares:service.uid"
  else
    getent group "$SERVICE_USER" >/dev/null || groupadd --gid "$SERVICE_UID" "$SERVICE_USER"
    useradd --uid "$SERVICE_UID" --gid "$SERVICE_USER" --home-dir "$SERVICE_HOME" --shell /bin/bash "$SERVICE_USER"
  fi
  install -d -o "$SERVICE_USER" -g "$SERVICE_USER" -m 0750 "$SERVICE_HOME"
}
