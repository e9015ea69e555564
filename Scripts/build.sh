#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Release programs: the Swift library linked in, symbols for backtraces kept, debug information left out.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

for product in polisen-collector local-oci; do
  swift build --scratch-path "$scratch" --configuration release --static-swift-stdlib -debug-info-format none \
    -Xlinker -z -Xlinker now --product "$product"
done
printf 'Built %s (%s)\n' "$release/polisen-collector" "$(du -h --apparent-size "$release/polisen-collector" | cut -f1)"
