#!/usr/bin/env bash
# Whether anybody uses the Grid Engine that this host is the master of; read by the preflight and by the phase that
# installs it, which go on with one that was installed in vain.
# Effect:  none.
set -euo pipefail

cell_entries() {
  local database=/var/spool/gridengine/spooldb/sge
  { [ -s "$database" ] && [ -x /usr/lib/gridengine/spooledit ]; } || return 0
  timeout 20 /usr/lib/gridengine/spooledit list
}

# cell_in_use FQDN: something that somebody made there; the packages alone make no queue, and no host but the
# machine itself.
cell_in_use() { cell_entries | grep -vxE "EXECHOST:(global|template|$1)" | grep -E '^(CQUEUE|EXECHOST):'; }
