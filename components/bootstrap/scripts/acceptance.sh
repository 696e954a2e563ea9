#!/usr/bin/env bash
# The verified state of the whole cluster as one JSON, or who is missing and why.
# Inputs:  WANTED (JSON, see cluster.py), ISOS (words), REGIONS (JSON: country to the number of its regions when
#          they were loaded), the database's and the service user's values; assets acceptance.py, cluster.py,
#          dask_workers.py, database.py, expected_migrations.py.
# Effect:  none; it only asks.
set -euo pipefail

python=/opt/antares/venv/bin/python
# Beside the wait for the cluster.
as_service "$python" "$ANTARES_WORK/expected_migrations.py" >"$ANTARES_WORK/expected.json" &
cluster=$("$python" "$ANTARES_WORK/cluster.py" "$WANTED")
wait "$!"
expected=$(cat "$ANTARES_WORK/expected.json")
question=$("$python" - "$expected" "$cluster" "$ISOS" "$REGIONS" <<'PYTHON'
import json, sys
expected, cluster, isos, regions = sys.argv[1:]
expected = json.loads(expected)
print(json.dumps({"migrations": expected["count"], "last": expected["last"], "countries": isos.split(),
                  "regions": json.loads(regions), "cluster": json.loads(cluster)}))
PYTHON
)
answer=$(as_service env PGHOST="$DB_HOST" PGPORT="$DB_PORT" PGDATABASE="$DB_NAME" PGUSER="$DB_USER" \
  "$python" "$ANTARES_WORK/acceptance.py" "$question") || { printf '%s\n' "$answer"; exit 1; }
printf '%s\n' "$answer"
emit "$answer"
