#!/usr/bin/env bash
# Phase 11: the verified state of the whole cluster as one JSON, or who is missing and why.
# Inputs:  NODES (JSON: node name to the result of its join), ISOS (words), REGIONS (JSON: country to
#          the number of its regions when they were loaded), the database's and the service user's values; assets
#          acceptance.py, database.py, expected_migrations.py.
# Effect:  none; it only asks.
set -euo pipefail

python=/opt/antares/venv/bin/python
expected=$(as_service "$python" "$ANTARES_WORK/expected_migrations.py")
question=$("$python" - "$expected" "$NODES" "$ISOS" "$REGIONS" <<'PYTHON'
import json, sys
expected, nodes, isos, regions = sys.argv[1:]
expected = json.loads(expected)
print(json.dumps({"migrations": expected["count"], "last": expected["last"], "countries": isos.split(),
                  "regions": json.loads(regions), "nodes": json.loads(nodes)}))
PYTHON
)
answer=$(as_service env PGHOST="$DB_HOST" PGPORT="$DB_PORT" PGDATABASE="$DB_NAME" PGUSER="$DB_USER" \
  "$python" "$ANTARES_WORK/acceptance.py" "$question") || { printf '%s\n' "$answer"; exit 1; }
printf '%s\n' "$answer"
emit "$answer"
