#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything CI runs. A stage that fails does not hide what the later ones find, unless they stand on it; the exit
# status is 0 only if all passed. Ends with the closing lines of the test runner.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root" || exit 1

began=$SECONDS
table=()
failed=()

# stage NAME COMMAND…: runs it under a heading, notes time and result.
stage() {
  local name=$1 start=$SECONDS status=0
  shift
  printf '\n=== %s\n' "$name"
  "$@" </dev/null || status=$?
  local took
  took=$(readable_seconds $((SECONDS - start)))
  if ((status == 0)); then
    table+=("$(printf '%-8s %-42s %s' passed "$name" "$took")")
  else
    table+=("$(printf '%-8s %-42s %s' FAILED "$name" "$took")")
    failed+=("$name")
  fi
  printf -- '--- %s: %s, %s\n' "$name" "$( ((status == 0)) && echo passed || echo FAILED)" "$took"
  return "$status"
}

finish() {
  printf '\n=== Summary (%s)\n' "$(readable_seconds $((SECONDS - began)))"
  printf '%s\n' "${table[@]}"
  # The runner's own words, last: whoever reads this output by machine finds the counts there.
  local log kind
  for kind in unsteady failed; do
    for log in asan tests; do
      [[ -s $scratch/logs/$log.log.$kind ]] || continue
      printf '%s in %s:\n' "$kind" "$log"
      tail -n 12 "$scratch/logs/$log.log.$kind"
    done
  done
  for log in asan tests; do
    [[ -f $scratch/logs/$log.log ]] && grep -E 'Test run with [0-9]+ tests?' "$scratch/logs/$log.log"
  done
  if ((${#failed[@]} > 0)); then
    printf 'error: failed: %s\n' "$(IFS=,; echo "${failed[*]}")" >&2
    exit 1
  fi
  exit 0
}

mkdir -p "$scratch/logs"
rm -f "$scratch"/logs/{tests,asan}.log*

stage 'What is needed' Scripts/deps.sh build test demo || finish
stage 'Format, scripts, rules' Scripts/lint.sh
stage 'Build with tests' Scripts/tests.sh build || finish
stage 'Tests' Scripts/tests.sh run
stage 'Coverage' Scripts/coverage.sh
if stage 'Release build' Scripts/build.sh; then
  for script in Tests/System/*.sh; do
    stage "System: $(basename "$script" .sh)" "$script"
  done
fi
if stage 'Build with AddressSanitizer' Scripts/tests.sh build address; then
  stage 'Tests with AddressSanitizer' Scripts/tests.sh run address
fi
finish
