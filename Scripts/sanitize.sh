#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The tests under AddressSanitizer (address) or ThreadSanitizer (thread).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./tests.sh build "${1:?address or thread}"
./tests.sh run "$1"
