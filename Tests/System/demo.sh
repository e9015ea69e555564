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
# awk counts bytes, and the report's bars have three each.
wide=$(LC_ALL=C.UTF-8 grep -nE '^.{81,}$' "$output" || true)
[[ -z $wide ]] || die 'lines of the demo do not fit on a terminal:' "$wide"
left=$(pgrep -f -- "--data $root/.demo/cloud" || true)
[[ -z $left ]] || die "the demo left a process behind: $left"
grep -q 'none lost, none twice' "$output" || die "the demo ended without its verdict: $output"
grep -q 'no-successful-run fired and cleared' "$output" || die "the demo ended without its alarm: $output"

# The report and the dashboards: there, said where, self-contained, and telling of the outage of the feed as it was.
for page in report.html dashboards.html; do
  grep -q "\.demo/$page" "$output" || die "the demo does not say where $page lies: $output"
  [[ -s .demo/$page ]] || die "the demo left no .demo/$page"
  ! grep -Eqi '<script|(src|href)="?https?:[^"]*\.(css|js|png|svg)' ".demo/$page" || die ".demo/$page loads something"
done
size=$(stat -c %s .demo/report.html)
((size <= 300000)) || die "the report has $size bytes, more than 300 kB"
for word in feed_server_error oci_server_error 'a new disk' 'Ask the police about the 503s'; do
  grep -q "$word" .demo/report.html || die "the report does not tell of: $word"
done
# The last good runs before the outages ended at 05:30 and 10:30, the first ones after them at 07:30 and 12:00. Alarms
# tell of the feed before data is too old, the checker of the storage at 11:35. A busy machine may need a minute more.
outages='[.incidents[] | [(.started_at, .detected_at, .ended_at | .[11:16]), .detection_seconds, .repair_seconds, .runbook]]'
jq -e "$outages"' as [$feed, $storage]
  | (.incidents | length) == 2
  and (["06:31", "06:32"] | index($feed[0])) and $feed[1] >= "06:01" and $feed[1] <= "06:36"
  and (["07:31", "07:32"] | index($feed[2])) and ($feed[4] - 3600 | fabs) <= 60 and $feed[5] == "api-failing"
  and (["11:31", "11:32"] | index($storage[0])) and $storage[1] >= "11:31" and $storage[1] <= "11:36"
  and (["12:01", "12:02"] | index($storage[2])) and $storage[3] <= 300 and ($storage[4] - 1800 | fabs) <= 60' \
  .demo/report.json >/dev/null || die 'the report tells of the outages otherwise than they were:' "$(jq -c "$outages" .demo/report.json)"
jq -e '.objectives[] | select(.name == "freshness") | .in_period | .counted.bad >= 88 and .counted.bad <= 92 and .excluded == 25' \
  .demo/report.json >/dev/null || die 'the report should count 90 stale minutes, and leave 25 of planned work out.'
grep -q 'reports/2026/2026-W01.html' "$output" || die "the report was not delivered into the bucket: $output"
echo "passed: $(wc -l <"$output") lines, no process left behind"
