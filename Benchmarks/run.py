#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Polisen Collector beside a plain Python collector: same feed, same storage, same TLS terminator, turn by turn.

Prints a table; with --json FILE (or -) also the figures. Exit status 1 only if something did not work: a goal that is
not met is said, not punished.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import alarms  # noqa: E402
import exec as jobs  # noqa: E402
import journal  # noqa: E402
import metrics  # noqa: E402
import replay  # noqa: E402
import reports  # noqa: E402
import steady  # noqa: E402
import telemetry  # noqa: E402
from stage import ROOT, Failure, Stage, make_peer, run  # noqa: E402

PARTS = ["steady", "replay", "metrics", "telemetry", "journal", "exec", "alarms", "reports"]


def machine():
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.processor() or "unknown")
    system = next((line.split("=", 1)[1].strip('"') for line in Path("/etc/os-release").read_text().splitlines()
                   if line.startswith("PRETTY_NAME=")), platform.platform())
    return {"cpu": model, "cores": os.cpu_count(), "system": system, "load_at_start": round(os.getloadavg()[0], 2)}


def ratio(ours, theirs):
    if not ours or not theirs:
        return "-"
    return f"1/{theirs / ours:.1f}" if ours < theirs else f"{ours / theirs:.2f} x"


class Table:
    """Rows of at most 80 columns, and the goals met."""

    def __init__(self):
        self.goals = []

    def head(self, title, columns=("collector", "python", "ratio", "goal")):
        print(f"\n{title}")
        print(f"  {'':<24}{columns[0]:>11} {columns[1]:>11} {columns[2]:>8}   {columns[3]}")

    def row(self, name, ours, theirs, share, goal=None, met=None):
        verdict = "" if goal is None else f"{goal}: {'met' if met else 'NOT MET'}"
        if goal is not None:
            self.goals.append({"what": name, "goal": goal, "met": bool(met)})
        print(f"  {name:<24}{ours:>11} {theirs:>11} {share:>8}   {verdict}".rstrip())


def show_steady(table, result):
    ours, peer = result["collector"], result["python"]
    table.head(f"Steady run, new events each time, TLS on loopback; medians of {result['pairs']} turns each")
    for key, name, scale, unit, goal in [("wall", "wall", 1000, "ms", 12), ("cpu", "CPU (user + system)", 1000, "ms", 12)]:
        share = peer[key] / ours[key]
        table.row(name, f"{ours[key] * scale:.1f} {unit}", f"{peer[key] * scale:.0f} {unit}", ratio(ours[key], peer[key]),
                  f"<= 1/{goal}", share >= goal)
    mib = ours["rss_kib"] / 1024
    table.row("peak memory", f"{mib:.1f} MiB", f"{peer['rss_kib'] / 1024:.1f} MiB",
              ratio(ours["rss_kib"], peer["rss_kib"]), "<= 20 MiB", mib <= 20)
    table.row("start to first byte", f"{ours['first_byte'] * 1000:.1f} ms", f"{peer['first_byte'] * 1000:.0f} ms",
              ratio(ours["first_byte"], peer["first_byte"]), "<= 15 ms", ours["first_byte"] <= 0.015)
    table.row("requests, one date", f"{ours['requests']:g}", f"{peer['requests']:g}", "", "<= 6", ours["requests"] <= 6)
    table.row("connections", f"{ours['connections']:g}", f"{peer['connections']:g}", "")
    depth = result["depth"]["collector"]
    table.row("round trips to stored", str(depth["to_stored"]), str(result["depth"]["python"]["to_stored"]), "", "<= 3",
              depth["to_stored"] <= 3)
    table.row("round trips in all", str(len(depth["layers"])), str(len(result["depth"]["python"]["layers"])), "")
    for number, layer in enumerate(depth["layers"], 1):
        print(f"    {number}: {' + '.join(layer)}")


def show_replay(table, result):
    print(f"\nReplay, {result['source']}, repeated to {result['bytes'] / 1e9:.2f} GB ({result['answers']} answers), one core")
    speed = result["bytes"] / 1e6 / result["wall"]
    print(f"  {result['events_new']} ids, {result['revisions']} revisions stored")
    by_cpu = result["bytes"] / 1e6 / result["cpu"]
    table.row("throughput, wall", f"{speed:.0f} MB/s", "", "", ">= 200 MB/s", speed >= 200)
    table.row("throughput, CPU time", f"{by_cpu:.0f} MB/s", "", "")
    table.row("peak memory", f"{result['rss_kib'] / 1024:.1f} MiB", "", "")
    share = result["rss_kib"] / result["rss_kib_small"]
    table.row(f"  against 1/{replay.SMALL} of it", f"{share:.2f} x", "", "", "<= 1.25 x (flat)", share <= 1.25)


