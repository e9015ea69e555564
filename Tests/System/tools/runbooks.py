#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Executes the tested blocks of runbooks, each book in a world of its own: local-oci with a clock that stands where it
is set, and the collector's programs on PATH. Several books run side by side."""

import argparse
import calendar
import concurrent.futures
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

DAY = "2026-01-05"
# Simulated seconds a real second: where the incident is made, the waits of a run that fails take a second or two; the
# commands of a runbook have more time, since their own limits shrink as well and machines may be busy.
INCIDENT_RATE, RATE = 60, 6
# A command of a runbook that takes longer hangs.
PATIENCE = 120


class Block:
    """A tested command, where it stands and what must come of it."""

    def __init__(self, section, line, command, expected):
        self.section, self.line, self.command = section, line, command
        if not expected or not re.fullmatch(r"exit \d+", expected[0]):
            raise ValueError(f"line {line}: the block expect must begin with 'exit <status>'")
        self.status = int(expected[0].split()[1])
        self.texts = [text for text in expected[1:] if text.strip()]


class Book:
    """A runbook: its name, its incident and its tested blocks."""

    def __init__(self, path):
        self.name = os.path.basename(path)[: -len(".md")]
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().split("\n")
        self.incident = self.front_matter().get("incident", "none")
        self.blocks = list(self.tested_blocks())

    def front_matter(self):
        if self.lines[0] != "---":
            raise ValueError("no front matter")
        end = self.lines.index("---", 1)
        return dict(line.split(": ", 1) for line in self.lines[1:end] if ": " in line)

    def tested_blocks(self):
        fences = list(self.fences())
        for index, (section, line, tag, body) in enumerate(fences):
            if tag != "sh runbook-test":
                continue
            following = fences[index + 1] if index + 1 < len(fences) else None
            if following is None or following[2] != "expect":
                raise ValueError(f"line {line}: no block expect follows")
            yield Block(section, line, "\n".join(body), following[3])

    def fences(self):
        section, start, tag, body = "", 0, None, []
        for number, line in enumerate(self.lines, 1):
            if tag is None and line.startswith("## "):
                section = line[3:]
            if not line.startswith("```"):
                body.append(line)
            elif tag is None:
                start, tag, body = number, line[3:], []
            else:
                yield section, start, tag, body
                tag, body = None, []


