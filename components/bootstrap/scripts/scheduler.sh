#!/usr/bin/env bash
# Grid Engine's master, its queues, and the reconciler that keeps its hosts.
# Inputs:  SHARE, SHARE_ID (content of the share's marker), MASTER_FQDN, MEMBERSHIP (the whole list, JSON),
#          DEBIAN_MIRROR, the service user's values; assets: every file of components/bootstrap/membership.
# Effect:  qmaster and an execution daemon run here; queues and @allhosts are there; the reconciler runs with this
#          list. What an operator set in Grid Engine is kept.
set -euo pipefail

use_mirror
# Folders are made there: below a bare mount point they would be on the local disk.
[ "$(cat "$SHARE/.antares-share" 2>/dev/null)" = "$SHARE_ID" ] ||
  fail "the share is not mounted at $SHARE: it has no marker .antares-share, or another one"
# A reconciler that runs would start a fallen master daemon beside this phase.
pgrep -x sge_qmaster >/dev/null || ! service antares-reconciler status 2>/dev/null || daemon service antares-reconciler stop
install_gridengine master "$MASTER_FQDN"
install -d -m 0755 /var/lib/antares /usr/local/lib/antares

gridengine_daemon gridengine-master sge_qmaster
qmaster_answers() { timeout 20 qconf -sconf >/dev/null; }
wait_until 60 qmaster_answers || {
  tail -n 5 "/var/spool/gridengine/qmaster/messages"
  fail "Grid Engine's master daemon does not answer on $MASTER_FQDN:6444"
}
(umask 077 && printf '%s\n' "$MEMBERSHIP" >"$ANTARES_WORK/membership.json")
python3 -B "$ANTARES_WORK/configure.py" "$ANTARES_WORK/membership.json"

sed -i 's/^SGE_START_EXECD=.*/SGE_START_EXECD=yes/' /etc/default/gridengine
gridengine_daemon gridengine-exec sge_execd
# A job of dask that is submitted before that would be tried again only after a quarter of a minute.
wait_until 90 heard "$MASTER_FQDN" ||
  fail "the master's own execution daemon is not heard; see /var/spool/gridengine/execd/*/messages"

install -d -o root -g root -m 0755 "$SHARE/membership" "$SHARE/membership/nodes" "$SHARE/membership/answers"
# The reconciler of an earlier master decides nothing from then on.
place 0644 "$SHARE/membership/master" <<<"$MASTER_FQDN" || true
install -d -o "$SERVICE_USER" -g "$SERVICE_USER" -m 0755 "$SHARE/state/dask"

changed=
for file in "$ANTARES_WORK"/*.py "$ANTARES_WORK"/dask-*.sh; do
  name=$(basename "$file")
  if place 0644 "/usr/local/lib/antares/$name" < <(cat "$file"); then changed=yes; fi
done
if place 0755 /etc/init.d/antares-reconciler < <(cat "$ANTARES_WORK"/antares-reconciler "$ANTARES_WORK"/service.sh); then
  changed=yes
fi
known_service antares-reconciler on-failure
if [ -n "$changed" ]; then daemon service antares-reconciler stop; fi
# The daemons' own disk, not the share: jobs may write there, and who is listed is admitted. A reconciler that runs
# reads it by itself, so that what it names must be there.
(umask 077 && place 0600 /var/lib/antares/membership.json <"$ANTARES_WORK/membership.json") || true
daemon service antares-reconciler start
wait_until 20 service antares-reconciler status || fail "the reconciler does not run; see /var/log/antares/reconciler.log"
queue=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["queue"])' "$MEMBERSHIP")
emit "{\"qmaster\": \"$MASTER_FQDN\", \"queues\": [\"$queue\", \"dask.q\"]}"
