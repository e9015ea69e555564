#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# One week of police events, made up, collected as a timer would: a run each half hour, the checker beside it, in
# accelerated time against local-oci. Six days are quiet. On the seventh the feed fails, the storage fails, a reply is
# lost, a run is killed; nothing is lost or stored twice, and the script says so only after counting. Alarms fire and
# clear, evaluated by local-oci each minute; the week's report tells of both outages. Everything lies in .demo/; no
# process stays behind.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

# The last day of a week, and how many days of it come before: it begins with Monday in Sweden. Fewer are for haste.
day=2026-01-04
week=2026-W01
days_before=${DEMO_DAYS_BEFORE:-6}
seed=${DEMO_SEED:-12}
begin=$(date -u -d "$day 00:00 UTC - $((days_before * 24 + 1)) hours" '+%Y-%m-%dT%H:%M:%SZ')
# Midnight in Sweden; the bookkeeping is done in the last minutes.
after=${day}T23:00:00Z
late=${day}T22:58:00Z
# Simulated seconds a real second, inside a run: where all retries are in vain, those that wait half a minute do so in
# half a second.
rate=1
rate_in_vain=60
demo=$root/.demo
collector=$release/polisen-collector
bucket=polisen-events-collector
export POLISEN_CONFIG=$demo/config.yaml
for name in $(compgen -e | grep -E '^(OCI_|API_|USE_VAULT$|LOG_LEVEL$|POLISEN_)' | grep -v '^POLISEN_CONFIG$'); do
  unset "$name"
done

[[ -x $collector && -x $release/local-oci ]] || die 'the programs are not built.' 'Run: make build'

server=
run=
stop() {
  local status=$?
  trap - EXIT INT TERM
  for child in $run $server; do kill "$child" 2>/dev/null || true; done
  for child in $run $server; do wait "$child" 2>/dev/null || true; done
  ((status == 0)) || printf '\nThe demo FAILED (status %d). What it did lies in %s\n' "$status" "$demo" >&2
  exit "$status"
}
trap stop EXIT INT TERM

