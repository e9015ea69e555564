#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Format, shell scripts, and the rules of the source tree that neither of the two can see. Changes nothing.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

failed=0

# rule TEXT COMMAND…: the command prints the lines that break the rule; no line, no trouble.
rule() {
  local found
  found=$("${@:2}" || true)
  [[ -n $found ]] || return 0
  printf 'rule broken: %s\n%s\n' "$1" "$found" >&2
  failed=1
}

# Swift sources below the directories named, as path:line:code, with comments of whole lines and line ends left out.
code() { grep -rn --include='*.swift' '' "$@" | sed -E 's,^([^:]+:[0-9]+:)[[:space:]]*//.*,\1,; s,[[:space:]]//[[:space:]].*,,'; }

swift format lint --strict --parallel --recursive Sources Tests Package.swift || failed=1

if has shellcheck; then
  mapfile -t scripts < <(git ls-files --cached --others --exclude-standard | while read -r file; do
    [[ -f $file ]] || continue
    case $file in
      *.sh) echo "$file" ;;
      *) head -c 64 "$file" | head -n 1 | grep -qaE '^#!.*\b(ba|da)?sh\b' && echo "$file" ;;
    esac || true
  done)
  shellcheck --severity=style -x "${scripts[@]}" || failed=1
else
  die 'there is no shellcheck.' 'Run: make deps'
fi

# One test drives Swift's executors by hand, to try every order of steps; the only way to run a job is marked unsafe.
misplaced_unsafe() {
  code Sources Tests | grep -P '\bunsafe\b(?!-)' |
    grep -vE '^(Sources/(Transport/Curl|OCI/OpenSSL|Systemd|YAML|Files)/|Tests/CollectorTests/ScheduleTests\.swift:)'
}
shortcuts() { code Sources Tests | grep -E 'try!|fatalError\(|nonisolated\(unsafe\)|@preconcurrency'; }
left_to_do() { grep -rnE --include='*.swift' '\b(TODO|FIXME|XXX)\b' Sources Tests; }
full_foundation() {
  code Sources | grep -E ':((package|public|internal|private|fileprivate) )?import Foundation$' |
    grep -v '^Sources/LocalOCI/'
}
without_licence() { grep -rL --include='*.swift' --include='*.h' 'SPDX-License-Identifier: MIT' Sources Tests; }
long_files() {
  find Sources -name '*.swift' -exec wc -l {} + | awk '$2 != "total" && $1 > 300 {print $2 ": " $1 " lines"}'
}
machine_paths() {
  git ls-files -z | xargs -0 grep -nIE '(^|[^[:alnum:]_.])/(work|tmp/b|opt/swift)[/-]' -- | grep -v '^Scripts/lint\.sh:'
}

rule 'the keyword unsafe stands only in Sources/{Transport/Curl,OCI/OpenSSL,Systemd,YAML,Files}' misplaced_unsafe
rule 'no try!, fatalError, nonisolated(unsafe), @preconcurrency' shortcuts
rule 'what is left to do stands in an issue' left_to_do
rule 'FoundationEssentials, not Foundation (LocalOCI and tests may)' full_foundation
rule 'a file opens with its licence' without_licence
rule 'a source file has at most 300 lines' long_files
rule 'no path of one machine' machine_paths

((failed == 0)) || exit 1
echo 'Format, shell scripts and rules: clean'
