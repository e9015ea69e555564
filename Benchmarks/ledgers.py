# SPDX-License-Identifier: MIT
"""Ledgers of any length: records that the program itself wrote, again and again at other instants.

A few runs and checks against local-oci give one record of each kind. The ledger of a host repeats them as a timer and
the checker would have written them: a run each half hour, a check at each change and at least every 15 minutes. Outages,
partial answers and planned work come from a seed, so that the same length is the same bytes.
"""

import json
import os
import random
import urllib.request
from datetime import datetime, timedelta, timezone

from stage import Failure

# A Monday's midnight in Stockholm: the week before it is over.
END = datetime(2026, 1, 4, 23, tzinfo=timezone.utc)
WEEK = "2026-W01"
MINUTES = 24 * 60
SLOT = 30
# When data is stale, and how long a check's record stands: as the program judges.
STALE, CHECK_STANDS, RUN_STANDS = 3630, 960, 2100
RECORDED = datetime(2026, 1, 5, tzinfo=timezone.utc)


def text(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


class Source:
    """The program at work for a few minutes of its own clock: one record of each kind."""

    def __init__(self, stage):
        self.stage, self.place = stage, stage.path("records")
        self.place.mkdir()
        start = RECORDED.strftime("%Y-%m-%dT%H:%M:%SZ")
        with open(self.place / "local-oci.log", "w") as log:
            child = stage.start([stage.release / "local-oci", "serve", "--data", self.place / "cloud", "--port", "0", "--seed",
                                 "7", "--start", start, "--clock", start], stdout=-1, stderr=log, text=True)
        line = child.stdout.readline()
        if not line:
            raise Failure(f"local-oci did not start: {(self.place / 'local-oci.log').read_text()}")
        self.cloud, self.child = json.loads(line), child
        self._configure()

    def _configure(self):
        cloud, url = self.cloud, self.cloud["url"]
        endpoints = "".join(f"    {name}: {url}\n" for name in (
            "object_storage", "monitoring", "monitoring_ingestion", "notifications"))
        (self.place / "config.yaml").write_text(
            f"feed:\n  url: {cloud['feed_url']}\n  contact: bench@example.org\narchive:\n  backend: oci\nstate:\n"
            f"  path: {self.place}/state\noci:\n  auth: api_key\n  config_file: {cloud['oci_config']}\n"
            f"  namespace: {cloud['namespace']}\n  compartment: {cloud['compartment']}\n  region: {cloud['region']}\n"
            f"  bucket: polisen-events-collector\n  endpoints:\n{endpoints}metrics:\n  backend: oci\n")

    def _admin(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.cloud['url']}/local/{path}", data, {"content-type": "application/json"},
                                         method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def _run(self, minute, *words, exits=(0,)):
        instant = (RECORDED + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._admin("POST", "clock", {"now": instant, "rate": 0})
        planned = ("--planned-at", instant) if words[0] == "collect" else ()
        # Retries wait in the program's own time: two minutes of it in a second.
        rate = "@120x" if exits == (69,) else ""
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.place), "POLISEN_CONFIG": str(self.place / "config.yaml"),
                       "POLISEN_CLOCK": instant + rate, "INVOCATION_ID": "7f3a" * 8}
        cost = self.stage.launch([self.stage.release / "polisen-collector", *words, *planned], environment)
        if cost["exit"] not in exits:
            raise Failure(f"{' '.join(words)} ended with {cost['exit']}:\n{(cost['output'] + cost['errors'])[-2000:]}")

    def records(self):
        """By kind: `new` `unchanged` `failed` `skipped` `fresh` `failing` `maintenance`."""
        for minute in (0, 540, 541):
            self._run(minute, "collect")
        self._run(542, "freshness")
        self._admin("POST", "faults", {"match": {"service": "feed"}, "times": None, "action": {"status": 503}})
        self._run(570, "collect", exits=(69,))
        self._run(631, "freshness", exits=(1,))
        self._admin("DELETE", "faults")
        self._run(640, "maintenance", "start", "--reason", "storage is moved", "--for", "2h", "--pause")
        self._run(641, "collect", exits=(75,))
        self.child.terminate()
        found = {}
        for path in sorted((self.place / "state/ledger").glob("runs-*.jsonl")):
            for line in path.read_text().splitlines():
                record = json.loads(line)
                if json.dumps(record, separators=(",", ":"), ensure_ascii=False).count(",") != line.count(","):
                    raise Failure(f"{path} holds a line in a form of its own: {line[:200]}")
                found[self._kind(record)] = record
        wanted = {"new", "unchanged", "failed", "skipped", "fresh", "failing", "maintenance"}
        if missing := wanted - set(found):
            raise Failure(f"the program wrote no record of: {', '.join(sorted(missing))}")
        return found

    @staticmethod
    def _kind(record):
        if record["type"] == "check":
            return "failing" if record["stale"] else "fresh"
        if record["type"] != "run":
            return record["type"]
        if record["outcome"] == "success":
            return "new" if record["counts"]["new"] else "unchanged"
        return record["outcome"]


def outages(chance, days):
    """Spans of minutes and what went wrong: the feed fails, or the host is away; about forty a year."""
    spans, minute = [], MINUTES
    while (minute := minute + int(chance.expovariate(40 / 365 / MINUTES))) < days * MINUTES:
        spans.append((minute, minute + chance.randrange(20, 400), chance.choice(["failed", "failed", "away"])))
        minute = spans[-1][1] + 120
    return spans