heading() { printf '\n%s\n%s\n' "$1" "$(printf '%*s' "${#1}" '' | tr ' ' '-')"; }
note() { printf '%s\n' "$@" | fold -s -w 80; }

# --- A cloud for a week

rm -rf "$demo"
mkdir -p "$demo"
heading 'A small cloud on this machine'
"$release/local-oci" serve --data "$demo/cloud" --port 0 --seed "$seed" --start "$begin" --clock "$begin" \
  >"$demo/local-oci.json" 2>"$demo/local-oci.log" &
server=$!
for _ in $(seq 200); do
  [[ ! -s $demo/local-oci.json ]] || break
  kill -0 "$server" 2>/dev/null || die 'local-oci did not start:' "$(cat "$demo/local-oci.log")"
  sleep 0.05
done
[[ -s $demo/local-oci.json ]] || die 'local-oci did not say where it listens within 10 s.'
fact() { jq -re ".$1" "$demo/local-oci.json"; }
url=$(fact url)

cat >"$POLISEN_CONFIG" <<END
feed:
  url: $(fact feed_url)
  contact: demo@example.org
archive:
  backend: oci
state:
  path: $demo/state
oci:
  auth: api_key
  config_file: $(fact oci_config)
  namespace: $(fact namespace)
  compartment: $(fact compartment)
  region: $(fact region)
  bucket: $bucket
  endpoints:
    object_storage: $url
    monitoring: $url
    monitoring_ingestion: $url
    notifications: $url
metrics:
  backend: oci
notifications:
  topic: $(fact topic_id)
  watchdog_topic: $(fact topic_id)
alarms:
  path: $root/alarms
  runbook_base_url: https://example.org/runbooks
log:
  target: text
END
note "local-oci plays Object Storage, Monitoring, Notifications and the police feed (made up, seed $seed) at $url. It checks every signature." \
  "The collector's configuration is an ordinary file: .demo/config.yaml"

# --- What drives it

admin() {
  local method=$1 path=$2 body=${3-}
  curl --silent --show-error --fail --max-time 10 -X "$method" ${body:+-H 'content-type: application/json' -d "$body"} \
    "$url/local/$path"
}
set_clock() { admin POST clock "{\"now\":\"$1\",\"rate\":0}" >/dev/null; }
fault() { admin POST faults "$1" >/dev/null; }
heal() { admin DELETE faults >/dev/null; }

# A signed GET, by curl and openssl alone: what the demo shows of the bucket is not the collector's own word.
oci_get() {
  local target=$1 host date key text signature
  host=${url#http://}
  date=$(LC_ALL=C date -u -d "$(admin GET clock | jq -r .now)" '+%a, %d %b %Y %H:%M:%S GMT')
  key="$(fact tenancy)/$(fact user)/$(fact fingerprint)"
  text=$(printf '(request-target): get %s\ndate: %s\nhost: %s' "$target" "$date" "$host")
  signature=$(printf '%s' "$text" | openssl dgst -sha256 -sign "$(fact key_file)" | base64 -w 0)
  curl --silent --show-error --fail --max-time 10 -H "date: $date" \
    -H "authorization: Signature version=\"1\",keyId=\"$key\",algorithm=\"rsa-sha256\",headers=\"(request-target) date host\",signature=\"$signature\"" \
    "$url$target"
}
# One object a line: name, tab, size.
listing() {
  local page next=
  while true; do
    page=$(oci_get "/n/$(fact namespace)/b/$bucket/o?fields=name,size&limit=1000${next:+&start=${next//\//%2F}}")
    jq -r '.objects[] | [.name, .size] | @tsv' <<<"$page"
    next=$(jq -r '.nextStartWith // empty' <<<"$page")
    [[ -n $next ]] || return 0
  done
}
object() { oci_get "/n/$(fact namespace)/b/$bucket/o/${1//\//%2F}"; }

# What the topic was told since the last look, a row each: local-oci has evaluated every minute up to its clock.
told=0
tell_messages() {
  admin GET messages >"$demo/messages.json"
  # A formatted mail's subject says the kind and the severity once more. The watchdog tells each hour that it is there.
  jq -r --argjson told "$told" '.[$told:][] | select((.alarm.transition == "REPEAT" and (.title | contains("the watch is on"))) | not) | [.time[11:16], .alarm.transition // "message",
    (.title | if startswith("Alarm: ") then split(" | ")[2:-1] | join(" | ") else . end)] | @tsv' \
    "$demo/messages.json" | while IFS=$'\t' read -r time kind title; do
    printf '  %s  ALARM    %-13s %s\n' "$time" "$kind" "$title" | cut -c 1-80
  done
  told=$(jq length "$demo/messages.json")
}

# Starts a run at the instant; its process is $run.
start_run() {
  instant=$1
  set_clock "$instant"
  tell_messages
  : >"$demo/record.json"
  POLISEN_CLOCK="$instant@${rate}x" "$collector" collect --json --planned-at "$instant" >"$demo/record.json" 2>"$demo/run.log" &
  run=$!
}
# Waits for it: its exit status in $status, its record in $record, a row on the screen.
polls=()
finish_run() {
  status=0
  wait "$run" || status=$?
  run=
  cat "$demo/run.log" >>"$demo/log.txt"
  record=$(cat "$demo/record.json")
  row "$instant" "$1"
  # Which answers of the feed the archive has to hold: those of runs that stored what they got.
  if [[ $(of .outcome) == success || $(of .outcome) == partial ]]; then polls+=("$instant"); fi
}
collect() {
  start_run "$1"
  finish_run "${2-}"
}
of() { jq -r "$1 // empty" <<<"$record"; }
row() {
  local outcome text
  outcome=$(of .outcome)
  case $outcome in
    skipped) text=$(of .skip_reason) ;;
    success | partial) text="$(of .counts.new) new, $(of .counts.revised) revised" ;;
    *) text=$(of .error.type) ;;
  esac
  printf '  %s  %-8s %-26s %s\n' "${1:11:5}" "$outcome" "$text" "$2"
}

# The checker, at an instant. It tells people by itself when data gets too old, and records what it saw.
check() {
  local status=0
  set_clock "$1"
  POLISEN_CLOCK="$1" "$collector" freshness >"$demo/check.txt" 2>>"$demo/log.txt" || status=$?
  ((status <= 1)) || die "the check of $1 ended with $status:" "$(cat "$demo/check.txt")"
}
# Some minutes after an instant.
later() { date -u -d "$1 + $2 minutes" '+%Y-%m-%dT%H:%M:%SZ'; }
expect_outcome() { [[ $(of .outcome) == "$1" ]] || die "the run of $instant is no $1:" "$record" "$(tail -n 5 "$demo/run.log")"; }
expect_status() { ((status == $1)) || die "the run of $instant ended with $status, not $1:" "$(tail -n 5 "$demo/run.log")"; }

