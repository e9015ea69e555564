#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a plain script says of a ledger: minutes by what became of them, runs, percentiles. Far less than the report.

    report.py LEDGER BEGIN END      (instants as 2026-01-04T23:00:00Z; JSON on standard output)

It goes by the same rules: a minute is good when a success ended at most 60 min 30 s before, else bad where a run or a
check tells of it, else unknown; planned work is left out. Clocks that were set back are not looked for.
"""

import json
import sys
from datetime import datetime
from math import ceil
from pathlib import Path

STALE, CHECK_STANDS, RUN_STANDS = 3630, 960, 2100


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def fill(minutes, begin, start, end, value):
    """Marks minutes from the instant `start` up to, not with, the instant `end`."""
    first, last = max(0, ceil(start / 60) - begin), min(len(minutes), ceil(end / 60) - begin)
    if first < last:
        minutes[first:last] = bytes([value]) * (last - first)


def percentile(values, share):
    return values[max(0, ceil(len(values) * share / 100) - 1)] if values else None


def main():
    place, begin, end = Path(sys.argv[1]), int(seconds(sys.argv[2])) // 60, int(seconds(sys.argv[3])) // 60
    good, known, planned = (bytearray(end - begin) for _ in range(3))
    outcomes, durations, latencies, causes = {}, [], [], {}
    new = revised = calls = answers = checks = 0
    first = None
    for path in sorted(place.glob("runs-*.jsonl")):
        with open(path, "rb") as lines:
            for line in lines:
                record = json.loads(line)
                kind = record["type"]
                if kind == "check":
                    at = seconds(record["checked_at"])
                    first = at if first is None else min(first, at)
                    checks += 1
                    if record["state"] != "unknown":
                        fill(known, begin, at, at + CHECK_STANDS, 1)
                elif kind == "maintenance":
                    fill(planned, begin, seconds(record["starts_at"]), seconds(record["ends_at"]), 1)
                elif kind == "run":
                    started, ended = seconds(record["started_at"]), seconds(record["ended_at"])
                    first = ended if first is None else min(first, ended)
                    outcome = record["outcome"]
                    fill(known, begin, started, ended + RUN_STANDS, 1)
                    if outcome == "success":
                        fill(good, begin, ended, ended + STALE + 0.001, 1)
                    if begin * 60 <= ended < end * 60:
                        outcomes[outcome] = outcomes.get(outcome, 0) + 1
                        if outcome != "skipped":
                            durations.append(ended - started)
                        if outcome not in ("success", "skipped") and "error" in record:
                            causes[record["error"]["type"]] = causes.get(record["error"]["type"], 0) + 1
                        calls += record["feed_calls"]
                        measures = record.get("measures", {})
                        answers += measures.get("feed_outcomes", {}).get("ok", 0)
                        if "feed_seconds" in measures:
                            latencies.append(measures["feed_seconds"])
                        new += record["counts"]["new"]
                        revised += record["counts"]["revised"]
    start = ceil(first / 60) - begin if first is not None else len(good)
    figures = {"good": 0, "bad": 0, "unknown": 0, "planned": 0}
    for index in range(len(good)):
        if planned[index]:
            figures["planned"] += 1
        elif good[index]:
            figures["good"] += 1
        elif known[index] and index >= start:
            figures["bad"] += 1
        else:
            figures["unknown"] += 1
    durations.sort()
    latencies.sort()
    print(json.dumps({
        "minutes": figures, "outcomes": outcomes, "checks": checks, "new": new, "revised": revised, "feed_calls": calls,
        "feed_answers": answers, "causes": causes,
        "duration": [percentile(durations, share) for share in (50, 90, 99, 100)],
        "latency": [percentile(latencies, share) for share in (50, 90, 99, 100)]}))


if __name__ == "__main__":
    main()
