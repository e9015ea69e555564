#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Reports and dashboards in a real browser: of a made-up quarter, as a phone and a desktop, light and dark, in English and
# Swedish, and on paper. Nothing in the console, no request, no overflow, WCAG AA. Before that each check has to find what
# is wrong with a page that is broken on purpose.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=../../Scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../Scripts/lib.sh"
cd "$root" || exit 1

tools=Tests/System/tools
collector=$release/polisen-collector
pictures=$scratch/pages
log=$scratch/logs/pages-install.log
[[ -x $collector ]] || die 'polisen-collector is not built.' 'Run: make build'
mkdir -p "$scratch/logs"
# No bytecode beside the sources.
export PYTHONDONTWRITEBYTECODE=1

if ! Scripts/deps.sh pages >"$log" 2>&1; then
  echo "skipped: there is no browser, and none can be installed: $(grep -m 1 '^error' "$log" || tail -n 1 "$log")"
  exit 0
fi

# The rules of axe-core come from the package index, and nothing of the package is run but them.
wanted=$tools/pages-requirements.txt
place=$scratch/axe
if ! cmp -s "$wanted" "$place/requirements.txt"; then
  rm -rf "$place"
  python3 -m venv "$place" >>"$log" 2>&1 || die 'no virtual environment can be made:' "$(tail -n 3 "$log")"
  "$place/bin/python" -m pip install --disable-pip-version-check --no-input --quiet --retries 2 --timeout 20 --no-deps \
    --requirement "$wanted" >>"$log" 2>&1 && cp "$wanted" "$place/requirements.txt"
fi
axe=$(find "$place" -name axe.min.js 2>/dev/null | head -n 1)
[[ -n $axe ]] || echo "without axe-core, by the project's own rules only: $(grep -E 'ERROR' "$log" | tail -n 1)"

python3 "$tools/broken_pages.py" ${axe:+--axe "$axe"} || die 'a check of pages does not find what it is for; see above.'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in $(compgen -e | grep -E '^(POLISEN|OCI|API|USE_VAULT|LOG_LEVEL)'); do unset "$name"; done
export POLISEN_CONFIG=
python3 "$tools/quarter.py" "$work/state" || die 'the ledger could not be made.'

# report NAME OPTIONS…: one page.
report() {
  "$collector" slo report --state-path "$work/state" --format html -o "$work/$1.html" "${@:2}" >"$work/out" 2>&1 ||
    die "no report $1:" "$(cat "$work/out")"
}
# The first week, the one with most incidents, one of which nothing is known, the longest, the newest, and a month.
report first-en --week 2026-W35
report stop-en --week 2026-W38
report nothing-sv --week 2026-W42 --lang sv
report clocks-en --week 2026-W43
report newest-sv --week 2026-W47 --lang sv
report month-en --month 2026-09
for language in en sv; do
  "$collector" dashboards render --state-path "$work/state" --until 2026-11-18T08:00:00Z --lang "$language" \
    -o "$work/dashboards-$language.html" >"$work/out" 2>&1 || die "no dashboards in $language:" "$(cat "$work/out")"
done

TZ=Asia/Tokyo LC_ALL=C HOME=/ report again --week 2026-W38
cmp -s "$work/stop-en.html" "$work/again.html" || die 'the same ledger gave two reports.'
rm "$work/again.html"

rm -rf "$pictures"
python3 "$tools/pages.py" ${axe:+--axe "$axe"} --out "$pictures" "$work"/*.html || die 'pages are not as they have to be; see above.' \
  "Their pictures: $pictures"
echo "passed; pictures: ${pictures#"$root"/}"