# Kills a run between its commit and the files that follow from it: the first of them is made to hang. Fails where the
# answer brought nothing new, and so nothing to interrupt; the run is an ordinary one then.
kill_in_the_act() {
  heal
  fault "{\"match\":$partition,\"times\":1,\"action\":{\"latency_ms\":20000}}"
  start_run "$1"
  local hits=0
  for _ in $(seq 200); do
    hits=$(admin GET faults | jq '[.[].hits] | add')
    if ((hits > 0)) || [[ -s $demo/record.json ]]; then break; fi
    sleep 0.05
  done
  if ((hits == 0)); then
    heal
    finish_run ''
    return 1
  fi
  kill -KILL "$run" || die "the run of $1 was to be killed in the act, but had ended."
  wait "$run" 2>/dev/null || true
  run=
  heal
  cat "$demo/run.log" >>"$demo/log.txt"
  polls+=("$1")
  printf '  %s  %-8s %-26s %s\n' "${1:11:5}" '-' '-' '<- SIGKILL between commit and files'
}

# --- The alarms

heading 'Alarms'
# A run's clock is ahead of the cloud's here, which stands still meanwhile: that one alarm would be right.
POLISEN_CLOCK="$begin" "$collector" alarms apply --yes --except clock-skew 2>"$demo/apply.log" | awk 'NR == 1' | fold -s -w 80
POLISEN_CLOCK="$begin" "$collector" alarms plan --except clock-skew >"$demo/plan.txt" || die 'a second plan finds something to do:' "$(cat "$demo/plan.txt")"
note "$(awk 'NR == 1' "$demo/plan.txt") (alarms/*.json, by \`alarms apply\`)"

# --- The days before: nothing but runs and checks

heading "A quiet week: a run each half hour, a check each 15 minutes"
quiet=0
failures=0
for slot in $(seq 0 $((days_before * 48 + 1))); do
  at=$(later "$begin" $((slot * 30)))
  status=0
  set_clock "$at"
  POLISEN_CLOCK="$at" "$collector" collect --json --planned-at "$at" >"$demo/record.json" 2>>"$demo/log.txt" || status=$?
  if ((status == 0)); then polls+=("$at"); else failures=$((failures + 1)); fi
  quiet=$((quiet + 1))
  for minutes in 5 20; do check "$(later "$at" "$minutes")"; done
  if ((slot % 48 == 47)); then
    printf '  %s  %d runs, %d of them failed\n' "${at:0:10}" "$quiet" "$failures"
    tell_messages
  fi
done
((failures == 0)) || die "$failures runs of the quiet days failed." "$(tail -n 5 "$demo/log.txt")"

# --- The last day

heading "$day, a run each half hour, a check each 5 minutes (UTC)"
everything='{"service":"object_storage"}'
commit="{\"service\":\"object_storage\",\"method\":\"PUT\",\"path\":\"/n/$(fact namespace)/b/$bucket/o/commits\"}"
partition="{\"service\":\"object_storage\",\"method\":\"PUT\",\"path\":\"/n/$(fact namespace)/b/$bucket/o/events\"}"
killed=
for slot in $(seq 0 45); do
  at=$(date -u -d "$day 00:00 UTC + $((slot * 30)) minutes" '+%Y-%m-%dT%H:%M:%SZ')
  case ${at:11:5} in
    06:00)
      fault '{"match":{"service":"feed"},"times":null,"action":{"status":503}}'
      rate=$rate_in_vain collect "$at" '<- the feed answers 503'
      expect_status 69
      ;;
    06:30 | 07:00 | 11:30)
      rate=$rate_in_vain collect "$at"
      expect_status 69
      ;;
    07:30)
      heal
      collect "$at" '<- the feed is back'
      expect_outcome success
      ;;
    11:00)
      fault "{\"match\":$everything,\"times\":null,\"action\":{\"status\":503}}"
      rate=$rate_in_vain collect "$at" '<- the storage answers 503'
      expect_status 69
      ;;
    12:00)
      heal
      collect "$at" '<- the storage is back'
      expect_outcome success
      ;;
    13:00)
      POLISEN_CLOCK="$at" "$collector" maintenance start --reason 'a new disk' --for 25m --pause >>"$demo/notes.txt" 2>>"$demo/log.txt" ||
        die 'the planned work was not written down.'
      collect "$at" '<- planned work: a new disk'
      expect_status 75
      ;;
    15:00)
      # The next commit is stored, but its reply is lost.
      fault "{\"match\":$commit,\"times\":1,\"action\":{\"drop\":\"after\"}}"
      rate=10 collect "$at" '<- the reply to a commit is lost'
      expect_outcome success
      ;;
    18:* | 19:* | 20:* | 21:* | 22:*)
      if [[ -z $killed ]] && kill_in_the_act "$at"; then
        killed=$at
      else
        [[ -z $killed ]] || collect "$at"
        expect_status 0
      fi
      ;;
    *)
      collect "$at"
      expect_status 0
      ;;
  esac
  for minutes in 5 10 15 20 25; do check "$(later "$at" "$minutes")"; done
  case ${at:11:5} in
    07:30) POLISEN_CLOCK="$(later "$at" 27)" "$collector" annotate 'Ask the police about the 503s of this morning' --action >>"$demo/notes.txt" 2>>"$demo/log.txt" ;;
    12:00) POLISEN_CLOCK="$(later "$at" 27)" "$collector" annotate 'The provider had announced it; nobody had read it' --at "${day}T11:20:00Z" >>"$demo/notes.txt" 2>>"$demo/log.txt" ;;
  esac
