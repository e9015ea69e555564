# SPDX-License-Identifier: MIT
"""Alarms: how fast their tests run, and a year of metrics is played through all of them."""

import json
import os
import random
import shutil
from datetime import datetime, timedelta, timezone

from stage import ROOT, Failure

YEAR = 365
BEGIN = datetime(2025, 1, 1, tzinfo=timezone.utc)
MINUTES = 24 * 60
SLOTS = 48
CASES = 100
COMMON = {"env": "production", "job": "polisen"}

# Runs post these each half hour: name, own dimensions, value of a good run.
DENSE = [
    ("run_success", {}, 1), ("run_failed", {}, 0),
    *[("run_skipped", {"why": why}, 0) for why in ("locked", "rate_budget", "maintenance")],
    ("run_peak_memory_bytes", {}, 21_000_000), ("answer_filtered", {}, 0),
    *[("api_requests", {"outcome": outcome}, int(outcome == "ok"))
      for outcome in ("ok", "http_4xx", "http_429", "http_5xx", "timeout", "dns", "tls", "parse")],
    ("upstream_newest_age_seconds", {}, 1800), ("api_window_new_ratio", {}, 0.004), ("events_new_24h", {}, 65),
    *[("events_rejected", {"reason": reason}, 0) for reason in ("schema", "datetime", "id", "size")],
    *[("object_puts", {"outcome": outcome}, int(outcome == "ok")) for outcome in ("ok", "conflict", "denied", "error")],
    ("storage_quota_used_ratio", {}, 0.31), ("storage_days_to_full", {}, 900), ("index_conflicts", {}, 0),
    *[("vault_reads", {"outcome": outcome}, int(outcome == "ok"))
      for outcome in ("ok", "denied", "not_found", "throttled", "error")],
    *[("credential_days_left", {"kind": kind}, 90) for kind in ("secret", "api_key")],
    *[("telemetry_points_dropped", {"reason": reason}, 0) for reason in ("late", "rejected", "spool_full", "encode")],
    ("telemetry_spool_age_seconds", {}, 0),
    *[("journal_entries_dropped", {"cause": cause}, 0) for cause in ("suppressed", "send_failed")],
    ("clock_skew_seconds", {}, 0.02), ("state_disk_free_bytes", {"instance": "host-1"}, 30_000_000_000),
]


def outages(days, seed=7):
    """Minutes at which the collector fails, and until when: some forty a year, of half an hour to six hours."""
    chance = random.Random(seed)
    return [(start, start + chance.randrange(30, 360)) for start in
            sorted(chance.randrange(MINUTES, YEAR * MINUTES) for _ in range(40)) if start < days * MINUTES]


def stamp(minute):
    return (BEGIN + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def runs(path, days, failing):
    """What the runs post, in the form of `replay --metrics-out`: a line a run."""
    def line(values):
        return [{"name": name, **({"dimensions": own} if own else {}), "value": values.get(name, value)}
                for name, own, value in DENSE]

    good = json.dumps([*line({}), {"name": "run_success_heartbeat", "value": 1}], separators=(",", ":"))
    bad = line({"run_success": 0, "run_failed": 1})
    for point in bad:
        if point["name"] == "api_requests":
            point["value"] = {"ok": 0, "http_5xx": 3}.get(point["dimensions"]["outcome"], 0)
    bad = json.dumps(bad, separators=(",", ":"))
    common = json.dumps(COMMON, separators=(",", ":"))
    points = 0
    with open(path, "w", buffering=1 << 20) as out:
        for slot in range(days * SLOTS):
            minute = slot * 30 + 1
            fails = any(start <= minute < end for start, end in failing)
            out.write(f'{{"schema":1,"at":"{stamp(minute)}","run_id":"{slot:032x}","outcome":'
                      f'"{"failed" if fails else "success"}","dimensions":{common},"points":{bad if fails else good}}}\n')
            points += len(DENSE) + (not fails)
    return points


def checks(path, days, failing):
    """What the checker posts each minute: a line for each stream and day."""
    stale = bytearray(days * MINUTES)
    for start, end in failing:
        # An hour after the last success, until the first one after the outage.
        for minute in range(start + 60, min(end + 30, len(stale))):
            stale[minute] = 1
    dimensions = {**COMMON, "vantage": "host-1"}
    streams = [("checker_heartbeat", dimensions, lambda minute: 1), ("freshness_stale", dimensions, lambda minute: stale[minute]),
               ("scheduler_healthy", COMMON, lambda minute: 1), ("run_in_progress_seconds", COMMON, lambda minute: 0)]
    with open(path, "w", buffering=1 << 20) as out:
        for day in range(days):
            for name, own, value in streams:
                first = day * MINUTES
                out.write(json.dumps({"namespace": "polisen_collector", "name": name, "dimensions": own,
                                      "start": stamp(first), "step": "1m",
                                      "values": [value(minute) for minute in range(first, first + MINUTES)]},
                                     separators=(",", ":")) + "\n")
    return len(streams) * days * MINUTES


def launch(stage, *words):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(stage.work), "POLISEN_CONFIG": ""}
    command = [stage.release / "polisen-collector", "alarms", *words]
    cost = stage.launch(command, environment, core=os.cpu_count() - 1)
    if cost["exit"] != 0:
        raise Failure(f"alarms {words[0]} ended with {cost['exit']}:\n{(cost['output'] + cost['errors'])[-2000:]}")
    return cost


