#!/usr/bin/env bash
# The proof that this host may use the cluster's bucket; apart from join.sh, where a cluster has one.
# Inputs:  BUCKET, BUCKET_REGION, BUCKET_PROOF (text of bucket.py), NODE_NAME, the service user's values.
# Effect:  prove_bucket: nothing stays in the bucket.
set -euo pipefail

# As the user whose jobs will use it, with the packages that they will use.
prove_bucket() {
  local said
  said=$(as_service timeout -k 5 150 /opt/antares/venv/bin/python -c "$BUCKET_PROOF" \
    "$BUCKET" "$BUCKET_REGION" "$NODE_NAME") ||
    fail "$NODE_NAME cannot use the bucket $BUCKET: ${said:-it gave no answer in time}"
}
