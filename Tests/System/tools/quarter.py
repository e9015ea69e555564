#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the ledger of a made-up quarter: runs each half hour and checks each quarter of an hour from Wednesday of week
35 of 2026 to Monday of week 48, with incidents, maintenance, notes and alarms. The same bytes each time.

Week 35 is the first one, 37 a good one, in 38 the error budget is used up, in 42 the machine was away, in 43 the clocks
went back, in 47 some things happened.
"""

import datetime
import json
import math
import pathlib
import random
import sys

UTC = datetime.timezone.utc
MINUTE = 60_000
JOB, ENVIRONMENT, HOST, AUTHOR = "polisen", "production", "collector-1", "operator"


def instant(text):
    """Milliseconds since 1970 of `11-18 02:30`, UTC."""
    return int(datetime.datetime.strptime("2026-" + text + "+0000", "%Y-%m-%d %H:%M%z").timestamp() * 1000)


def text(at):
    moment = datetime.datetime.fromtimestamp(at // 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at % 1000)


START, END = instant("08-26 07:00"), instant("11-23 08:00")

FEED_DOWN = {"type": "feed_server_error", "stage": "fetch", "exit_code": 69,
             "message": "The feed answered 503 four times; the next run tries again."}
FEED_SLOW = {"type": "feed_timeout", "stage": "fetch", "exit_code": 69,
             "message": "The feed gave no answer within 30 s, three times; the next run tries again."}
STORE_DOWN = {"type": "oci_server_error", "stage": "commit", "exit_code": 69,
              "message": "Object Storage answered 503 to the commit; the next run tries again."}

# What failed, from when to when.
FAILURES = [
    ("09-15 02:10", "09-15 07:40", FEED_DOWN), ("09-17 11:00", "09-17 13:10", STORE_DOWN),
    ("10-06 17:45", "10-06 18:10", FEED_SLOW), ("11-18 02:20", "11-18 05:40", STORE_DOWN),
    ("11-21 09:50", "11-21 10:10", FEED_SLOW),
]
# The machine was off: neither runs nor checks.
AWAY = [("09-19 21:00", "09-20 00:10"), ("10-11 22:00", "10-18 22:00"), ("11-20 12:20", "11-20 12:50")]
# The timer was off: checks, but no runs.
TIMER_OFF = [("09-18 06:40", "09-18 10:10")]
# The feed held most of its events back.
FILTERED = [("09-18 18:20", "09-18 20:10"), ("11-17 15:20", "11-17 15:40")]
KILLED = ["09-16 09:00", "11-19 14:30"]
MAINTENANCE = [("m1", "09-09 07:00", "09-09 08:00", "Kernel update"), ("m2", "11-22 02:00", "11-22 03:00", "Disk replaced")]
VERSIONS = [("08-26 00:00", "0.2.0", "3f0a91bc"), ("10-19 08:00", "0.3.0", "3f0a91bc"), ("11-16 09:10", "0.4.0", "b27c55e1")]
ALARMS = [
    ("runs-failing", "CRITICAL", "09-15 03:32", "09-15 08:02"), ("freshness-stale", "CRITICAL", "09-15 03:04", "09-15 08:02"),
    ("freshness-stale", "CRITICAL", "09-17 11:34", "09-17 13:33"), ("freshness-stale", "CRITICAL", "09-18 07:34", "09-18 10:33"),
    ("freshness-stale", "CRITICAL", "11-18 03:04", "11-18 06:02"), ("runs-failing", "CRITICAL", "11-18 03:36", "11-18 06:02"),
    ("budget-low", "WARNING", "11-18 05:15", None),
]
NOTES = [
    ("a1c0ffee", "action", "10-21 08:10", "Say in the runbook whom to call when the feed is down for an hour"),
    ("b2d0ffee", "action", "11-02 09:05", "Renew the API key before the end of December"),
    ("a1c0ffee", "done", "11-17 12:40", "It stands in api-failing"),
    ("c3e0ffee", "note", "11-18 07:20", "The provider confirmed: Object Storage in the region was degraded in the night"),
    ("d4f0ffee", "action", "11-18 07:25", "Ask to be told when the region is degraded"),
]


def within(at, spans):
    return next((span for span in spans if instant(span[0]) <= at < instant(span[1])), None)


class Quarter:
    def __init__(self):
        self.random = random.Random(2026)
        self.lines = []
        self.last_success = None
        self.since = START
        self.was_stale = False
        self.commit = 0
        self.etag = 0
        self.posted = self.dropped = 0
        self.failed_runs = 0

    def share(self, of=1.0):
        return self.random.random() * of

    def add(self, type, at, month, members):
        self.lines.append((at, month, {"schema": 1, "type": type, **members}))

    def make(self):
        at = START
        while at < END:
            if not within(at, AWAY):
                if (at - START) // MINUTE % 30 == 0:
                    self.run(at)
                self.check(at)
            at += MINUTE
        self.people()

    def version(self, at):
        return [(version, sha) for begin, version, sha in VERSIONS if instant(begin) <= at][-1]

    def run(self, slot):
        if within(slot, TIMER_OFF):
            return
        start = slot + 1_000 + int(self.share(4_000))
        run_id = "%08x-%04x-7%03x-%04x-%012x" % (
            start >> 16, start & 0xFFFF, self.random.getrandbits(12), 0x8000 | self.random.getrandbits(14),
            self.random.getrandbits(48))
        version, sha = self.version(slot)
        run = {"run_id": run_id, "job": JOB, "environment": ENVIRONMENT, "command": "collect", "planned_at": text(slot),
               "started_at": text(start)}
        rest = {"version": version, "config_sha": sha, "host": HOST, "cpu_seconds": round(0.021 + self.share(0.009), 6),
                "peak_memory_bytes": 17_500_000 + int(self.share(1_500_000))}
        pause = within(slot, [(begin, end) for _, begin, end, _ in MAINTENANCE])
        failure = within(slot, FAILURES)
        if pause:
            end, more = start + 40, {"outcome": "skipped", "stages": [], "skip_reason": "maintenance"}
        elif slot in map(instant, KILLED):
            end, more = start + 4_100, self.killed()
        elif failure:
            end, more = self.failed(start, failure[2])
        elif self.share() < 0.002:
            end, more = self.failed(start, FEED_SLOW)
        else:
            end, more = self.worked(slot, start, within(slot, FILTERED))
        if more["outcome"] == "success":
            self.last_success = end
        self.failed_runs = 0 if more["outcome"] == "success" else self.failed_runs + (more["outcome"] == "failed")
        if more["outcome"] != "killed":
            self.posted += 58 + self.random.getrandbits(2)
        more.setdefault("measures", {})["telemetry"] = {
            "points_posted_total": self.posted, "points_dropped_total": self.dropped}
        measures = more.pop("measures")
        # Who was killed is noticed by the next run.
        written = slot + 30 * MINUTE + 1_000 if more["outcome"] == "killed" else end
        self.add("run", written, text(start)[:7], {**run, "ended_at": text(end), **more, **rest, "measures": measures})

    def killed(self):
        return {"outcome": "killed", "stages": [], "error": {
            "type": "killed_oom", "message": "The run ended without a record: the kernel was out of memory.", "exit_code": 137},
            "counts": self.counts(), "feed_calls": 1, "requests": 2, "retries": 0,
            "measures": {"feed_outcomes": {"ok": 1}, "feed_seconds": 0.4}}

    def counts(self, returned=0, new=0, revised=0, rejected=0):
        return {"returned": returned, "new": new, "revised": revised, "unchanged": returned - new - revised - rejected,
                "rejected": rejected}

    def failed(self, start, error):
        seconds = 3.2 + self.share(1.5) if error is STORE_DOWN else 61 + self.share(20) if error is FEED_DOWN else 96
        calls = 1 if error is STORE_DOWN else 4 if error is FEED_DOWN else 3
        outcomes = {"ok": 1} if calls == 1 else {"server_error": 4} if error is FEED_DOWN else {"timeout": 3}
        slowest = 0.4 + self.share(0.3) if calls < 3 else 1.1 if error is FEED_DOWN else 30.0
        puts = {"puts": {"error": 3}} if error is STORE_DOWN else {}
        if error is FEED_DOWN and self.share() < 0.3:
            self.dropped += 3
        stage = "fetch" if error is not STORE_DOWN else "commit"
        return start + int(seconds * 1000), {
            "outcome": "failed", "stages": [{"stage": stage, "seconds": round(seconds, 3)}], "error": error,
            "counts": self.counts(), "feed_calls": calls, "requests": calls + 2, "retries": calls - 1,
            "measures": {"feed_outcomes": outcomes, "feed_seconds": round(slowest, 3), **puts}}

    def worked(self, slot, start, filtered):
        feed = 0.18 + 0.25 * math.exp(self.random.gauss(0, 0.5))
        if self.share() < 0.004:
            feed += 4 + self.share(14)
        hour = slot // 3_600_000 % 24
        busy = 0.35 + 1.9 * max(0.0, math.sin((hour - 5) / 24 * 2 * math.pi)) + (0.6 if slot // 86_400_000 % 7 in (1, 2) else 0)
        new = int(busy * 1.6 * self.share(1.6) + self.share(0.9))
        revised = int(self.share() < 0.16)
        rejected = int(self.share() < 0.002)
        if self.last_success and slot - self.last_success > 45 * MINUTE:
            new += min(60, (slot - self.last_success) // (30 * MINUTE))
        returned = 61 if filtered else 500
        puts = 3 if new or revised else 0
        seconds = [("fetch", feed), ("decode", 0.0021), ("auth", 0.0008), ("diff", 0.0104)]
        if puts:
            self.commit += 1
            self.etag += 1
            seconds += [("commit", 0.028 + self.share(0.03)), ("store", 0.036 + self.share(0.05))]
        wall = sum(part for _, part in seconds) + 0.03
        bytes_put = 900 + 780 * new + 1_450 * revised if puts else 0
        newest = slot - int(self.share(90) + 6) * MINUTE
        measures = {"feed_outcomes": {"ok": 1}, "feed_seconds": round(feed, 3)}
        if puts:
            measures |= {"puts": {"ok": puts}, "bytes_put": bytes_put}
        if new:
            lags = sorted(300 + int(self.share(5_400)) for _ in range(new))
            measures["lag_seconds"] = {"p50": lags[len(lags) // 2], "p95": lags[-1], "max": lags[-1]}
        if rejected:
            measures["rejected"] = {"schema": 1}
        measures["clock_skew_seconds"] = round(self.share(0.4), 3)
        more = {
            "outcome": "partial" if filtered else "success",
            "stages": [{"stage": stage, "seconds": round(part, 4)} for stage, part in seconds],
            "answer": {
                "class": "filtered" if filtered else "normal" if puts else "unchanged", "status": 200,
                "bytes": 173_000 + int(self.share(2_000)), "wire_bytes": 33_900 + int(self.share(400)), "events": returned,
                "types": 3 if filtered else 58, "newest_at": text(newest)},
            "counts": self.counts(returned, new, revised, rejected), "commits": [self.commit] if puts else [],
            "objects_put": puts, "feed_calls": 1, "requests": 3 + puts, "retries": 0, "measures": measures}
        return start + int(wall * 1000), more

    def check(self, at):
        """Each quarter of an hour, and whenever it changes."""
        age = None if self.last_success is None else (at - self.last_success) / 1000
        stale = age is not None and age > 3_630
        if stale == self.was_stale and (at - START) // MINUTE % 15:
            return
        if stale != self.was_stale:
            self.since, self.was_stale = at, stale
        failing = self.failed_runs > 0
        state = "unknown" if age is None else "fresh" if not stale else "failing" if failing else "missed"
        cause = "" if not stale else "the newest runs failed" if failing else "no run was started"
        version, _ = self.version(at)
        members = {"checked_at": text(at + 17_200), "job": JOB, "environment": ENVIRONMENT, "vantage": HOST, "state": state,
                   "since": text(self.since), "stale": stale, "alarming": stale}
        if age is not None:
            members |= {"age_seconds": round(age), "last_success_at": text(self.last_success)}
        self.add("check", at + 17_200, text(at)[:7], {
            **members, "cause": cause, "sources": [{"name": "ledger"}], "host": HOST, "version": version})

    def people(self):
        def told(at):
            return {"author": AUTHOR, "host": HOST, "version": self.version(at)[0]}

        for name, start, end, reason in MAINTENANCE:
            at = instant(start) - 30 * MINUTE
            self.add("maintenance", at, text(at)[:7], {
                "id": name, "job": JOB, "recorded_at": text(at), "starts_at": text(instant(start)),
                "ends_at": text(instant(end)), "pauses_runs": True, "reason": reason, **told(at)})
        for name, kind, when, words in NOTES:
            at = instant(when)
            self.add("note", at, text(at)[:7], {
                "id": name, "kind": kind, "job": JOB, "recorded_at": text(at), "at": text(at), "text": words, **told(at)})
        sunday = instant("08-30 04:20")
        for week in range(12):
            at = sunday + week * 7 * 24 * 60 * MINUTE
            if not within(at, AWAY):
                lines = 1_180 + week * 470
                self.add("note", at, text(at)[:7], {
                    "id": "%08x" % (0xF0000000 + week), "kind": "verification", "job": JOB, "recorded_at": text(at),
                    "at": text(at), "text": "archive verify: %d event lines, no duplicate" % lines, "lines_counted": lines,
                    "duplicates": 0, **told(at)})
        for alarm, severity, fired, cleared in ALARMS:
            for status, when in (("FIRING", fired), ("OK", cleared)):
                if when:
                    at = instant(when)
                    self.add("alarm", at + 5 * MINUTE, text(at)[:7], {
                        "at": text(at), "job": JOB, "alarm": alarm, "alarm_id": "ocid1.alarm.oc1..made-up-" + alarm,
                        "display_name": JOB + " " + alarm, "severity": severity, "status": status,
                        "recorded_at": text(at + 5 * MINUTE), "host": HOST, "version": self.version(at)[0]})


def main():
    ledger = pathlib.Path(sys.argv[1]) / "ledger"
    ledger.mkdir(parents=True, exist_ok=True)
    quarter = Quarter()
    quarter.make()
    months = {}
    for _, month, line in sorted(quarter.lines, key=lambda entry: entry[0]):
        months.setdefault(month, []).append(json.dumps(line, separators=(",", ":")))
    for month, lines in months.items():
        (ledger / ("runs-%s.jsonl" % month)).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
