#!/usr/bin/env bash
# Phase 7: the recipe that every node runs, published on the share for nodes that exist or will exist.
# Inputs:  SHARE, JOIN (the whole join program), RECIPE (its digest, as the program computed it).
# Effect:  SHARE/recipe/DIGEST/join, of root; nodes run it only if its digest is the one they were given.
set -euo pipefail

target=$SHARE/recipe/$RECIPE
mkdir -p "$target.new"
printf '%s' "$JOIN" >"$target.new/join"
[ "$(sha256sum <"$target.new/join" | cut -d' ' -f1)" = "$RECIPE" ] || fail "the recipe was damaged on its way"
sync "$target.new/join"
rm -rf "$target"
mv -T "$target.new" "$target"
emit "{\"recipe\": \"$RECIPE\"}"