done
tell_messages
[[ -n $killed ]] || die 'no run could be killed in the act: no answer after 18:00 brought a new event.'
lost_reply=$(admin GET requests | jq -r '[.[] | select(.status == 0 and .method == "PUT")] | length')
((lost_reply >= 1)) || die 'no commit lost its reply, though one should have.'

# --- What is there now

heading 'The archive'
listing >"$demo/listing.tsv"
awk -F '\t' '{ split($1, part, "/"); n[part[1]]++; bytes[part[1]] += $2 }
  END { for (kind in n) printf "  %-10s %4d objects %9d bytes\n", kind, n[kind], bytes[kind] }' "$demo/listing.tsv" | sort
echo
today="events/${day//-//}/"
awk -F '\t' -v wanted="$today" \
  'index($1, wanted) == 1 && ++n <= 4 { printf "  %-56s %8d bytes\n", $1, $2 }' "$demo/listing.tsv"
first=$(awk -F '\t' -v wanted="$today" 'index($1, wanted) == 1 { print $1; exit }' "$demo/listing.tsv")
echo
note "The first lines of $first, exactly as the feed sent them:"
object "$first" >"$demo/events.jsonl"
awk 'NR <= 3' "$demo/events.jsonl" | cut -c 1-76 | sed 's/^/  /; s/$/ …/'

# Some lines of the log, cut to what fits on two rows.
log_lines() { awk -v count="$1" -v pattern="$2" '$0 ~ pattern && ++n <= count { print substr($0, 1, 148) (length > 148 ? " …" : "") }' "$demo/log.txt"; }
heading 'The log'
{
  log_lines 1 'trying again.*feed_server_error'
  log_lines 1 'run failed.*feed_server_error'
  log_lines 1 'run failed.*oci_server_error'
  log_lines 1 'ended without a record'
  tail -n 2 "$demo/log.txt" | cut -c 1-148
} | fold -s -w 76 | sed 's/^/  /'

heading 'An alarm, as it was delivered'
of_alarm() { jq "[.[] | select(.alarm.display_name == \"polisen no-successful-run\" and .alarm.transition == \"$1\")]" "$demo/messages.json"; }
of_alarm OK_TO_FIRING | jq -r '.[0] | "Subject: \(.title)\n\n\(.body)"' | fold -s -w 76 | sed 's/^/  /'
fired=$(of_alarm OK_TO_FIRING | jq length)
cleared=$(of_alarm FIRING_TO_OK | jq length)
((fired == 2 && cleared == 2)) || die "no-successful-run should fire and clear for each of the two outages; it fired $fired and cleared $cleared times."
echo
note "no-successful-run fired and cleared for each of the two outages. All that the topic was told: .demo/messages.json"

heading 'The ledger: runs that were no success'
"$collector" runs list --failed | tee "$demo/failed.txt"
(($(grep -c ' failed ' "$demo/failed.txt") == 5)) || die 'the ledger should show five failed runs.'
(($(grep -c ' killed .* killed ' "$demo/failed.txt") == 1)) || die 'the ledger should show one killed run.'
heading 'The ledger: the newest runs'
"$collector" runs list -n 5

heading 'Is everything there, once?'
POLISEN_CLOCK="$late" "$collector" archive verify >"$demo/verify.txt" 2>&1 || die 'archive verify found a fault:' "$(cat "$demo/verify.txt")"
sed 's/^/  /' "$demo/verify.txt"
echo
POLISEN_CLOCK="$late" "$collector" archive stats | sed 's/^/  /; s/ *$//'

