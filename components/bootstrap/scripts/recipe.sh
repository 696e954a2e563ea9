#!/usr/bin/env bash
# The recipe that every node runs, published on the share for nodes that exist or will exist.
# Inputs:  SHARE, JOIN (the whole join program), RECIPE (its digest, as the program computed it), ENTER (the script
#          with which a host that is not in the configuration joins by hand or at boot).
# Effect:  SHARE/recipe/DIGEST/{join,enter}, of root; nodes run them only by the digest that they were given.
set -euo pipefail

target=$SHARE/recipe/$RECIPE
rm -rf "$target.new"
mkdir "$target.new"
printf '%s' "$JOIN" >"$target.new/join"
printf '%s' "$ENTER" >"$target.new/enter"
[ "$(sha256sum <"$target.new/join" | cut -d' ' -f1)" = "$RECIPE" ] || fail "the recipe was damaged on its way"
sync "$target.new/join" "$target.new/enter"
rm -rf "$target"
mv -T "$target.new" "$target"
emit "{\"recipe\": \"$RECIPE\"}"
