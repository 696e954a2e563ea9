#!/usr/bin/env bash
# What makes a host a node: the same for a fixed node, one that joins later, and a re-run.
# Inputs:  SHARE, WHEELHOUSE, PYTHON, PROFILE, DEBIAN_MIRROR, the service user's values: all in the recipe.
# Effect:  software, settings and antares' own files of this host; needs no database.
set -euo pipefail

use_mirror
service_user
install_software "$SHARE/wheelhouse/$WHEELHOUSE"
link_settings
# Never the plain init on nodes: with drifted models it would fork the history of the shared database.
as_service antares init --no-create-tables

configuration=$SERVICE_HOME/.config/madmex
files=$(find "$configuration" -name '*.yaml' | wc -l)
[ "$files" -gt 0 ] || fail "antares init wrote no files below $configuration"
! grep -rlE "location: *'?None'?" "$configuration" || fail "INGESTION_PATH did not reach antares' settings"
licence=$(find -L /opt/antares/venv/lib -path '*/madmex/bin/bis/license.txt' -size +0 | wc -l)
[ "$licence" -eq 1 ] || fail "antares init wrote no licence file"
emit "{\"name\": \"$ANTARES_HOST\", \"files\": $files, \"antares\": \"$(antares_version)\"}"