# The collector's own word is not enough: count what the feed showed to the runs that got an answer, and the lines of
# the bucket's event files, by other programs.
"$release/local-oci" feed --seed "$seed" --start "$begin" --from "$begin" --to "$after" --every 30m >"$demo/answers.jsonl"
printf '%s\n' "${polls[@]}" >"$demo/polls.txt"
jq -r --rawfile polls "$demo/polls.txt" 'select(.capturedAt as $at | $polls | contains($at)) | .body // [] | .[].id' \
  "$demo/answers.jsonl" | sort -u >"$demo/shown.txt"
grep '^events/' "$demo/listing.tsv" | cut -f 1 | while read -r name; do object "$name"; done | jq -r .id | sort >"$demo/stored.txt"
shown=$(wc -l <"$demo/shown.txt")
stored=$(wc -l <"$demo/stored.txt")
distinct=$(sort -u "$demo/stored.txt" | wc -l)
printf '\n  counted apart from the collector, by curl and jq:\n'
printf '    %5d events shown by the feed to the runs that got an answer\n' "$shown"
printf '    %5d event lines in the bucket, %d of them distinct\n' "$stored" "$distinct"
((stored == distinct)) || die 'events were stored twice.'
cmp -s "$demo/shown.txt" "$demo/stored.txt" || die 'shown and stored differ:' "$(diff "$demo/shown.txt" "$demo/stored.txt" || true)"
echo '    the same ids: none lost, none twice'

# --- What the weekly review shows

heading "The report of week $week"
# OCI forgets an alarm's changes after 90 days: the ledger keeps them, and the report counts them.
POLISEN_CLOCK="$late" "$collector" alarms watch --once >"$demo/alarms.txt" || die 'the states of the alarms cannot be read:' "$(cat "$demo/alarms.txt")"
slo_report() { POLISEN_CLOCK="$after" "$collector" slo report --week "$week" "$@"; }
slo_report --format text >"$demo/report.txt" || die 'the report was not made.'
slo_report -o "$demo/report.html" >"$demo/report.out" || die 'the report was not written.'
slo_report -o "$demo/report.json" >>"$demo/report.out" || die 'the report was not written.'
# The report has more: what stands between its verdict and the table, and the incidents.
awk '/^What was counted$/ { show = 0; done = 1 } /^(Every half hour|Incidents)$/ { show = 1 } /^Top causes$/ { show = 0 }
  !done || show' "$demo/report.txt"
POLISEN_CLOCK="$after" "$collector" dashboards render -o "$demo/dashboards.html" >"$demo/boards.txt" ||
  die 'the dashboards were not drawn:' "$(cat "$demo/boards.txt")"
slo_report --deliver >"$demo/delivered.txt" 2>>"$demo/log.txt" || die 'the report was not delivered:' "$(cat "$demo/delivered.txt")"

# The report has to know both outages, when they were noticed, and when they were over.
incident() { jq -e ".incidents | length == 2 and (.[$1] | .kind == \"stale\" and .cause.error_type == \"$2\"
  and .detection_seconds <= 900 and .repair_seconds >= $3 and .repair_seconds <= $4)" "$demo/report.json" >/dev/null; }
incident 0 feed_server_error 3480 3720 || die 'the report should tell of the outage of the feed, over after an hour.'
incident 1 oci_server_error 1680 1920 || die 'the report should tell of the outage of the storage, over after half an hour.'
note "This and more as one page: .demo/report.html. It was put into the bucket, too, and the topic was told:"
fold -s -w 78 "$demo/delivered.txt" | sed 's/^/  /'

heading 'Where everything lies'
cat <<END
  .demo/report.html     the report of the week, for a browser; .demo/report.txt
  .demo/dashboards.html the dashboards of the on-call engineer, as one page
  .demo/config.yaml     the collector's configuration
  .demo/state/          its ledger of runs, the feed's call budget, caches
  .demo/log.txt         the log of all runs
  .demo/messages.json   what the alarms told
  .demo/cloud/          what local-oci kept

What to try next:
  export POLISEN_CONFIG=.demo/config.yaml
  ${collector#"$root"/} runs show last
  ${collector#"$root"/} runbook no-successful-run
  ${collector#"$root"/} --help
  make test             everything CI runs
  README.md             configuration for a real bucket
END
