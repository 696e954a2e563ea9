#!/usr/bin/env bash
# The service user's view of the settings, the same on master and nodes.
# Inputs:  SHARE, PROFILE (environment for logins), the service user's values.
# Effect:  links in the home; a file somebody had there is kept beside, never overwritten.
set -euo pipefail

link_settings() {
  local name link
  for name in .datacube.conf .antares .pgpass; do
    link=$SERVICE_HOME/$name
    if [ -e "$link" ] && [ ! -L "$link" ]; then mv -n "$link" "$link.before-antares3"; fi
    ln -sfn "$SHARE/settings/$name" "$link"
    chown -h "$SERVICE_USER:$SERVICE_USER" "$link"
  done
  printf '%s' "$PROFILE" >/etc/profile.d/antares3.sh
}