def readme_text(result):
    """The figures of a whole run as Markdown: ratios first, because they travel between machines better."""
    ours, peer = result["steady"]["collector"], result["steady"]["python"]
    depth, core = result["steady"]["depth"]["collector"], result["replay"]
    rows = [
        ("wall time", f"{ours['wall'] * 1000:.0f} ms", f"{peer['wall'] * 1000:.0f} ms", ratio(ours["wall"], peer["wall"]), "1/12"),
        ("CPU time", f"{ours['cpu'] * 1000:.0f} ms", f"{peer['cpu'] * 1000:.0f} ms", ratio(ours["cpu"], peer["cpu"]), "1/12"),
        ("peak memory", f"{ours['rss_kib'] / 1024:.1f} MiB", f"{peer['rss_kib'] / 1024:.1f} MiB",
         ratio(ours["rss_kib"], peer["rss_kib"]), "20 MiB"),
        ("start to first byte sent", f"{ours['first_byte'] * 1000:.0f} ms", f"{peer['first_byte'] * 1000:.0f} ms",
         ratio(ours["first_byte"], peer["first_byte"]), "15 ms"),
        ("requests", f"{ours['requests']:g}", f"{peer['requests']:g}", "", "6"),
        ("round trips until all is stored", depth["to_stored"], result["steady"]["depth"]["python"]["to_stored"], "", "3"),
    ]
    where = result["machine"]
    lines = [
        f"`make bench` on {where['cpu']}, {where['cores']} cores, {where['system']} ({result['swift']}), beside a plain",
        f"Python collector (`Benchmarks/peer/`; Python {result['python']}) in turn, against the same local-oci behind the",
        f"same TLS terminator; medians of {result['steady']['pairs']} steady runs each, with new events every time. The Python",
        "collector does less: no edits, no checks, no record of runs.", "",
        "| steady run | collector | Python | ratio | goal |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    lines += ["", f"Replay of {core['source']}, repeated to {core['bytes'] / 1e9:.1f} GB: "
              f"{core['bytes'] / 1e6 / core['wall']:.0f} MB/s on one core (goal: 200), peak memory "
              f"{core['rss_kib'] / 1024:.0f} MiB, {core['rss_kib'] / core['rss_kib_small']:.2f} times that of an eighth of it."]
    lines += ["", *telemetry_text(result)]
    lines += ["", *alarms_text(result)]
    lines += ["", *reports.readme(result["reports"])]
    if where["load_at_start"] > 0.5:
        lines += ["", f"Other work was going on (load {where['load_at_start']:.0f}), which makes wall times worse than they are."]
    missed = [goal["what"].strip() for goal in result["goals"] if not goal["met"]]
    lines += ["", "Goals not met: " + ", ".join(missed) + "."] if missed else []
    return "\n".join(lines)


def telemetry_text(result):
    off, hanging, added = result["telemetry"]["off"], result["telemetry"]["hanging"], result["exec"]
    rows = [
        ("OCI Monitoring hangs: before the feed is asked", f"{result['telemetry']['before'] * 1000:+.1f} ms", "0 ms"),
        ("OCI Monitoring hangs: after the work", f"+{hanging['wall'] - off['wall']:.2f} s", "2 s"),
        ("`exec`: before the command, after it", f"{added['before_ms']:.1f} ms, {added['after_ms']:.1f} ms", "10 ms each"),
        ("`exec`: SIGTERM to the command", f"{added['term_ms']:.1f} ms", "20 ms")]
    if result["journal"]:
        entry = result["journal"]
        rows.insert(2, ("journal entry of 12 fields, beside C with libsystemd", f"{entry['entry_us'] / entry['c_us']:.2f} x", "1.2 x"))
    return ["| telemetry | | goal |", "| --- | ---: | ---: |", *(f"| {' | '.join(row)} |" for row in rows)]


def alarms_text(result):
    tests, year = result["alarms"]["tests"], result["alarms"]["year"]
    share = year["cpu"] / result["alarms"]["half"]["cpu"]
    rows = [
        (f"`alarms test`, {tests['cases']} cases", f"{tests['wall'] * 1000:.0f} ms", "0.2 s for 100"),
        (f"`alarms backtest`, a year x {year['alarms']} alarms, {year['points'] / 1e6:.1f} million points",
         f"{year['wall']:.1f} s", "5 s for 20 alarms"),
        ("peak memory of that", f"{year['rss_kib'] * 1024 / 1e6:.0f} MB", "200 MB"),
        ("CPU time against half a year", f"{share:.2f} x", "linear: 2 x")]
    return ["| alarms | | goal |", "| --- | ---: | ---: |", *(f"| {' | '.join(row)} |" for row in rows)]