class World:
    """local-oci and a collector configured for it."""

    def __init__(self, options, name):
        self.directory = os.path.join(options.work, name)
        os.makedirs(self.directory)
        self.options, self.day, self.children = options, DAY, []
        self.ready = os.path.join(self.directory, "ready.json")
        with open(self.ready, "w") as output, open(os.path.join(self.directory, "cloud.log"), "w") as errors:
            self.server = subprocess.Popen(
                [
                    os.path.join(options.programs, "local-oci"), "serve", "--data", os.path.join(self.directory, "cloud"),
                    "--port", "0", "--seed", "12", "--start", f"{DAY}T00:00:00Z", "--clock", f"{DAY}T00:00:00Z",
                ], stdout=output, stderr=errors)
        self.facts = self.await_facts()
        keep = {key: value for key, value in os.environ.items() if not re.match(r"OCI_|POLISEN_|API_|USE_VAULT|LOG_LEVEL", key)}
        self.environment = dict(
            keep, PATH=options.programs + ":" + keep.get("PATH", "/usr/bin:/bin"), POLISEN_CONFIG=self.path("config.yaml"))
        self.configure()

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def await_facts(self):
        for _ in range(400):
            with open(self.ready) as file:
                text = file.read()
            if text.endswith("\n"):
                return json.loads(text)
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        with open(self.path("cloud.log")) as file:
            raise RuntimeError("local-oci did not start: " + file.read())

    def configure(self, archive="oci", vault=False):
        facts, url = self.facts, self.facts["url"]
        endpoints = ["object_storage", "monitoring", "monitoring_ingestion", "notifications", "secrets", "vaults"]
        lines = [
            "feed:", f"  url: {facts['feed_url']}", "  contact: runbooks@example.org",
            "archive:", f"  backend: {archive}", f"  path: {self.path('archive')}",
            "state:", f"  path: {self.path('state')}",
            "metrics:", "  backend: oci",
            "notifications:", f"  topic: {facts['topic_id']}", f"  watchdog_topic: {facts['topic_id']}",
            "alarms:", f"  path: {self.options.alarms}", "  runbook_base_url: https://example.org/runbooks",
            "slos:", f"  path: {self.options.slos}",
            "oci:", "  auth: api_key", f"  config_file: {facts['oci_config']}", f"  namespace: {facts['namespace']}",
            f"  compartment: {facts['compartment']}", f"  region: {facts['region']}", f"  bucket: {facts['bucket']}",
            "  endpoints:", *[f"    {name}: {url}" for name in endpoints],
            "log:", "  target: text", "  level: error",
        ]
        if vault:
            lines += ["vault:", "  enabled: true", f"  id: {facts['vault_id']}", "  auth: api_key"]
        self.write("config.yaml", "\n".join(lines) + "\n")

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def admin(self, method, path, body=None):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.facts['url']}/local/{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def at(self, clock, rate=INCIDENT_RATE):
        """Sets the clocks of the cloud and of commands."""
        self.now = f"{self.day}T{clock}Z"
        self.admin("POST", "clock", {"now": self.now, "rate": 0})
        self.environment["POLISEN_CLOCK"] = f"{self.now}@{rate}x"

    def slow_down(self):
        """Commands from here on have time."""
        self.environment["POLISEN_CLOCK"] = f"{self.now}@{RATE}x"

    def fault(self, service, action, method=None, times=None):
        match = {"service": service}
        if method:
            match["method"] = method
        self.admin("POST", "faults", {"match": match, "times": times, "action": action})

    def heal(self):
        self.admin("DELETE", "faults")

    def shell(self, command):
        result = subprocess.run(
            ["bash", "-c", "set -e\n" + command], env=self.environment, cwd=self.directory, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
        return result.returncode, result.stdout

    def collect(self, succeeds=True, flags="", trigger=""):
        status, output = self.shell(trigger + "polisen-collector collect" + flags)
        if (status == 0) != succeeds:
            raise RuntimeError(f"the run at {self.now} ended with {status}: {output}")

    def end(self):
        for child in self.children + [self.server]:
            if child.poll() is None:
                child.send_signal(signal.SIGCONT)
                child.kill()
            child.wait()


def prepare_vault(world):
    world.configure(vault=True)
    for secret, fact in [("user-ocid", "user"), ("tenancy-ocid", "tenancy"), ("fingerprint", "fingerprint")]:
        world.admin("PUT", "secrets/oci-" + secret, world.facts[fact].encode())
    with open(world.facts["key_file"], "rb") as file:
        world.admin("PUT", "secrets/oci-private-key", file.read())


def break_configuration(world):
    good = world.read("config.yaml")
    world.write("config.yaml", good + "fed: x\n")
    world.collect(succeeds=False)
    return lambda: world.write("config.yaml", good)


def exchange_key(world):
    path = world.facts["key_file"]
    with open(path) as file:
        good = file.read()
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    world.collect(succeeds=False)

    def undo():
        with open(path, "w") as file:
            file.write(good)

    return undo


def damage_archive(world):
    path = glob.glob(world.path("archive", "events", "*", "*", "*", "*.jsonl"))[0]
    with open(path, "a") as file:
        file.write("x\n")


def start_second_writer(world):
    shutil.copytree(world.path("state"), world.path("other"))
    for clock in ("00:31:45", "01:01:45", "01:31:45"):
        world.at(clock)
        world.collect(flags=" --state-path " + world.path("other"))
    world.at("01:50:00")


def hang_run(world):
    world.fault("feed", {"latency_ms": 600_000})
    environment = dict(world.environment, POLISEN_CLOCK=world.now)
    child = subprocess.Popen(
        [os.path.join(world.options.programs, "polisen-collector"), "collect"], env=environment, cwd=world.directory,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    world.children.append(child)
    for _ in range(400):
        requests = json.loads(world.admin("GET", "faults"))
        if any(fault.get("hits") for fault in requests):
            break
        time.sleep(0.02)
    child.send_signal(signal.SIGSTOP)
    world.at("00:50:00")

    def undo():
        child.kill()
        child.wait()
        world.heal()

    return undo


def filtered_answer():
    def event(number):
        return {
            "id": 900_000 + number, "datetime": f"2025-08-{1 + number % 28:02d} 10:00:00 +02:00", "name": "x",
            "summary": "s", "url": "/x", "type": "Inbrott", "location": {"name": "Sundsvall", "gps": "62.3,17.3"},
        }

    body = json.dumps([event(number) for number in range(60)])
    return {"status": 200, "body": body, "content_type": "application/json"}


def incident(world, service, action, method=None, succeeds=False, times=None):
    world.fault(service, action, method, times)
    world.collect(succeeds)


MISSING = {"status": 404, "code": "NotAuthorizedOrNotFound", "message": "no"}
DENIED = {"status": 403, "code": "NotAuthorizedOrNotFound", "message": "no"}


def silence_monitoring(world):
    incident(world, "monitoring_ingestion", {"status": 500}, succeeds=True)
    world.shell("polisen-collector freshness || true")


def stay_away(world):
    world.day = "2026-01-14"
    world.at("00:01:45")
    world.collect()


def lose_slots(world):
    """Two slots are lost, and somebody looks in the third."""
    world.fault("feed", {"status": 503})
    for clock in ("00:31:45", "01:01:45"):
        world.at(clock)
        world.collect(succeeds=False)
    world.at("01:20:00")


def go_stale_for_a_while(world):
    """The slots of an hour are missed, which the checker sees, and a later one is not."""
    world.at("01:20:00")
    world.shell("polisen-collector freshness || true")
    world.at("01:31:45")
    world.collect()
    world.at("01:45:00")


def start_late(world):
    """The timer's run comes eight minutes after its slot, as on a machine that slept."""
    world.at("00:39:00")
    elapsed = calendar.timegm(time.strptime(f"{world.day}T00:31:00", "%Y-%m-%dT%H:%M:%S"))
    world.collect(trigger=f"TRIGGER_UNIT=polisen-collector.timer TRIGGER_TIMER_REALTIME_USEC={elapsed}000000 ")
    world.at("00:50:00")


# Each makes its incident at 00:31:45, after a good run at 00:01:45, and may return what takes it away; else the cloud's
# faults are taken away.
INCIDENTS = {
    "none": lambda world: world.collect(),
    "timer-stopped": lambda world: world.at("02:10:00"),
    "feed-503": lambda world: incident(world, "feed", {"status": 503}),
    "feed-429": lambda world: incident(world, "feed", {"status": 429, "retry_after": 1500}),
    "feed-html": lambda world: incident(world, "feed", {"status": 200, "body": "<html>"}),
    "feed-filtered": lambda world: incident(world, "feed", filtered_answer(), succeeds=True),
    "monitoring-500": silence_monitoring,
    "put-403": lambda world: incident(world, "object_storage", DENIED, "PUT"),
    "vault-404": lambda world: incident(world, "secrets", MISSING),
    "archive-damaged": damage_archive,
    "config-broken": break_configuration,
    "key-wrong": exchange_key,
    "clock-400": lambda world: incident(world, "object_storage", {"skew_s": 400}),
    "points-refused": lambda world: incident(
        world, "monitoring_ingestion", {"partial_failure": 5}, succeeds=True, times=1),
    "second-writer": start_second_writer,
    "days-away": stay_away,
    "run-hangs": hang_run,
    "slots-lost": lose_slots,
    "stale-spell": go_stale_for_a_while,
    "run-late": start_late,
}
# What has to be there before the first run.
PREPARATIONS = {"vault-404": prepare_vault, "archive-damaged": lambda world: world.configure(archive="directory")}
# When the incident is over.
LATER = {
    "timer-stopped": "02:31:45", "second-writer": "02:31:45", "slots-lost": "01:31:45", "stale-spell": "02:01:45"}


def inject(world, name):
    PREPARATIONS.get(name, lambda world: None)(world)
    world.at("00:01:45")
    world.collect()
    world.at("00:31:45")
    undo = INCIDENTS[name](world)
    return undo if callable(undo) else world.heal


def problems_of(world, block):
    try:
        status, output = world.shell(block.command)
    except subprocess.TimeoutExpired:
        return [f"  took more than {PATIENCE} s"]
    problems = []
    if status != block.status:
        problems.append(f"  exit {status}, expected {block.status}")
    problems += [f"  missing: {text}" for text in block.texts if text not in output]
    return problems and problems + ["  | " + line for line in output.split("\n")[:25]]


def execute(options, path):
    """Runs one book; what is wrong, and how many blocks were run."""
    name = os.path.basename(path)
    try:
        book = Book(path)
        if book.incident not in INCIDENTS:
            return [f"{name}: there is no incident {book.incident}; known: {', '.join(INCIDENTS)}"], 0
        if not book.blocks:
            return [f"{name}: has no block tagged `sh runbook-test`"], 0
    except ValueError as error:
        return [f"{name}: {error}"], 0
    world = World(options, book.name)
    problems, is_over, count = [], False, 0
    try:
        undo = inject(world, book.incident)
        world.slow_down()
        for block in book.blocks:
            if block.section != "First look" and not is_over:
                undo()
                is_over = True
                world.at(LATER.get(book.incident, "01:01:45"), RATE)
            count += 1
            found = problems_of(world, block)
            if found:
                problems += [f"{name}:{block.line} ({block.section}, incident {book.incident}): {block.command}"] + found
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        problems.append(f"{name} (incident {book.incident}): {error}")
    finally:
        world.end()
    return problems, count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("programs", "runbooks", "alarms", "slos", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for name in ("programs", "runbooks", "alarms", "slos", "work"):
        setattr(options, name, os.path.abspath(getattr(options, name)))
    paths = sorted(glob.glob(os.path.join(options.runbooks, "*.md")))
    paths = [path for path in paths if os.path.basename(path) != "README.md"]
    if options.names:
        paths = [path for path in paths if os.path.basename(path)[: -len(".md")] in options.names]
    if not paths:
        sys.exit("there is no runbook to execute in " + options.runbooks)
    failed, blocks = 0, 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for path, (problems, count) in zip(paths, pool.map(lambda path: execute(options, path), paths)):
            blocks += count
            failed += bool(problems)
            name = os.path.basename(path)[: -len(".md")]
            print(f"{'FAILED' if problems else 'passed'}: {name} ({count} blocks)", flush=True)
            print("\n".join(problems), end="\n" if problems else "", flush=True)
    print(f"{len(paths) - failed} of {len(paths)} runbooks passed, {blocks} blocks")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
