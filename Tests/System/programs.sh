#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The release programs as a user meets them: help, version, exit codes, what they link.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=../../Scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../Scripts/lib.sh"

collector=$release/polisen-collector
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# Nothing of the caller's settings may reach the programs.
for name in $(compgen -e | grep -E '^(POLISEN|OCI|API|USE_VAULT|LOG_LEVEL)'); do unset "$name"; done
export POLISEN_CONFIG=
problems=0

# expect STATUS PATTERN COMMAND…: the exit status and a line of the output, stdout and stderr together.
expect() {
  local wanted=$1 pattern=$2 status=0 output
  shift 2
  output=$("$@" 2>&1 </dev/null) || status=$?
  if ((status != wanted)) || ! grep -qE -- "$pattern" <<<"$output"; then
    problems=$((problems + 1))
    printf 'FAILED: %s\n  exit status %d, wanted %d; wanted a line like: %s\n' "$*" "$status" "$wanted" "$pattern"
    head -n 20 <<<"$output" | sed 's/^/  | /'
  else
    printf 'passed: %s\n' "${*//$release\//}"
  fi
}

expect 0 'collect' "$collector" --help
expect 0 'Exit codes' "$collector" --help
expect 0 '[0-9]+\.[0-9]+\.[0-9]+' "$collector" version
expect 0 '"version"' "$collector" version --json
expect 64 'has no command' "$collector" no-such-command
expect 64 'no-such-flag' "$collector" collect --no-such-flag
expect 0 'feed\.url|feed:' "$collector" config show
expect 78 'log\.level' env POLISEN_LOG_LEVEL=loud "$collector" config check
expect 78 'feed\.contact' "$collector" collect
expect 0 'serve' "$release/local-oci" --help
expect 0 'NOT FOR' "$release/local-oci" serve --help

# Only the system libraries of the contract are linked, and libcurl is loaded when first needed.
linked=$(readelf -d "$collector" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort)
if unexpected=$(grep -vE '^(lib(c|m|dl|pthread|gcc_s|stdc\+\+|util|rt|crypto|systemd|yaml-0|z)(-[0-9]+)?|ld-linux.*)\.so' <<<"$linked"); then
  problems=$((problems + 1))
  printf 'FAILED: polisen-collector links %s\n' "$(tr '\n' ' ' <<<"$unexpected")"
else
  printf 'passed: polisen-collector links %s\n' "$(tr '\n' ' ' <<<"$linked")"
fi

((problems == 0)) || die "$problems of the checks failed"
