#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The pictures of the README: week 47 of a made-up quarter, always the same. They differ by the browser's version only.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

collector=$release/polisen-collector
[[ -x $collector ]] || die 'polisen-collector is not built.' 'Run: make build'
for name in $(compgen -e | grep -E '^(POLISEN|OCI|API|USE_VAULT|LOG_LEVEL)'); do unset "$name"; done
export POLISEN_CONFIG='' PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 Tests/System/tools/quarter.py "$work/state"
(
  # The page names the ledger's place: a short one.
  cd "$work"
  "$collector" slo report --state-path state --slos "$root/slos" --week 2026-W47 --format html -o report.html
  "$collector" dashboards render --state-path state --slos "$root/slos" --dashboards "$root/dashboards" \
    --until 2026-11-18T08:00:00Z -o dashboards.html
) >"$work/out" 2>&1 || die 'a page could not be made:' "$(cat "$work/out")"
python3 Tests/System/tools/pictures.py --pages "$work" --out docs/images
