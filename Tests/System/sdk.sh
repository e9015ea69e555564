#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Oracle's own Python package against local-oci: whoever knows the service's real client has never heard of this project.
# It posts metrics, and creates, lists, reads, changes and deletes every alarm that is shipped.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=../../Scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../Scripts/lib.sh"
cd "$root" || exit 1

tools=Tests/System/tools
wanted=$tools/sdk-requirements.txt
place=$scratch/sdk
log=$scratch/logs/sdk-install.log
[[ -x $release/local-oci ]] || die 'local-oci is not built.' 'Run: make build'
has python3 || die 'there is no python3.' 'Run: make deps'
mkdir -p "$scratch/logs"

# Made once; made again when the requirements change. Only an index out of reach is a reason to skip.
if ! cmp -s "$wanted" "$place/requirements.txt"; then
  rm -rf "$place"
  python3 -m venv "$place" >"$log" 2>&1 || die 'no virtual environment can be made:' "$(tail -n 3 "$log")"
  if ! "$place/bin/python" -m pip install --disable-pip-version-check --no-input --quiet --retries 2 --timeout 20 \
    --requirement "$wanted" >"$log" 2>&1; then
    if grep -qE 'connection broken|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|name resolution' "$log"; then
      echo "skipped: the package index cannot be reached: $(grep -E 'ERROR|broken' "$log" | tail -n 1)"
      exit 0
    fi
    die "the package cannot be installed:" "$(tail -n 3 "$log" | cut -c 1-200)" "All of it: $log"
  fi
  cp "$wanted" "$place/requirements.txt"
fi

work=$(mktemp -d)
server=
stop() {
  [[ -z $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null
  rm -rf "$work"
}
trap stop EXIT
"$release/local-oci" serve --data "$work/cloud" >"$work/endpoints.json" 2>"$work/local-oci.log" &
server=$!
for _ in $(seq 400); do
  [[ ! -s $work/endpoints.json ]] || break
  kill -0 "$server" 2>/dev/null || die 'local-oci did not start:' "$(cat "$work/local-oci.log")"
  sleep 0.05
done

# No variable of the caller's may lead the package elsewhere.
for name in $(compgen -e | grep -iE '^(OCI_|https?_proxy$|all_proxy$)'); do unset "$name"; done
NO_PROXY=127.0.0.1 "$place/bin/python" -W ignore "$tools/sdk_alarms.py" "$work/endpoints.json" "${ALARMS:-$root/alarms}" || {
  tail -n 5 "$work/local-oci.log"
  die 'the official package and local-oci do not agree; see above.'
}
