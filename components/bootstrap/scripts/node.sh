#!/usr/bin/env bash
# On a node: run the recipe that lies on the share, if it is the one this node was told of.
# Inputs:  SHARE, SHARE_ID (content of the share's marker), RECIPE (sha256 of the join program), NODE_NAME (empty:
#          this host's own short name), ADMISSION (see membership.sh), the inputs of mount.sh.
# Effect:  that of join.sh; SHARE/state/joined/NODE_NAME.at-work is touched while it runs. Jobs can write to the
#          share: nothing from it runs as root unchecked.
set -euo pipefail

NODE_NAME=${NODE_NAME:-$(hostname -s)}
mount_share
[ -s "$SHARE/.antares-share" ] || fail "the share is not mounted at $SHARE"
[ "$(cat "$SHARE/.antares-share")" = "$SHARE_ID" ] ||
  fail "$SHARE on this host is another share than the master's: its marker .antares-share differs"
# The acceptance, which waits for no node's step, sees from it that this node is under way.
at_work() { while kill -0 "$$"; do touch "$SHARE/state/joined/$NODE_NAME.at-work" || :; sleep 5; done; }
beside at_work 2>/dev/null
# Copied first: what was checked is what runs.
cp "$SHARE/recipe/$RECIPE/join" "$ANTARES_WORK/join" || fail "the share has no recipe $RECIPE"
[ "$(sha256sum <"$ANTARES_WORK/join" | cut -d' ' -f1)" = "$RECIPE" ] ||
  fail "the recipe on the share was changed: $SHARE/recipe/$RECIPE/join is not what was published; refusing it"
# shellcheck source=/dev/null
. "$ANTARES_WORK/join"
