#!/usr/bin/env bash
# The wheelhouse, made once, then this host's installation from it.
# Inputs:  SHARE, the inputs of wheelhouse.sh and install.sh.
# Effect:  SHARE/wheelhouse/DIGEST, complete or not there at all; /opt/antares/venv made from it.
set -euo pipefail

use_mirror
service_user
# The way it is made is part of what it is: a changed one makes another wheelhouse.
digest=$({
  declare -f pip_wheel build_antares build_wheels make_environment pack
  cat "$ANTARES_WORK"/{lock.txt,tools.txt,antares3_compat.*,verify_imports.py}
  "$PYTHON" -c 'import sys, sysconfig; print(sys.version_info[:2], sysconfig.get_platform())'
  source_identity
} | sha256sum | cut -c 1-16)
house=$SHARE/wheelhouse/$digest
if is_whole "$house"; then
  printf 'wheelhouse %s is complete\n' "$digest"
else
  make_wheelhouse "$house"
fi
hash=$(made_hash "$house")
install_software "$house" "$hash"
emit "{\"wheelhouse\": \"$digest\", \"archive\": \"$hash\", \"antares\": \"$(antares_version)\"}"
