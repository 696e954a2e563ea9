#!/usr/bin/env bash
# On the master: waits until the builder of the image has done its work.
# Inputs:  SHARE, BUILDER (id of its instance).
# Effect:  none; fails with the builder's own words, or after half an hour of silence.
set -euo pipefail

await_image() {
  local words=$SHARE/state/images/$BUILDER end=$((SECONDS + 1800))
  until [ -s "$words.json" ]; do
    if [ -s "$words.failed" ]; then
      cat "$words.failed"
      fail "the builder of the image, instance $BUILDER, could not install the software (its words are above):" \
        "mend that, then make another one: pulumi up --replace '**::elastic-image-builder'"
    fi
    [ "$SECONDS" -lt "$end" ] || fail "the builder of the image, instance $BUILDER, said nothing; see its console"
    sleep "${PAUSE_SECONDS:-5}"
  done
  emit "$(cat "$words.json")"
}

await_image
