#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What Tests/System/systemd.sh does inside the box, as root. Nothing here is faked but the cloud and the feed, which
# local-oci plays on loopback.
set -uo pipefail

in=/opt/in
unit=polisen-collector.service
state=/var/lib/polisen-collector
url=http://127.0.0.1:9470
problems=0
passed() { printf 'passed: %s\n' "$1"; }
failed() {
  problems=$((problems + 1))
  printf 'FAILED: %s\n' "$1"
  shift
  (($# == 0)) || printf '%s\n' "$@" | tail -n 15 | sed 's/^/  | /'
}
# check TEXT COMMAND…
check() {
  local text=$1 said status=0
  shift
  said=$("$@" 2>&1) || status=$?
  if ((status == 0)); then passed "$text"; else failed "$text" "$* -> $status" "$said"; fi
}
# Waits until the command succeeds, SECONDS at most, and leaves the milliseconds it took in $took.
within() {
  local limit=$1 start
  shift
  start=$(date +%s%N)
  until "$@" >/dev/null 2>&1; do
    took=$((($(date +%s%N) - start) / 1000000))
    ((took < limit * 1000)) || return 1
    sleep 0.02
  done
  took=$((($(date +%s%N) - start) / 1000000))
}
journal() { journalctl --sync; journalctl --no-pager -t polisen-collector "$@"; }
as_user() { runuser -u polisen-collector -- "$@"; }
# METHOD PATH [BODY]: the administration of local-oci, without curl.
admin() {
  exec 3<>/dev/tcp/127.0.0.1/9470
  printf '%s /local/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
    "$1" "$2" "${#3}" "$3" >&3
  timeout 5 cat <&3 >/tmp/reply
  exec 3>&-
  grep -q '^HTTP/1.1 2' /tmp/reply
}
drop_in() { # UNIT LINE…: in its main section
  local directory=/run/systemd/system/$1.d
  mkdir -p "$directory"
  shift
  printf '%s\n' "$@" >"$directory/test.conf"
  systemctl daemon-reload
}
no_drop_in() { rm -rf "/run/systemd/system/$1.d"; systemctl daemon-reload; }
# Ends the wait for a retry, and forgets failures.
rest() {
  systemctl stop "$unit" 2>/dev/null
  systemctl reset-failed "$unit" 2>/dev/null
  admin DELETE faults ''
}
records() { as_user polisen-collector runs list --json -n 50; }
last_is() { as_user polisen-collector runs list -n 1 | grep -q "$1"; }

echo '--- Installed'
export SCRATCH=$in/scratch
check 'make install installs, and verifies what it did' "$in/Scripts/install.sh" install
check 'once more, it changes nothing' sh -c "'$in/Scripts/install.sh' install | grep '^0 files written'"
check 'nothing is started' sh -c '! systemctl is-active -q polisen-collector.timer polisen-freshness.timer polisen-health.socket polisen-metrics.path'
check 'the user is there and owns the state' sh -c "stat -c '%U %a' $state | grep -x 'polisen-collector 2750'"
units=(/usr/lib/systemd/system/polisen-*)
# Any word is a finding: it exits with 0 on unknown keys.
said=$(systemd-analyze verify --man=no "${units[@]}" 2>&1)
if [[ -z $said ]]; then passed 'systemd-analyze verify has nothing to say'; else failed 'systemd-analyze verify' "$said"; fi
for service in /usr/lib/systemd/system/polisen-*.service; do
  said=$(systemd-analyze security --offline=true --no-pager "$service" 2>&1 | sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
  if awk -v level="$said" 'BEGIN { exit !(level != "" && level <= 1.5) }'; then
    passed "exposure $said: $(basename "$service")"
  else
    failed "exposure '$said': $(basename "$service")"
  fi
done

echo '--- Timer and journal'
systemd-run --quiet --unit=local-oci -p MemoryMax=1G "$in/scratch/release/local-oci" serve --data /var/local-oci --port 9470 --seed 12
within 20 test -s /var/local-oci/client/endpoints.json || failed 'local-oci did not start' "$(journalctl -u local-oci)"
fact() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" /var/local-oci/client/endpoints.json | head -n 1 | sed 's,\\/,/,g'; }
# The key as an administrator would place it: readable by root alone, handed over by systemd.
cp "$(fact key_file)" /etc/polisen-collector/oci/key.pem
# shellcheck disable=SC2016
sed 's,^key_file *=.*,key_file=$CREDENTIALS_DIRECTORY/oci_key.pem,' "$(fact oci_config)" >/etc/polisen-collector/oci/config
chmod 600 /etc/polisen-collector/oci/*
cat >/etc/polisen-collector/config.yaml <<END
feed:
  url: $(fact feed_url)
  rate_limits: off
  contact: box@example.org
archive:
  backend: oci
state:
  path: $state
oci:
  auth: api_key
  config_file: \$CREDENTIALS_DIRECTORY/oci_config
  namespace: $(fact namespace)
  compartment: $(fact compartment)
  region: $(fact region)
  bucket: polisen-events-collector
  endpoints:
    object_storage: $url
    monitoring_ingestion: $url
    monitoring: $url
metrics:
  backend: [oci, textfile]
  textfile_path: /run/polisen-collector/polisen.prom
log:
  level: debug
END
check 'the configuration is valid' as_user polisen-collector config check
# As README.md has it: people type this before the first run, and as root.
said=$(polisen-collector doctor --json 2>&1)
if grep -q "$state belongs to polisen-collector" <<<"$said" && grep -q '"fix":"systemd hands the keys to its units only: sudo systemd-run ' <<<"$said"; then
  passed "doctor, typed by root, works as the service's user, and says how to hand it the keys"
else
  failed 'doctor, typed by root' "$said"
fi
for command in 'metrics flush --timeout 1s' 'freshness' 'collect --set log.level=loud' 'collect'; do
  # shellcheck disable=SC2086
  polisen-collector $command >/dev/null 2>&1
done
check "nothing that root has typed is in the service's way" sh -c "! find $state ! -user polisen-collector | grep ."
doctor=(-p User=polisen-collector -p LoadCredential=oci:/etc/polisen-collector/oci polisen-collector doctor)
check 'doctor works by hand with the keys that systemd hands over' sh -c '
  systemd-run --quiet --pipe --wait --collect "$@" --json | tee /dev/stderr | grep "\"check\":\"credentials\",\"result\":\"ok\""' sh "${doctor[@]}"
check 'and on a terminal' sh -c '
  script -qec "systemd-run --quiet --pty --wait --collect $*" /dev/null </dev/null | tee /dev/stderr | grep "^ok  *credentials"' sh "${doctor[@]}"
next=$(systemctl start polisen-collector.timer; systemctl list-timers --no-pager --no-legend polisen-collector.timer)
if grep -qE ' [0-9]{2}:(0[12]|3[12]):[0-9]{2} ' <<<"$next"; then passed 'the timer waits for its slot'; else failed 'the timer waits for its slot' "$next"; fi
drop_in polisen-collector.timer '[Timer]' 'OnCalendar=' 'OnCalendar=*:*:*' 'RandomizedDelaySec=0'
systemctl restart polisen-collector.timer
if within 30 last_is success; then passed 'the timer fires, and a run succeeds with the key systemd hands over'; else
  failed 'the timer fires' "$(systemctl status $unit polisen-collector.timer)" "$(journal -n 20)"
fi
no_drop_in polisen-collector.timer
check 'it knows when it was planned' sh -c "runuser -u polisen-collector -- polisen-collector runs show last --json | tee /dev/stderr | grep '\"planned_at\":\"2'"
# Root's attempt above had no keys, after which posts pause for a while; who asks for them gets them at once.
systemctl start polisen-metrics.service
admin GET 'metrics?name=run_start_delay_seconds' ''
check 'and its delay is in OCI Monitoring' grep -q '"dimensions"' /tmp/reply
check "another user may read its textfile" sh -c "runuser -u nobody -- cat /run/polisen-collector/polisen.prom | grep '^run_success{.*} 1'"
systemctl restart polisen-collector.timer
# The checker sees the timer at work; then somebody stops it, and says nothing.
checks=
has_command() { polisen-collector --help | grep -qE "^  $1( |\$)"; }
if has_command freshness; then
  checks=yes
  # A limit that both a check every 2 s and a slow machine can keep: stale comes soon, fresh is not over before it is seen.
  drop_in polisen-freshness.timer '[Timer]' 'OnCalendar=' 'OnCalendar=*:*:0/2'
  drop_in polisen-freshness.service '[Service]' Environment=POLISEN_FRESHNESS_MAX_AGE=20s
  check 'fresh, says the checker as a unit' systemctl start polisen-freshness.service
  check 'and by hand: the scheduler is healthy, too' sh -c "
    runuser -u polisen-collector -- polisen-collector freshness --dry-run --json | tee /dev/stderr | grep '\"state\":\"healthy\"'"
  check 'doctor reads over D-Bus that the timer is active, and that it is not enabled' sh -c "
    runuser -u polisen-collector -- polisen-collector doctor --json | tee /dev/stderr |
      grep '\"cannot\":\"polisen-collector.timer is active, but not enabled\"'"
  systemctl start polisen-freshness.timer
fi
systemctl stop polisen-collector.timer
stopped=$(date +%s)
within 15 sh -c "! systemctl is-active -q $unit && ! systemctl status $unit | grep -q activating"
run=$(records | grep -o '"run_id":"[^"]*","job":"[^"]*","environment":"[^"]*","command":"collect"[^{]*"outcome":"success"' | head -n 1 | cut -d '"' -f 4)
entries=$(journal "POLISEN_RUN_ID=$run" -o json)
if grep -q run.started <<<"$entries" && grep -q run.succeeded <<<"$entries" && grep -q '"_SYSTEMD_UNIT":"polisen-collector.service"' <<<"$entries"; then
  passed "journalctl POLISEN_RUN_ID=$run finds $(wc -l <<<"$entries") entries"
else
  failed "journalctl POLISEN_RUN_ID=$run" "$entries"
fi
check 'and MESSAGE_ID finds the kind of event' sh -c "journalctl MESSAGE_ID=21df7f4b968949a0af2b673847f0c4ce -o json | grep -q '$run'"
check 'journalctl -x explains it' sh -c "journalctl -x MESSAGE_ID=21df7f4b968949a0af2b673847f0c4ce | grep -q 'runs show $run'"
check 'state is closed to others' sh -c "! find $state -type f -perm /027 | grep ."

echo '--- Deaths'
hang() { admin POST faults "{\"match\":{\"service\":\"feed\"},\"times\":null,\"action\":{\"latency_ms\":$1}}"; }
main_pid() { systemctl show -P MainPID "$unit"; }
at_work() { [[ $(main_pid) != 0 && -e $state/running.json ]]; }
# How often a death of a job is told in OCI Monitoring.
deaths() {
  admin GET 'metrics?name=run_failed_by_reason' '' &&
    grep -oE '"dimensions":\{[^}]*\}' /tmp/reply | grep -F "\"job\":\"$1\"" | grep -cF '"reason":"killed"'
}
died=0
died_in_metrics() { [[ $(deaths polisen) == "$died" ]]; }
in_journal() { journal -n 3 MESSAGE_ID=1312f57ae0a64686b0c009011271da38 -o json | grep -q "\"POLISEN_ERROR_TYPE\":\"$1\""; }
# told CAUSE: by ledger, journal and metrics, not later than 2 s after now.
told() {
  if within 10 last_is "killed .*$1" && ((took <= 2000)); then
    passed "$2 is in the ledger as $1 after $took ms"
  else
    failed "$2 should be in the ledger as $1 within 2 s" "after $took ms:" "$(as_user polisen-collector runs list -n 3)" \
      "$(journalctl --no-pager -u $unit -u polisen-report-failure@$unit -n 15)"
  fi
  if within 10 in_journal "$1"; then passed "and in the journal"; else failed "$1 in the journal" "$(journal -n 3)"; fi
  died=$((died + 1))
  if within 10 died_in_metrics && ((took <= 2000)); then passed "and in OCI Monitoring after $took ms more"; else
    failed "$1 in OCI Monitoring: $(deaths polisen) of $died" "after $took ms:" "$(as_user polisen-collector metrics spool)" "$(journal -n 8)"
  fi
}

hang 60000
systemctl start --no-block "$unit"
within 20 at_work
if has_command health; then
  systemctl start polisen-health.socket
  in_progress() {
    exec 4<>/dev/tcp/127.0.0.1/9477
    printf 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n' >&4
    timeout 5 cat <&4 >/tmp/metrics
    exec 4>&-
    grep -E '^run_in_progress_seconds(\{.*\})? [1-9]' /tmp/metrics
  }
  if within 10 in_progress; then passed 'the health unit sees the run at work'; else failed 'the health unit and a run at work' "$(cat /tmp/metrics)"; fi
  systemctl stop polisen-health.socket
fi
pid=$(main_pid)
# 0 where there is none, and to kill 0 is to kill whoever runs this.
((pid > 1)) && kill -KILL "$pid"
told killed_signal 'a run killed by SIGKILL'
check 'a retry is planned' sh -c "systemctl show -P SubState $unit | grep -x auto-restart"
rest

# An answer larger than the limit: the run needs less for an ordinary one.
drop_in "$unit" '[Service]' MemoryMax=12M
admin POST faults "{\"match\":{\"service\":\"feed\"},\"times\":null,\"action\":{\"body\":\"$(head -c 16m /dev/zero | tr '\0' a)\"}}" ||
  failed 'local-oci does not take the large answer' "$(head -c 500 /tmp/reply)"
systemctl start --no-block "$unit"
within 20 sh -c "systemctl show -P SubState $unit | grep -xE 'auto-restart|failed|stop-post'"
told killed_oom 'a run over MemoryMax'
no_drop_in "$unit"
rest

drop_in "$unit" '[Service]' TimeoutStartSec=2s TimeoutStartFailureMode=kill
hang 60000
systemctl start --no-block "$unit"
within 20 at_work
within 20 sh -c "! systemctl show -P SubState $unit | grep -qx start"
told killed_timeout 'a run past TimeoutStartSec'
rest

drop_in "$unit" '[Service]' TimeoutStartSec=2s
hang 60000
systemctl start --no-block "$unit"
within 20 at_work
within 20 sh -c "! systemctl show -P SubState $unit | grep -qE '^(start|stop-sigterm)$'"
# The reporter speaks after the record is there.
explained() { last_is 'failed .*terminated' && journal -n 20 -p warning | grep -q 'had recorded its end.*time limit'; }
if within 10 explained; then
  passed 'one that ended in time keeps its own record; the journal adds why it was told to'
else
  failed 'a run past TimeoutStartSec that could still record itself' "$(as_user polisen-collector runs list -n 3)" "$(journal -n 8)"
fi
no_drop_in "$unit"
rest

drop_in "$unit" '[Service]' LoadCredential=gone:/nowhere
systemctl start --no-block "$unit"
within 20 systemctl is-failed -q "$unit"
told start_failed 'a start that failed'
no_drop_in "$unit"
rest

# Three tries, then quiet until the next slot; each try has its own record.
drop_in "$unit" '[Service]' RestartSec=100ms Environment=POLISEN_RUN_DEADLINE=1s
admin POST faults '{"match":{"service":"feed"},"times":null,"action":{"status":503}}'
before=$(records | grep -o '"type":"feed_server_error"' | wc -l)
systemctl start --no-block "$unit"
if within 30 systemctl is-failed -q "$unit"; then
  after=$(records | grep -o '"type":"feed_server_error"' | wc -l)
  if ((after - before == 3)); then passed 'a failed run is tried again, three times in all'; else failed "tries: $((after - before))"; fi
  said() { journal -n 5 | grep -q 'not tried again before the next slot'; }
  if within 5 said; then passed 'and the journal says that no more tries follow'; else
    failed 'no word about the tries' "$(journalctl --no-pager -n 12)"
  fi
else
  failed 'a run that always fails' "$(systemctl status "$unit")" "$(journal -n 10)"
fi
no_drop_in "$unit"
rest

count=$(records | grep -o '"run_id"' | wc -l)
distinct=$(records | grep -o '"run_id":"[^"]*"' | sort -u | wc -l)
if ((count == distinct)); then passed "no death is recorded twice ($count records)"; else failed "$count records of $distinct runs"; fi

echo '--- Suppression'
drop_in "$unit" '[Service]' LogRateLimitIntervalSec=1s LogRateLimitBurst=2
systemctl start "$unit"
sleep 1.1
systemctl start "$unit"
journalctl --sync
suppressed=$(journalctl --no-pager -o json MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e _TRANSPORT=driver)
if grep -q "messages from $unit\"" <<<"$suppressed" && grep -q '"N_DROPPED":"[0-9]' <<<"$suppressed"; then
  passed "what journald suppresses stands in the journal: $(grep -o 'Suppressed [0-9]* messages from [a-z.-]*' <<<"$suppressed" | head -n 1)"
else
  failed 'what journald suppresses' "$suppressed" "$(journalctl -n 5 -u systemd-journald)"
fi
no_drop_in "$unit"
rest
check 'no thread complains about the sandbox' sh -c "! journalctl -u $unit -u 'polisen-*' | grep 'thread priority'"

rm -rf /etc/polisen-collector/oci.gone
mv /etc/polisen-collector/oci /etc/polisen-collector/oci.gone
systemctl start --no-block "$unit"
within 20 systemctl is-failed -q "$unit"
if within 10 last_is 'killed .*start_failed' && ((took <= 2000)); then passed 'a key directory that is gone is in the ledger, too'; else
  failed 'a key directory that is gone' "$(as_user polisen-collector runs list -n 3)" "$(systemctl status "polisen-report-failure@$unit")" "$(journal -n 8)"
fi
mv /etc/polisen-collector/oci.gone /etc/polisen-collector/oci
rest
# Without keys the reporter could not post, after which posts pause for a while; who asks for them gets them at once.
died=$((died + 1))
check 'metrics that wait are posted on request' systemctl start polisen-metrics.service
check 'among them that death' died_in_metrics

echo '--- Any job'
cat >/run/systemd/system/nightly.service <<'END'
[Unit]
OnFailure=polisen-report-failure@%n.service
[Service]
Type=oneshot
User=polisen-collector
UMask=0027
Environment=LIBDISPATCH_LOG=NO
LoadCredential=oci:/etc/polisen-collector/oci
ExecStart=/usr/bin/polisen-collector exec --job nightly -- /bin/sh /run/nightly.sh
ExecStopPost=-/usr/bin/polisen-collector report-failure --unit %n --exec-job nightly
MemoryMax=64M
KillMode=mixed
StandardOutput=null
END
systemctl daemon-reload
job() { printf '%s\n' "$@" >/run/nightly.sh; chmod 644 /run/nightly.sh; }
job_runs() { as_user polisen-collector runs "$@" --exec-job nightly; }
job_is() { job_runs list -n 1 | grep -qE "$1"; }
job_died() { [[ $(deaths nightly) == "$1" ]]; }
# job_entry MESSAGE_ID WORDS: the last run's entry of that kind.
job_entry() {
  local id
  id=$(job_runs show last --json | sed -n 's/.*"run_id":"\([^"]*\)".*/\1/p')
  journal "POLISEN_RUN_ID=$id" "MESSAGE_ID=$1" -o json | grep -F "\"POLISEN_JOB\":\"nightly\"" | grep -F "$2"
}
job 'echo all is well'
check 'a job runs as a unit of the system user' systemctl start nightly.service
check 'its success is in the ledger' job_is ' success .*sh: status 0'
check 'and in the journal, by POLISEN_RUN_ID and MESSAGE_ID' job_entry 21df7f4b968949a0af2b673847f0c4ce '"_SYSTEMD_UNIT":"nightly.service"'
admin GET 'metrics?name=run_success' ''
check 'and in OCI Monitoring under its own name' grep -q '"job":"nightly"' /tmp/reply
check 'it is fresh' as_user polisen-collector status --exec-job nightly
check 'and so says the checker' as_user polisen-collector freshness --state-path $state/jobs/nightly --job nightly --max-age 25h

job 'echo these are the last words' 'echo password=c4n4ry' 'exit 3'
check 'a failing one fails the unit' sh -c '! systemctl start nightly.service'
check 'it is in the ledger' job_is ' failed .*sh: status 3'
check 'with the end of its output' sh -c "runuser -u polisen-collector -- polisen-collector runs show last --exec-job nightly | grep 'these are the last words'"
check 'without its secret' sh -c "! grep -r c4n4ry $state/jobs && ! journalctl -u nightly.service | grep c4n4ry"
check 'and in the journal' job_entry 29256c558a6c418fb9c405a8cf50a269 '"POLISEN_ERROR_TYPE":"exec_exit"'
reporter() { journal -n 20 -u 'polisen-report-failure@nightly.service.service' | grep -q 'not tried again'; }
if within 5 reporter; then passed 'the reporter finds the run of the job, and adds no other'; else
  failed 'the reporter of the job' "$(systemctl status 'polisen-report-failure@nightly.service.service')" "$(journal -n 8)"
fi
check 'and none to the ledger of the collector' sh -c "! grep -r 'nightly' $state/ledger"

job 'exec tail /dev/zero'
systemctl start nightly.service 2>/dev/null
if within 10 job_is ' killed .*killed_oom' && ((took <= 2000)); then passed "one over MemoryMax is in the ledger as killed_oom"; else
  failed 'a job over MemoryMax' "$(job_runs list -n 3)" "$(systemctl status nightly.service)"
fi
check 'and in the journal' job_entry 1312f57ae0a64686b0c009011271da38 '"POLISEN_ERROR_TYPE":"killed_oom"'
if within 5 job_died 1; then passed 'and in OCI Monitoring'; else failed "killed_oom in OCI Monitoring: $(deaths nightly)" "$(journal -n 8)"; fi

job "trap 'date +%s%N >$state/jobs/nightly/heard; exit 7' TERM" "echo ready >$state/jobs/nightly/ready" 'while :; do sleep 0.01; done'
systemctl start --no-block nightly.service
within 10 test -s $state/jobs/nightly/ready
asked=$(date +%s%N)
systemctl stop nightly.service
if [[ -s $state/jobs/nightly/heard ]]; then
  passed "systemctl stop: TERM reached the command after $((($(cat $state/jobs/nightly/heard) - asked) / 1000000)) ms"
else
  failed 'TERM did not reach the command' "$(systemctl status nightly.service)"
fi
check 'the record is on disk when the stop returns' job_is ' failed .*sh: status 7'

rm -f $state/jobs/nightly/ready
systemctl start --no-block nightly.service
within 10 test -s $state/jobs/nightly/ready
systemctl kill -s KILL --kill-who=all nightly.service
if within 10 job_is ' killed .*killed_signal' && ((took <= 2000)); then passed "one killed with exec itself is in the job's ledger after $took ms"; else
  failed 'a job killed with exec itself' "$(job_runs list -n 3)" "$(systemctl status nightly.service)" "$(journal -n 8)"
fi
if within 5 job_died 2; then passed 'and in OCI Monitoring'; else failed "killed_signal of the job in OCI Monitoring: $(deaths nightly)" "$(journal -n 8)"; fi

check 'the next run succeeds' systemctl start "$unit"
check 'it stands in the ledger' last_is success
check 'nobody planned it' sh -c "! runuser -u polisen-collector -- polisen-collector runs show last --json | grep '\"planned_at\":\"'"

echo '--- Freshness'
since() { journalctl --sync; journalctl --no-pager -q -u polisen-freshness.service --since "@$1" "MESSAGE_ID=$2" -o json | grep -q .; }
if [[ -n $checks ]]; then
  now=$(date +%s)
  if within 60 since "$now" f5356eda699e4b6795cb6d57c422c08f; then passed "stale data is noticed by the checker's timer"; else
    failed 'stale data' "$(as_user polisen-collector freshness --dry-run)" "$(journalctl -n 10 -u polisen-freshness.service)"
  fi
  if within 100 since "$stopped" 8b962a06ccbd4aeb9475dd6ebdd7be1d; then
    passed 'so is the stopped timer of the collector'
  else
    failed 'the stopped timer' "$(as_user polisen-collector freshness --dry-run)" "$(journalctl -n 10 -u polisen-freshness.service)"
  fi
  now=$(date +%s)
  systemctl start polisen-collector.timer "$unit"
  if within 30 since "$now" 78731972f6494ab08e41e029cff80f6b; then passed 'and so is the recovery'; else
    failed 'the recovery' "$(as_user polisen-collector freshness --dry-run)" "$(journalctl -n 10 -u polisen-freshness.service)"
  fi
  systemctl stop polisen-freshness.timer polisen-collector.timer
  check 'a stale verdict is no failed unit' sh -c '! systemctl is-failed -q polisen-freshness.service'
  # What it has read of the journal is read once more, in its sandbox.
  sed -i 's/"journal_read_at":"[^"]*"/"journal_read_at":"2020-01-01T00:00:00.000Z"/' $state/freshness-ledger.json
  drop_in polisen-freshness.service '[Service]' Environment=POLISEN_METRICS_BACKEND=textfile
  systemctl start polisen-freshness.service
  check 'the checker counts what journald suppressed' \
    runuser -u nobody -- grep -E '^journal_entries_dropped\{cause="suppressed",.*\} [1-9]' /run/polisen-collector/polisen-freshness.prom
  check 'and doctor, as the service user' sh -c "
    runuser -u polisen-collector -- polisen-collector doctor --json | tee /dev/stderr | grep '\"check\":\"suppression\",\"result\":\"fails\"'"
else
  echo 'skipped: this program has no freshness command'
fi
if has_command slo; then
  echo '--- The weekly report'
  # The last whole week needs a record: the first of this one, seven days earlier.
  old=$(date -u -d '7 days ago' +%F)
  today=$(date -u +%F)
  {
    cat "$state"/ledger/runs-*.jsonl | grep -m 1 '"outcome":"success"' | sed "s/$today/$old/g; s/\"run_id\":\"0/\"run_id\":\"1/"
    cat "$state/ledger/runs-${old:0:7}.jsonl" 2>/dev/null
  } >/tmp/ledger
  install -o polisen-collector -g polisen-collector -m 640 /tmp/ledger "$state/ledger/runs-${old:0:7}.jsonl"
  week=$(TZ=Europe/Stockholm date -d '7 days ago' +%G-W%V)
  check 'the weekly report is delivered as a unit' systemctl start polisen-report.service
  check 'doctor says that no report is planned' sh -c "
    runuser -u polisen-collector -- polisen-collector doctor --json | tee /dev/stderr |
      grep '\"check\":\"report timer\",\"result\":\"skipped\"'"
  check 'its timer can be enabled, and waits for Monday morning' sh -c "
    systemctl enable --now polisen-report.timer && systemctl is-enabled polisen-report.timer &&
      systemctl list-timers --no-pager --no-legend polisen-report.timer | tee /dev/stderr | grep '^Mon '"
  check 'which doctor sees' sh -c "
    runuser -u polisen-collector -- polisen-collector doctor --json | tee /dev/stderr |
      grep '\"check\":\"report timer\",\"result\":\"ok\"'"
  systemctl disable --now polisen-report.timer
  admin GET "requests" ''
  check 'the report is in the archive' grep -q "reports%2F${week:0:4}%2F$week.html" /tmp/reply
  check 'and in the journal' sh -c "journalctl --sync; journalctl --no-pager -u polisen-report.service -o json | grep '\"POLISEN_REPORT_PERIOD\":\"$week\"'"
  check 'once more, there is nothing to do' systemctl start polisen-report.service
  check 'status knows the budget' sh -c "
    runuser -u polisen-collector -- polisen-collector status --json | tee /dev/stderr | grep '\"slo\":\"freshness\"'"
fi
if has_command health; then
  systemctl start polisen-health.socket
  health() {
    exec 4<>/dev/tcp/127.0.0.1/9477
    printf 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n' >&4
    timeout 5 head -n 1 <&4 | grep '^HTTP/1.1 '
  }
  check 'the health socket answers' health
else
  echo 'skipped: this program has no health command'
fi

echo '--- Taken away'
check 'make uninstall' "$in/Scripts/install.sh" uninstall
check 'nothing is left but configuration and state' sh -c "
  test -s /etc/polisen-collector/config.yaml && test -d $state/ledger && ! find /usr -name '*polisen*' | grep ."

((problems == 0)) || { printf '%d checks failed\n' "$problems"; exit 1; }
