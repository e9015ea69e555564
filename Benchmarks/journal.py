# SPDX-License-Identifier: MIT
"""A journal entry of twelve fields: through the logging handler, and from C through libsystemd, to one real journald."""

import json
import statistics
import subprocess

from stage import ROOT, Failure, run

WITH_JOURNALD = ROOT / "Tests/System/tools/with-journald.sh"
LIMIT = 1.2
PATIENCE = 50
ENTRIES = 2000

# The fields and values that JournalProbe's handler makes.
IN_C = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <systemd/sd-journal.h>
static long long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
int main(int argc, char **argv) {
  int count = atoi(argv[1]), lost = 0;
  long long start = now();
  for (int i = 0; i < count; i++) {
    char attempt[64];
    const char *fields[] = {
      "MESSAGE=run succeeded: 12 new events, 1 edited", "PRIORITY=5", "SYSLOG_IDENTIFIER=journal-probe",
      "MESSAGE_ID=21df7f4b968949a0af2b673847f0c4ce", attempt, "POLISEN_EVENT=run.succeeded",
      "POLISEN_JOB=polisen-collector", "POLISEN_OUTCOME=success", "POLISEN_RUN_ID=019a0f3e-6a00-7000-8000-000000000001",
      "CODE_FILE=JournalProbe/Main.swift", "CODE_LINE=96", "CODE_FUNC=time(_:)" };
    struct iovec v[12];
    snprintf(attempt, sizeof attempt, "POLISEN_ATTEMPT=%d", i);
    for (int f = 0; f < 12; f++) { v[f].iov_base = (void *)fields[f]; v[f].iov_len = strlen(fields[f]); }
    lost += sd_journal_sendv(v, 12) < 0;
  }
  printf("{\"lost\":%d,\"entry_ns\":%lld}\n", lost, (now() - start) / count);
  return 0;
}
"""


def measure(stage, scratch, turns):
    """None where no journald of one's own can be started."""
    if subprocess.run([WITH_JOURNALD, "true"], capture_output=True).returncode != 0:
        return None
    run(["swift", "build", "--scratch-path", scratch, "--configuration", "release", "--static-swift-stdlib",
         "-debug-info-format", "none", "--product", "JournalProbe"], cwd=ROOT)
    source, program = stage.path("entry.c"), stage.path("entry")
    source.write_text(IN_C)
    run(["cc", "-O2", "-o", program, source, "-lsystemd"])
    # One journald for all turns, which alternate.
    turn = f'"{program}" {ENTRIES}; "{scratch / "release/JournalProbe"}" time {ENTRIES};'
    stopped = f'kill -STOP "$JOURNALD_PID"; "{scratch / "release/JournalProbe"}" flood {ENTRIES}; kill -CONT "$JOURNALD_PID"'
    lines = run([WITH_JOURNALD, "sh", "-c", turn * turns + stopped]).splitlines()
    *answers, flood = [json.loads(line) for line in lines]
    theirs, ours = answers[::2], answers[1::2]
    if any(answer["lost"] for answer in theirs) or any(answer["dropped"] or not answer["flushed"] for answer in ours):
        raise Failure(f"journald did not take every entry: {answers}")
    middle = lambda key, list_: statistics.median(answer[key] for answer in list_) / 1000
    return {"entries": ENTRIES, "turns": turns, "entry_us": middle("entry_ns", ours), "call_us": middle("call_ns", ours),
            "c_us": middle("entry_ns", theirs), "stopped_longest_ms": flood["longest_ms"], "stopped_dropped": flood["dropped"],
            "stopped_whole_ms": flood["whole_ms"]}


def show(table, result):
    if result is None:
        print("\nJournal: skipped, no journald of its own can be started here (needs root and the package systemd)")
        return
    table.head(f"Journal entry, 12 fields, real journald; medians of {result['turns']} turns of {result['entries']}",
               ("swift-log", "C", "ratio", "goal"))
    share = result["entry_us"] / result["c_us"]
    table.row("until journald has it", f"{result['entry_us']:.1f} us", f"{result['c_us']:.1f} us", f"{share:.2f} x",
              f"<= {LIMIT} x", share <= LIMIT)
    table.row("what the caller waits", f"{result['call_us']:.1f} us", f"{result['c_us']:.1f} us",
              f"{result['call_us'] / result['c_us']:.2f} x")
    longest = result["stopped_longest_ms"]
    table.row("journald stopped: longest", f"{longest:.1f} ms", "for ever", "", f"<= {PATIENCE} ms", longest <= PATIENCE)
    table.row("  dropped and counted", str(result["stopped_dropped"]), "", "")
