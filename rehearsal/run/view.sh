#!/usr/bin/env bash
# Runs a command that sees other files at some places; runs in a mount namespace of its own.
# Inputs:  SOURCE TARGET, repeated, then -- and the command.
# Effect:  becomes the command; the binds end with it.
set -euo pipefail

while [ "$1" != -- ]; do
  mount --bind "$1" "$2"
  shift 2
done
shift
exec "$@"
