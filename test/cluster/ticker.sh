#!/usr/bin/env bash
# A job that leaves a trace of where it is, from its begin to its end.
# Inputs:  seconds to run; JOB_ID; the folder results on the share.
# Effect:  a line a moment in results/JOB_ID: what, host, milliseconds.
set -euo pipefail

trace() { printf '%s %s %s\n' "$1" "$(hostname -s)" "$(($(date +%s%N) / 1000000))" >>"/srv/antares/results/$JOB_ID"; }

trace begin
for _ in $(seq $(($1 * 5))); do
  sleep 0.2
  trace tick
done
trace end
