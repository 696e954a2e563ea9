#!/usr/bin/env bash
# The part of a node's recipe that is tested here; the whole one has software and settings before it.
# Inputs:  those of membership.sh.
# Effect:  the node is a member.
set -euo pipefail

use_mirror
# Nothing here needs the software's packages.
# shellcheck disable=SC2034
SOFTWARE_PACKAGES=()
prepare_node
join_cluster
emit "{\"name\": \"$NODE_NAME\"}"
