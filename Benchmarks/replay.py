# SPDX-License-Identifier: MIT
"""Replay: how fast recorded answers go through the collector's core, and whether its memory stays flat."""

import gzip
import json
import os
import re
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

from stage import ROOT, Failure, run

# The smaller replay that memory is compared with is one of so many parts.
SMALL = 8
# Between two answers of the repeated week. Short, so that most of an answer never gets older than the 14 days from
# which on it would count as somebody's filtered list.
STEP = timedelta(seconds=10)


def week(stage):
    """The answers of a week, each from its `"body":` on, and where they come from."""
    data = os.environ.get("POLISEN_TEST_DATA") or ROOT.parent / "shared"
    recorded = Path(data) / "snapshots/week/week.jsonl.gz"
    if recorded.exists():
        with gzip.open(recorded, "rt", encoding="utf-8", newline="") as lines:
            found, source = lines.read().splitlines(), "the recorded week"
    else:
        found = run([stage.release / "local-oci", "feed", "--seed", "7", "--from", "2026-01-05T00:00:00Z", "--to",
                     "2026-01-12T00:00:00Z", "--every", "30m"]).split("\n")
        source = "a generated week"
    tail = re.compile(r'"body":\[.*', re.S)
    parts = [(json.loads(line)["capturedAt"], tail.search(line)) for line in found if line]
    times = [time for time, _ in parts]
    middle = datetime.fromisoformat(times[len(times) // 2].replace("Z", "+00:00"))
    return [match.group().encode() for _, match in parts if match], middle.astimezone(timezone.utc), source


def write(path, bodies, begin, size):
    """Repeats the week until the file has `size` bytes; bytes and answers written."""
    written = answers = 0
    with open(path, "wb", buffering=1 << 20) as out:
        while written < size:
            time = begin + STEP * answers
            written += out.write(b'{"capturedAt":"%s",%s\n' % (
                time.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), bodies[answers % len(bodies)]))
            answers += 1
    return written, answers


def replay(stage, path, name):
    place = stage.path(name)
    shutil.rmtree(place, ignore_errors=True)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(stage.work), "POLISEN_CONFIG": "", "POLISEN_LOG_TARGET": "json",
                   "POLISEN_ARCHIVE_PATH": str(place / "archive"), "POLISEN_STATE_PATH": str(place / "state")}
    core = os.cpu_count() - 1
    cost = stage.launch([stage.release / "polisen-collector", "replay", "--json", path], environment, core=core)
    if cost["exit"] != 0:
        raise Failure(f"replay ended with {cost['exit']}:\n{cost['errors'][-2000:]}")
    cost["summary"] = json.loads(cost["output"].strip().splitlines()[-1])
    shutil.rmtree(place, ignore_errors=True)
    return cost


def measure(stage, size):
    if shutil.disk_usage(stage.work).free < 2.5 * size:
        raise Failure(f"a replay of {size / 1e9:.1f} GB needs {2.5 * size / 1e9:.1f} GB of disk at {stage.work}")
    bodies, begin, source = week(stage)
    path = stage.path("replay.jsonl")
    write(path, bodies, begin, size // SMALL)
    small = replay(stage, path, "replay-small")
    written, answers = write(path, bodies, begin, size)
    cost = replay(stage, path, "replay-full")
    path.unlink()
    summary = cost["summary"]
    return {"source": source, "bytes": written, "answers": answers, "wall": cost["wall"], "cpu": cost["cpu"],
            "rss_kib": cost["rss_kib"], "rss_kib_small": small["rss_kib"], "summary": summary,
            "events_new": summary.get("new"), "revisions": summary.get("revised", summary.get("revisions"))}
