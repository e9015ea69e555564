#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `polisen-collector exec` adds to a command: before it starts, after it has ended, and to its output.

The command is a tiny C program that writes down when it began and when it was about to end (CLOCK_MONOTONIC). Each
turn runs it once directly and once through exec; medians are shown. Exit status 1 only if something did not work.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = r"""
#include <stdio.h>
#include <time.h>
#include <signal.h>
#include <unistd.h>
static volatile sig_atomic_t told;
static void on(int n) { (void)n; told = 1; }
static long long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
int main(int argc, char **argv) {
  long long begin = now();
  FILE *f = fopen(argv[1], "w");
  if (argc > 2) {
    struct sigaction a = {0}; sigset_t block, before; a.sa_handler = on; sigaction(SIGTERM, &a, 0);
    sigemptyset(&block); sigaddset(&block, SIGTERM); sigprocmask(SIG_BLOCK, &block, &before);
    fprintf(f, "%lld\n", begin); fflush(f);
    while (!told) sigsuspend(&before);
    begin = now();
  }
  fprintf(f, "%lld %lld\n", begin, now()); fclose(f);
  return 0;
}
"""


def run(command, stamp):
    start = time.monotonic_ns()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    end = time.monotonic_ns()
    begin, last = map(int, stamp.read_text().split())
    return (begin - start) / 1e6, (end - last) / 1e6


def term(command, stamp):
    """Milliseconds from SIGTERM to the program until the child's handler has run."""
    stamp.unlink(missing_ok=True)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not (stamp.exists() and stamp.read_text().endswith("\n")):
        time.sleep(0.002)
    sent = time.monotonic_ns()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)
    return (int(stamp.read_text().split()[-2]) - sent) / 1e6


def flow(command, size):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    while process.stdout.read(1 << 20):
        pass
    process.wait()
    return size / 1e6 / (time.monotonic() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(Path(os.environ.get("SCRATCH", ROOT / ".build")) / "release/polisen-collector"))
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "stamp.c").write_text(STAMP)
        subprocess.run(["cc", "-O2", "-o", folder / "stamp", folder / "stamp.c"], check=True)
        stamp = folder / "times"
        wrapper = [options.program, "exec", "--job", "bench", "--state-path", str(folder / "state"), "--"]
        child = [str(folder / "stamp"), str(stamp)]
        pairs = [(run(child, stamp), run(wrapper + child, stamp)) for _ in range(options.turns)]
        terms = [term(wrapper + child + ["wait"], stamp) for _ in range(max(5, options.turns // 6))]
        size = 1 << 29
        zeros = ["head", "-c", str(size), "/dev/zero"]
        result = {
            "before_ms": statistics.median(b[0] - a[0] for a, b in pairs),
            "after_ms": statistics.median(b[1] - a[1] for a, b in pairs),
            "direct_before_ms": statistics.median(a[0] for a, _ in pairs),
            "direct_after_ms": statistics.median(a[1] for a, _ in pairs),
            "term_ms": statistics.median(terms), "term_worst_ms": max(terms),
            "output_mb_per_s": flow(wrapper + zeros, size), "direct_mb_per_s": flow(zeros, size), "turns": options.turns,
        }
    print("exec: what it adds to a command (medians)")
    for name, value, goal in [("delay before the command", result["before_ms"], 10), ("delay after it", result["after_ms"], 10),
                              ("SIGTERM to the command", result["term_ms"], 20)]:
        print(f"  {name:<26}{value:8.2f} ms   <= {goal} ms: {'met' if value <= goal else 'NOT MET'}")
    print(f"  {'output passed through':<26}{result['output_mb_per_s']:8.0f} MB/s  directly {result['direct_mb_per_s']:.0f}")
    if options.json:
        text = json.dumps(result)
        print(text) if options.json == "-" else Path(options.json).write_text(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
