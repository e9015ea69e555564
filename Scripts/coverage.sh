#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Line coverage of each module of Sources after `tests.sh run`, and a gate over all of them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

gate=${COVERAGE_GATE:-80}
# SwiftPM writes its report only after a run without failures and counts only the last run: here all runs count.
counted=$scratch/logs/coverage.profdata
report=$scratch/logs/coverage.json
program=$scratch/debug/polisen-collectorPackageTests.xctest
tools=$(dirname "$(readlink -f "$(command -v swift)")")
shopt -s nullglob
counts=("$scratch"/debug/codecov/*.profraw "$scratch"/debug/counts/*/codecov/*.profraw)
((${#counts[@]} > 0)) || die "there are no counts in $scratch/debug/codecov." 'Run the tests first: Scripts/tests.sh run'
"$tools/llvm-profdata" merge -sparse -o "$counted" "${counts[@]}"
"$tools/llvm-cov" export -summary-only -instr-profile "$counted" "$program" >"$report"

jq -r --arg sources "$root/Sources/" '
  [.data[0].files[] | select(.filename | startswith($sources))
    | {module: (.filename[($sources | length):] | split("/")[0]), lines: .summary.lines}]
  | group_by(.module)[]
  | [.[0].module, (map(.lines.covered) | add), (map(.lines.count) | add)] | @tsv' "$report" |
  LC_ALL=C awk -F '\t' -v gate="$gate" '
    { printf "  %-16s %6.1f %%  %6d of %6d lines\n", $1, 100 * $2 / $3, $2, $3; covered += $2; lines += $3 }
    END {
      if (lines == 0) { print "error: the report names no file below Sources" > "/dev/stderr"; exit 1 }
      share = 100 * covered / lines
      printf "  %-16s %6.1f %%  %6d of %6d lines (gate: %d %%)\n", "all of Sources", share, covered, lines, gate
      exit share < gate
    }' || die "less than $gate % of the lines of Sources are covered."
