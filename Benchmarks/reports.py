# SPDX-License-Identifier: MIT
"""The weekly report, the budgets and the dashboards over 12 weeks and over five years of ledger, beside a plain script."""

import json
import os
import shutil
import statistics
import sys

from ledgers import END, WEEK, Host, Source, text
from stage import ROOT, Failure

WEEKS = 84
# 87,660 runs.
YEARS = 1826.25
TURNS = 5


def environment(stage, place):
    return {"PATH": "/usr/bin:/bin", "HOME": str(stage.work), "POLISEN_CONFIG": "", "POLISEN_STATE_PATH": str(place),
            "POLISEN_FEED_URL": "http://127.0.0.1:9/api/events"}


def launch(stage, place, words, turns=TURNS):
    """Medians of some runs, on one core; the first one, which reads files from disk, does not count."""
    command, core = [stage.release / "polisen-collector", *words], os.cpu_count() - 1
    costs = []
    for _ in range(turns + 1):
        cost = stage.launch(command, environment(stage, place), core=core)
        if cost["exit"] != 0:
            raise Failure(f"{' '.join(map(str, words))} ended with {cost['exit']}:\n{(cost['output'] + cost['errors'])[-2000:]}")
        costs.append(cost)
    found = {key: statistics.median(cost[key] for cost in costs[1:] or costs) for key in ("wall", "cpu", "rss_kib")}
    return found | {"output": costs[-1]["output"]}


def peer(stage, place, begin):
    cost = stage.launch([sys.executable, ROOT / "Benchmarks/peer/report.py", place / "ledger", begin, text(END)],
                        {"PATH": "/usr/bin:/bin"}, core=os.cpu_count() - 1)
    if cost["exit"] != 0:
        raise Failure(f"the plain script ended with {cost['exit']}:\n{cost['errors'][-2000:]}")
    return {key: cost[key] for key in ("wall", "cpu", "rss_kib")} | {"figures": json.loads(cost["output"])}


def compare(stage, place, begin, found):
    """Fails where the report and the plain script do not say the same of the same ledger."""
    words = ["slo", "report", "--slos", ROOT / "slos", "--since", begin, "--as-of", text(END), "--format", "json"]
    report = json.loads(launch(stage, place, words, turns=0)["output"])
    fresh = next(one for one in report["objectives"] if one["name"] == "freshness")["in_period"]
    runs, events = report["runs"], report["events"]
    counted = fresh["counted"]
    ours = {
        "minutes": {"good": counted["good"], "bad": counted["bad"], "unknown": counted["unknown"], "planned": fresh["excluded"]},
        "outcomes": {key: runs[key] for key in found["outcomes"]}, "checks": report["reading"]["checks"], "new": events["new"],
        "revised": events["revised"], "feed_calls": runs["feed_calls"], "feed_answers": runs["feed_answers"],
        "causes": {cause["error_type"]: cause["runs"] for cause in report["causes"]},
        "duration": [runs["duration_seconds"][key] for key in ("p50", "p90", "p99", "max")],
        "latency": [runs["feed_seconds"][key] for key in ("p50", "p90", "p99", "max")]}
    for key, value in ours.items():
        same = all(abs(one - other) < 0.002 for one, other in zip(value, found[key])) if isinstance(value, list) else (
            value == found[key])
        if not same:
            raise Failure(f"the report and the plain script differ in {key}: {value} and {found[key]}")


def length(stage, records, name, days):
    """What commands cost over a ledger of so many days."""
    place = stage.path(name)
    host = Host(records, days)
    holds, begin = host.write(place), text(host.begin)
    page, slos = place / "report.html", ("--slos", ROOT / "slos")
    week = ("slo", "report", *slos, "--week", WEEK, "--format", "html", "-o", page)
    whole = ("slo", "report", *slos, "--since", begin, "--as-of", text(END), "--format", "html", "-o", page)
    result = {"days": days, "holds": holds, "week": launch(stage, place, week), "page": page.stat().st_size}
    result["whole"] = launch(stage, place, whole)
    result["status"] = launch(stage, place, ("slo", "status", *slos, "--as-of", text(END), "--json"))
    board = ("dashboards", "render", *slos, "--dashboards", ROOT / "dashboards", "--until", text(END), "-o", place / "boards.html")
    result["boards"] = launch(stage, place, board)
    result["python"] = peer(stage, place, begin)
    compare(stage, place, begin, result["python"]["figures"])
    shutil.rmtree(place)
    for cost in result.values():
        if isinstance(cost, dict):
            cost.pop("output", None)
    return result


