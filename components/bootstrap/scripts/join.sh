#!/usr/bin/env bash
# What makes a host a node: the same for a fixed node, one that joins later, and a re-run.
# Inputs:  SHARE, WHEELHOUSE and WHEELHOUSE_HASH (of its archive), PYTHON, PROFILE, DEBIAN_MIRROR, SCHEDULER (none|gridEngine), those of membership.sh and,
#          where there is a bucket, bucket.sh, the service user's values: all in the recipe; NODE_NAME, RECIPE,
#          ADMISSION.
# Effect:  software, settings, antares' own files and the execution host; needs no database. What came of it lies in
#          SHARE/state/joined/NODE_NAME.json, so that the acceptance knows it without waiting for any other node.
set -euo pipefail

use_mirror
service_user
if [ "$SCHEDULER" = gridEngine ]; then prepare_node; fi
install_software "$SHARE/wheelhouse/$WHEELHOUSE" "$WHEELHOUSE_HASH"
link_settings
# Never the plain init on nodes: with drifted models it would fork the history of the shared database.
as_service antares init --no-create-tables

configuration=$SERVICE_HOME/.config/madmex
files=$(find "$configuration" -name '*.yaml' | wc -l)
[ "$files" -gt 0 ] || fail "antares init wrote no files below $configuration"
! grep -rlE "location: *'?None'?" "$configuration" || fail "INGESTION_PATH did not reach antares' settings"
licence=$(find -L /opt/antares/venv/lib -path '*/madmex/bin/bis/license.txt' -size +0 | wc -l)
[ "$licence" -eq 1 ] || fail "antares init wrote no licence file"
if [ -n "${BUCKET:-}" ]; then prove_bucket; fi
if [ "$SCHEDULER" = gridEngine ]; then join_cluster; fi
result="{\"name\": \"$NODE_NAME\", \"files\": $files, \"antares\": \"$(antares_version)\"}"
joined=$SHARE/state/joined/$NODE_NAME.json
printf '{"recipe": "%s", "result": %s}\n' "$RECIPE" "$result" >"$joined.new"
mv "$joined.new" "$joined"
emit "$result"