def works(chance, days):
    """Planned work: two hours a month, which pauses runs."""
    return [(day * MINUTES + hour * 60, day * MINUTES + hour * 60 + 120)
            for day in range(17, int(days) - 1, 30) for hour in [chance.randrange(1, 20)]]


class Writer:
    """A ledger's files, a month each, in the order of writing."""

    def __init__(self, place):
        self.place = place
        place.mkdir(parents=True)
        self.month, self.file = None, None
        self.bytes = self.lines = 0

    def write(self, month, line):
        # A late line of the month before goes where it belongs, as the program writes it.
        if month != self.month:
            self.close()
            self.month, self.file = month, open(self.place / f"runs-{month}.jsonl", "a", buffering=1 << 20)
        self.file.write(line + "\n")
        self.lines += 1
        self.bytes += len(line) + 1

    def close(self):
        if self.file:
            self.file.close()


class Host:
    """A host that runs the collector and its checker for some days up to `END`."""

    def __init__(self, records, days, seed=7, every=15):
        self.records, self.days, self.chance, self.every = records, days, random.Random(seed), every
        self.begin = END - timedelta(days=days)
        self.outages, self.works = outages(self.chance, days), works(self.chance, days)
        self.counts = {"runs": 0, "checks": 0, "outages": len(self.outages), "works": len(self.works)}
        self.posted = 0

    def _instant(self, seconds):
        return self.begin + timedelta(seconds=seconds)

    def _line(self, record):
        return json.dumps(record, separators=(",", ":"), ensure_ascii=False)

    def _run(self, writer, minute, kind):
        record = dict(self.records[kind])
        start = minute * 60 + self.chance.randrange(0, 4000) / 1000
        took = {"failed": 118.0, "skipped": 0.02}.get(kind, 0.3) * self.chance.uniform(0.8, 1.6)
        start_at, end_at = self._instant(start), self._instant(start + took)
        milliseconds = int(start_at.timestamp() * 1000)
        unique = f"{milliseconds:012x}7{self.chance.getrandbits(12):03x}{(2 << 62) | self.chance.getrandbits(62):016x}"
        record["run_id"] = "-".join((unique[:8], unique[8:12], unique[12:16], unique[16:20], unique[20:]))
        record["planned_at"] = text(self._instant(minute * 60))
        record["started_at"], record["ended_at"] = text(start_at), text(end_at)
        if kind == "new":
            record["counts"] = record["counts"] | {"new": self.chance.randrange(1, 9), "revised": self.chance.randrange(0, 2)}
        if "measures" in record:
            self.posted += 65
            telemetry = {"points_posted_total": self.posted, "points_dropped_total": 0}
            measures = record["measures"] | {"feed_seconds": round(self.chance.uniform(0.05, 0.4), 6)}
            record["measures"] = measures | ({"telemetry": telemetry} if "telemetry" in measures else {})
        writer.write(start_at.strftime("%Y-%m"), self._line(record))
        self.counts["runs"] += 1
        return start + took

    def _check(self, writer, minute, since, success):
        now = minute * 60 + 5
        age = now - success
        stale = age > STALE
        record = dict(self.records["failing" if stale else "fresh"])
        record["checked_at"], record["since"] = text(self._instant(now)), text(self._instant(since))
        record["last_success_at"], record["age_seconds"] = text(self._instant(success)), int(age)
        writer.write(self._instant(now).strftime("%Y-%m"), self._line(record))
        self.counts["checks"] += 1

    def _kind(self, minute):
        """What becomes of the run of a slot; None where nobody is there."""
        for start, end, what in self.outages:
            if start <= minute < end:
                return None if what == "away" else "failed"
        if any(start <= minute < end for start, end in self.works):
            return "skipped"
        return "new" if self.chance.random() < 0.7 else "unchanged"

    def _away(self):
        return {minute for start, end, what in self.outages if what == "away" for minute in range(start, end)}

    def write(self, place):
        """The ledger under `place`; what it holds."""
        writer, away = Writer(place / "ledger"), self._away()
        planned = {start: end for start, end in self.works}
        success, stale, since, checked = 0.0, False, 0.0, -10**6
        for minute in range(int(self.days * MINUTES)):
            if minute in planned:
                self._work(writer, minute, planned[minute])
            if minute % SLOT == 1:
                kind = self._kind(minute)
                if kind:
                    ended = self._run(writer, minute, kind)
                    success = ended if kind in ("new", "unchanged") else success
            if minute < 2 or minute in away:
                continue
            is_stale = minute * 60 + 5 - success > STALE
            if is_stale != stale:
                stale, since = is_stale, minute * 60 + 5
                checked = -10**6
            if minute - checked >= self.every:
                self._check(writer, minute, since, success)
                checked = minute
        writer.close()
        return self.counts | {"bytes": writer.bytes, "lines": writer.lines}

    def _work(self, writer, start, end):
        begin = self._instant(start * 60)
        record = self.records["maintenance"] | {
            "id": f"m-{start:07d}", "recorded_at": text(begin), "starts_at": text(begin), "ends_at": text(self._instant(end * 60))}
        writer.write(begin.strftime("%Y-%m"), self._line(record))
