# SPDX-License-Identifier: MIT
"""What `polisen-collector exec` adds to a command: before it starts, after it has ended, and to its output.

The command is a tiny C program that writes down when it began and when it was about to end (CLOCK_MONOTONIC). Each
turn runs it once directly and once through exec.
"""

import signal
import statistics
import subprocess
import time

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


def timed(command, stamp):
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


def measure(stage, turns):
    source, program, stamp = stage.path("stamp.c"), stage.path("stamp"), stage.path("stamp-times")
    source.write_text(STAMP)
    subprocess.run(["cc", "-O2", "-o", program, source], check=True)
    wrapper = [stage.release / "polisen-collector", "exec", "--job", "bench", "--state-path", stage.path("exec-state"), "--"]
    child = [program, stamp]
    pairs = [(timed(child, stamp), timed(wrapper + child, stamp)) for _ in range(turns)]
    terms = [term(wrapper + child + ["wait"], stamp) for _ in range(max(5, turns // 6))]
    size = 1 << 29
    zeros = ["head", "-c", str(size), "/dev/zero"]
    return {
        "before_ms": statistics.median(ours[0] - direct[0] for direct, ours in pairs),
        "after_ms": statistics.median(ours[1] - direct[1] for direct, ours in pairs),
        "term_ms": statistics.median(terms), "term_worst_ms": max(terms),
        "output_mb_per_s": flow(wrapper + zeros, size), "direct_mb_per_s": flow(zeros, size), "turns": turns}


def show(table, result):
    table.head(f"exec, what it adds to a command; medians of {result['turns']} turns", ("added", "", "", "goal"))
    for key, name, limit in [("before_ms", "before it starts", 10), ("after_ms", "after it has ended", 10),
                             ("term_ms", "SIGTERM to the command", 20)]:
        table.row(name, f"{result[key]:.1f} ms", "", "", f"<= {limit} ms", result[key] <= limit)
    table.row("its output", f"{result['output_mb_per_s']:.0f} MB/s", f"{result['direct_mb_per_s']:.0f} MB/s",
              "directly")