def test_files():
    """As many of the shipped test files as make a hundred cases."""
    files, cases = [], 0
    for path in sorted((ROOT / "alarms").glob("*.test.yaml")):
        if cases >= CASES:
            break
        files.append(path)
        cases += path.read_text().count("\n  - name:")
    if cases < CASES:
        raise Failure(f"the shipped alarms have only {cases} tests")
    return files


def backtest(stage, days):
    failing = outages(days)
    points = runs(stage.path("runs.jsonl"), days, failing)
    points += checks(stage.path("checks.jsonl"), days, failing)
    size = sum(stage.path(name).stat().st_size for name in ("runs.jsonl", "checks.jsonl"))
    cost = launch(stage, "backtest", "--alarms", ROOT / "alarms", "--metrics", stage.path("runs.jsonl"),
                  "--data", stage.path("checks.jsonl"), "--json")
    answer = json.loads(cost["output"])
    for name in ("runs.jsonl", "checks.jsonl"):
        stage.path(name).unlink()
    return {"days": days, "points": points, "bytes": size, "outages": len(failing), "wall": cost["wall"],
            "cpu": cost["cpu"], "rss_kib": cost["rss_kib"], "alarms": len(answer["alarms"]),
            "firings": len(answer["firings"])}


def measure(stage):
    files = test_files()
    # The first run reads the program from disk.
    costs = [launch(stage, "test", *files, "--format", "json") for _ in range(6)][1:]
    cost = sorted(costs, key=lambda one: one["wall"])[len(costs) // 2]
    if shutil.disk_usage(stage.work).free < 1e9:
        raise Failure(f"the back-test needs 1 GB of disk at {stage.work}")
    return {"tests": {"cases": json.loads(cost["output"])["tests"], "wall": cost["wall"], "cpu": cost["cpu"],
                      "rss_kib": cost["rss_kib"]},
            "half": backtest(stage, YEAR // 2), "year": backtest(stage, YEAR)}


def show(table, result):
    tests, half, year = result["tests"], result["half"], result["year"]
    table.head("Alarms, one core", ("collector", "", "", "goal"))
    table.row(f"{tests['cases']} tests", f"{tests['wall'] * 1000:.0f} ms", "", "", "100 in <= 0.2 s",
              tests["wall"] * CASES / tests["cases"] <= 0.2)
    table.row(f"a year x {year['alarms']} alarms", f"{year['wall']:.2f} s", "", "", "20 in <= 5 s",
              year["wall"] * 20 / year["alarms"] <= 5)
    table.row("  CPU time", f"{year['cpu']:.2f} s", "", "")
    table.row("  peak memory", f"{year['rss_kib'] / 1024:.0f} MiB", "", "", "<= 200 MB", year["rss_kib"] * 1024 <= 200e6)
    share = year["cpu"] / half["cpu"]
    table.row("  against half a year", f"{share:.2f} x", "", "", "<= 2.2 x (linear)", share <= 2.2)
    print(f"    {year['points']:,} points in {year['bytes'] / 1e6:.0f} MB; {year['outages']} outages, "
          f"alarms would have fired {year['firings']} times")
