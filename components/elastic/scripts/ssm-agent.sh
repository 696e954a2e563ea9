#!/usr/bin/env bash
# The agent of AWS Systems Manager, by which a join can be run again without logging in.
# Inputs:  AGENT_SOURCE: address of the region's own bucket of the agent.
# Effect:  install_agent: the agent runs, or the reason why not is printed; an image may have it already.
set -euo pipefail

fetch() {
  python3 -c 'import sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=60) as source, open(sys.argv[2], "wb") as target:
    target.write(source.read())' "$1" "$2"
}

install_agent() {
  if systemctl is-enabled -q amazon-ssm-agent 2>/dev/null; then return 0; fi
  local folder code=0
  folder=$(mktemp -d)
  fetch "$AGENT_SOURCE/latest/debian_amd64/amazon-ssm-agent.deb" "$folder/amazon-ssm-agent.deb" &&
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install "$folder/amazon-ssm-agent.deb" ||
    code=1
  rm -rf "$folder"
  return "$code"
}