def measure(stage):
    if shutil.disk_usage(stage.work).free < 1e9:
        raise Failure(f"a ledger of five years needs 1 GB of disk at {stage.work}")
    records = Source(stage).records()
    return {"weeks": length(stage, records, "ledger-weeks", WEEKS), "years": length(stage, records, "ledger-years", YEARS)}


# Peak memory over five years against the same over 12 weeks: of each run 48 bytes are kept and of each check 8.
FLAT_WEEK, FLAT_WHOLE = 1.25, 2.0


def show(table, result):
    weeks, years = result["weeks"], result["years"]
    for one, name in ((weeks, "12 weeks"), (years, "five years")):
        holds = one["holds"]
        table.head(f"Reports, {name}: {holds['runs']:,} runs, {holds['checks']:,} checks, {holds['bytes'] / 1e6:.0f} MB; one core")
        goal = 0.3 if one is weeks else 2
        for key, what in (("week", "last week as HTML"), ("whole", "all of it as HTML")):
            cost, theirs = one[key], one["python"] if key == "whole" else None
            table.row(what, f"{cost['wall'] * 1000:.0f} ms", f"{theirs['wall'] * 1000:.0f} ms" if theirs else "",
                      f"1/{theirs['wall'] / cost['wall']:.0f}" if theirs else "", f"<= {goal:g} s", cost["wall"] <= goal)
            table.row("  CPU time", f"{cost['cpu'] * 1000:.0f} ms", f"{theirs['cpu'] * 1000:.0f} ms" if theirs else "",
                      f"1/{theirs['cpu'] / cost['cpu']:.1f}" if theirs else "")
            table.row("  peak memory", f"{cost['rss_kib'] / 1024:.1f} MiB", f"{theirs['rss_kib'] / 1024:.1f} MiB" if theirs else "", "")
        table.row("slo status", f"{one['status']['wall'] * 1000:.0f} ms", "", "", "<= 0.3 s", one["status"]["wall"] <= 0.3)
        table.row("dashboards render", f"{one['boards']['wall'] * 1000:.0f} ms", "", "", "<= 2 s", one["boards"]["wall"] <= 2)
    for key, what, limit in (("week", "memory, last week", FLAT_WEEK), ("whole", "memory, all of it", FLAT_WHOLE)):
        share = years[key]["rss_kib"] / weeks[key]["rss_kib"]
        table.row(what, f"{share:.2f} x", "", "", f"5 y <= {limit:g} x 12 weeks", share <= limit)


def readme(result):
    """Rows for README.md."""
    weeks, years = result["weeks"], result["years"]
    rows = [
        ("`slo report`, 12 weeks of ledger", f"{weeks['week']['wall'] * 1000:.0f} ms", "0.3 s"),
        (f"`slo report` of a week out of five years: {years['holds']['bytes'] / 1e6:.0f} MB", f"{years['week']['wall'] * 1000:.0f} ms", "2 s"),
        (f"`slo report --since` over all five years: {years['holds']['runs']:,} runs, {years['holds']['checks']:,} checks",
         f"{years['whole']['wall']:.2f} s", "2 s"),
        ("the same beside a plain Python script, which makes fewer figures: CPU time, and memory",
         f"1/{years['python']['cpu'] / years['whole']['cpu']:.1f}, {years['whole']['rss_kib'] / years['python']['rss_kib']:.1f} x", ""),
        ("peak memory of five years, against 12 weeks", f"{years['whole']['rss_kib'] / 1024:.0f} MiB, "
         f"{years['whole']['rss_kib'] / weeks['whole']['rss_kib']:.2f} x", f"{FLAT_WHOLE:g} x"),
        ("`slo status` over five years", f"{years['status']['wall'] * 1000:.0f} ms", "0.3 s")]
    return ["| reports | | goal |", "| --- | ---: | ---: |", *(f"| {' | '.join(row)} |" for row in rows)]