def write_readme(result):
    if missing := [part for part in PARTS if part not in result]:
        raise Failure(f"--readme needs every part; left out: {', '.join(missing)}")
    path = ROOT / "README.md"
    begin, end = "<!-- bench: begin -->", "<!-- bench: end -->"
    before, rest = path.read_text().split(begin, 1)
    _, after = rest.split(end, 1)
    path.write_text(f"{before}{begin}\n{readme_text(result)}\n{end}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 turns, 60 MB of replay: does it work at all")
    parser.add_argument("--full", action="store_true", help="40 turns, 5 GB of replay")
    parser.add_argument("--pairs", type=int, help="turns of each collector (default 20)")
    parser.add_argument("--replay-bytes", type=float, help="bytes of answers to replay (default 1e9)")
    parser.add_argument("--skip", choices=PARTS, action="append", default=[],
                        help="leave a part out; may be given more than once")
    parser.add_argument("--only", choices=PARTS, help="one part and no other")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE, - for standard output")
    parser.add_argument("--readme", action="store_true", help="put the ratios into README.md")
    options = parser.parse_args()
    skip = set(PARTS) - {options.only} if options.only else set(options.skip)
    pairs = options.pairs or (3 if options.quick else 40 if options.full else 20)
    size = int(options.replay_bytes or (60e6 if options.quick else 5e9 if options.full else 1e9))

    scratch = Path(os.environ.get("SCRATCH", ".build"))
    scratch = scratch if scratch.is_absolute() else ROOT / scratch
    release = scratch / "release"
    result = {"machine": machine(), "version": run([release / "polisen-collector", "version"]).splitlines()[0],
              "swift": run(["swift", "--version"]).splitlines()[0], "quick": options.quick}
    if options.json == "-":
        sys.stdout.flush()
        answer, sys.stdout = sys.stdout, sys.stderr
    where = result["machine"]
    print(f"{result['version']} on {where['cpu']}, {where['cores']} cores, {where['system']}")
    if where["load_at_start"] > 0.5:
        print(f"note: the machine is busy (load {where['load_at_start']}); wall times suffer, CPU times less so")

    table = Table()
    with Stage(scratch / "bench", release) as stage:
        stage.build_launcher()
        if "steady" not in skip:
            python = make_peer(scratch / "bench-peer")
            result["python"] = run([python, "-c", "import sys, oci, requests; print(sys.version.split()[0], "
                                    "'requests', requests.__version__, 'oci', oci.__version__)"]).strip()
            print(f"against Python {result['python']}")
            result["steady"] = steady.measure(stage, python, pairs)
            show_steady(table, result["steady"])
        if "replay" not in skip:
            result["replay"] = replay.measure(stage, size)
            show_replay(table, result["replay"])
        if "metrics" not in skip:
            result["metrics"] = metrics.measure(stage, scratch)
            metrics.show(table, result["metrics"])
        if "telemetry" not in skip:
            result["telemetry"] = telemetry.measure(stage, max(5, pairs // 2))
            telemetry.show(table, result["telemetry"])
        if "journal" not in skip:
            result["journal"] = journal.measure(stage, scratch, max(3, pairs // 2))
            journal.show(table, result["journal"])
        if "exec" not in skip:
            result["exec"] = jobs.measure(stage, 3 * pairs)
            jobs.show(table, result["exec"])
        if "alarms" not in skip:
            result["alarms"] = alarms.measure(stage)
            alarms.show(table, result["alarms"])
        if "reports" not in skip:
            result["reports"] = reports.measure(stage)
            reports.show(table, result["reports"])
    result["goals"] = table.goals
    missed = [goal["what"].strip() for goal in table.goals if not goal["met"]]
    print(f"\n{len(table.goals) - len(missed)} of {len(table.goals)} goals met"
          + (f"; not met: {', '.join(missed)}" if missed else ""))
    if options.json == "-":
        print(json.dumps(result, indent=2), file=answer)
    elif options.json:
        Path(options.json).write_text(json.dumps(result, indent=2) + "\n")
    if options.readme:
        write_readme(result)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        sys.exit(1)
