#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds and runs the tests with coverage, or under a sanitizer.
#   tests.sh build|run [address|thread]
# The whole output goes to a log; what is shown is what failed, what was skipped and the closing lines.
# A test that fails is run once more, by itself on the idle machine. If it passes then, it starved or disturbed another: the
# run passes, and the test is named as unsteady here and in the summary. More than three such fail the run.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

action=${1:?build or run}
sanitizer=${2:-}
options=(--explicit-target-dependency-import-check error)
if [[ -n $sanitizer ]]; then
  # A scratch path of its own: the two kinds of objects do not mix.
  case $sanitizer in address) place=asan ;; thread) place=tsan ;; *) die "no sanitizer '$sanitizer'" ;; esac
  options+=(--scratch-path "$scratch/$place" --sanitize "$sanitizer")
  # The backtracer would start on each report and take minutes; the sanitizer prints its own.
  export SWIFT_BACKTRACE=enable=no
  # No leak check: what XCTest and Foundation never free drowns everything else.
  export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:suppressions=$root/Scripts/asan.supp}
  export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=0:exitcode=66:suppressions=$root/Scripts/tsan.supp}
else
  place=tests
  options+=(--scratch-path "$scratch" --enable-code-coverage)
fi
mkdir -p "$scratch/logs"
log=$scratch/logs/$place.log
objects=$scratch${sanitizer:+/$place}/debug

# Runs the tests that the arguments choose, appends the whole output to the log.
once() {
  local status=0
  # Counts of the run before: SwiftPM would clear them away.
  [[ ! -d $objects/codecov ]] || mv "$objects/codecov" "$(mktemp -d "$objects/counts/XXXX")"
  rm -f "$part"* "$log".xml*
  # Nothing here needs half an hour; a test that hangs must not take CI's whole time with it.
  timeout --kill-after=20 "${TEST_TIMEOUT:-35m}" \
    swift test --skip-build --disable-xctest --xunit-output "$log.xml" "${options[@]}" "$@" 2>&1 |
    tee "$part" | grep -vE '^(◇|✔) (Test|Suite) ' || status=${PIPESTATUS[0]}
  cat "$part" >>"$log"
  ((status != 124)) || die 'the tests did not end in time.' "Last started tests: $log"
  closing=$(grep -E 'Test run with [0-9]+ tests?' "$part" | tail -n 1 || true)
  [[ -n $closing ]] || die 'the test runner wrote no closing line: it crashed, or ran nothing.' "Its output: $log" \
    "$(tail -n 5 "$log")"
  ! grep -qE 'Test run with 0 tests' <<<"$closing" || die 'no test was run.'
  return "$status"
}

# The tests that failed in the last run, a line each, as regular expressions for --filter.
failed_tests() {
  awk '/<testcase / { name = $0 } /<failure / { if (name != last) print name; last = name }' "$log".xml* |
    sed -E 's,.*classname="([^"]*)" name="([^"]*)".*,\1/\2,;
      s/&quot;/"/g; s/&apos;/'\''/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' |
    sed -E 's/[][\*^$+?(){}|/]/\\&/g; s/^/^/'
}

run() {
  local closing part=$log.part again=()
  if once "$@"; then
    rm -f "$part"
    return 0
  fi
  grep -E '^✘' "$part" | cut -c 1-600 >>"$log.failed"
  mapfile -t again < <(failed_tests)
  ((${#again[@]} > 0 && ${#again[@]} <= 3)) || return 1
  printf '\n--- %d failed; once more, by itself:\n' "${#again[@]}"
  once --no-parallel "${again[@]/#/--filter=}" || return 1
  printf 'UNSTEADY, passed by itself:\n%s\n' "$(<"$log.failed")"
  cat "$log.failed" >>"$log.unsteady"
  rm "$log.failed"
}

case $action in
  build) swift build --build-tests "${options[@]}" ;;
  run)
    # A test that runs away with the memory must fail by itself, not take the machine along. Sanitizers reserve terabytes.
    [[ -n $sanitizer ]] || ulimit -v $((${TEST_MEMORY_GIB:-12} * 1024 * 1024))
    rm -rf "$log".* "$objects/codecov" "$objects/counts"
    mkdir -p "$objects/counts"
    : >"$log"
    pure='^(Alarms|MQL|Pages|ServiceLevels)Tests\.|^CollectorCLITests\.(Alarm|DrillRecipe|MetricData|MQL)'
    programs='^CollectorCLITests\.'
    failed=0
    if [[ -n $sanitizer ]]; then
      # The instrumented programs are several times as slow: they do not run beside the tests of the modules, and the
      # tests that kill them at moments counted in milliseconds are left out. So is the search through crash points,
      # which is pure Swift and takes all of a small machine, and so are the modules that have no pointer.
      wire='^(Files|JournalLogging|JSON|Ledger|OCI|OCIMetrics|Systemd|Transport|YAML)Tests\.'
      run --filter "$wire" --skip Crash || failed=1
      run --skip "$wire" --skip "$programs" --skip "$pure" || failed=1
      run --filter "$programs" --skip '/Kill' --skip "$pure" || failed=1
    else
      # What only computes would starve the servers that other tests run in their process.
      run --filter "$pure" || failed=1
      run --skip "$pure" --skip "$programs" || failed=1
      run --filter "$programs" --skip "$pure" || failed=1
    fi
    exit "$failed"
    ;;
  *) die "no action '$action'" 'use: build or run' ;;
esac
