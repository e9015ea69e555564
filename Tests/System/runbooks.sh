#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The runbooks, executed: each block tagged `sh runbook-test` is run against local-oci with the incident of the front
# matter injected before "First look" and taken away after it; the block `expect` below says what must come of it.
# Arguments: names of runbooks; none: all.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=../../Scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../Scripts/lib.sh"

has python3 || die 'python3 is missing.' 'Run: Scripts/deps.sh build test demo'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$root/Tests/System/tools/runbooks.py" --programs "$release" --runbooks "$root/runbooks" \
  --alarms "$root/alarms" --slos "$root/slos" --work "$work" "$@"
