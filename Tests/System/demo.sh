#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The demo, from its first line to its last: it counts by itself what must be there; here it must end well, fit on a
# terminal and leave no process behind.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=../../Scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../Scripts/lib.sh"
cd "$root" || exit 1

output=$scratch/logs/demo.txt
mkdir -p "$scratch/logs"
Scripts/demo.sh >"$output" 2>&1 || {
  tail -n 40 "$output"
  die 'the demo failed; its last lines stand above.' "All of it: $output"
}
wide=$(LC_ALL=C.UTF-8 awk 'length > 82 { print FILENAME ":" FNR ": " length " columns" }' "$output")
[[ -z $wide ]] || die 'lines of the demo do not fit on a terminal:' "$wide"
left=$(pgrep -f -- "--data $root/.demo/cloud" || true)
[[ -z $left ]] || die "the demo left a process behind: $left"
grep -q 'none lost, none twice' "$output" || die "the demo ended without its verdict: $output"
grep -q 'no-successful-run fired and cleared' "$output" || die "the demo ended without its alarm: $output"
echo "passed: $(wc -l <"$output") lines, no process left behind"
