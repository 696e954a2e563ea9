#!/usr/bin/env bash
# The service user's view of the settings, the same on master and nodes.
# Inputs:  SHARE, PROFILE (environment for logins), the service user's values.
# Effect:  links in the home; a file somebody had there is kept beside, never overwritten. The one folder of
#          the installed package into which antares writes belongs to the service user, also to a new one.
set -euo pipefail

link_settings() {
  local name link
  for name in .datacube.conf .antares .pgpass; do
    link=$SERVICE_HOME/$name
    if [ -e "$link" ] && [ ! -L "$link" ]; then mv -n "$link" "$link.before-antares3"; fi
    ln -sfn "$SHARE/settings/$name" "$link"
    chown -h "$SERVICE_USER:$SERVICE_USER" "$link"
  done
  chown -R "$SERVICE_USER:$SERVICE_USER" /opt/antares/venv/lib/python3*/site-packages/madmex/bin/bis
  printf '%s' "$PROFILE" >/etc/profile.d/antares3.sh
}
