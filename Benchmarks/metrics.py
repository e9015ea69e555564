# SPDX-License-Identifier: MIT
"""Metrics: what it costs to make a run's points safe on disk, and what an endpoint that hangs costs."""

import hashlib
import json
import os
import socket
import subprocess
import threading
import time

from stage import ROOT, run, tool

CYCLES = 60
# What `collect` gives to telemetry after its work.
LIMIT = 2.0


class Hanging:
    """Takes connections and requests on 127.0.0.1 and never answers."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.kept = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.kept.append(self.socket.accept()[0])
            except OSError:
                return

    def close(self):
        self.socket.close()
        for client in self.kept:
            client.close()


def build(scratch):
    run(["swift", "build", "--scratch-path", scratch, "--configuration", "release", "--static-swift-stdlib",
         "-debug-info-format", "none", "--product", "MetricsProbe"], cwd=ROOT)
    return scratch / "release/MetricsProbe"


def configure(stage):
    """An API key of its own, which nobody will look at."""
    key, config = stage.path("metrics-key.pem"), stage.path("metrics-config")
    openssl = tool("openssl")
    run([openssl, "genrsa", "-out", key, "2048"])
    key.chmod(0o600)
    public = subprocess.run([openssl, "rsa", "-in", str(key), "-pubout", "-outform", "DER"], capture_output=True, check=True)
    digest = hashlib.md5(public.stdout).hexdigest()
    fingerprint = ":".join(digest[at:at + 2] for at in range(0, 32, 2))
    config.write_text(f"[DEFAULT]\nuser=ocid1.user.oc1..aaaaaaaabench\ntenancy=ocid1.tenancy.oc1..aaaaaaaabench\n"
                      f"fingerprint={fingerprint}\nkey_file={key}\nregion=eu-stockholm-1\n")
    return config


def measure(stage, scratch):
    probe = build(scratch)
    result = json.loads(run([probe, "cycle", stage.path("metrics-cycle"), CYCLES]))
    config, hanging, flushes = configure(stage), Hanging(), []
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(stage.work)}
    try:
        for number in range(3):
            begun = time.monotonic()
            flush = json.loads(run([probe, "flush", stage.path(f"metrics-hang-{number}"), config,
                                    f"http://127.0.0.1:{hanging.port}/20180401", LIMIT], env=environment))
            flush["process"] = time.monotonic() - begun
            flushes.append(flush)
    finally:
        hanging.close()
    result["hang"] = max(flushes, key=lambda flush: flush["flush"])
    result["kept"] = all(flush["left"] == 80 and flush["posted"] == 0 for flush in flushes)
    return result


def show(table, result):
    print(f"\nMetrics: 80 points to the spool and to an endpoint; medians of {CYCLES}, fsync included")
    for key, name in [("append", "to the spool"), ("post", "posted, answered at once")]:
        cost = result[key]
        table.row(name, f"{cost['wall'] * 1000:.1f} ms", f"{cost['cpu'] * 1000:.1f} ms CPU", "")
    hang = result["hang"]
    table.row("endpoint hangs: before", f"{hang['before'] * 1000:.1f} ms", "", "", "<= 1 ms", hang["before"] <= 0.001)
    table.row("endpoint hangs: after", f"{hang['flush']:.2f} s", "", "", f"<= {LIMIT:g} s", hang["flush"] <= LIMIT)
    table.row("points kept", "all" if result["kept"] else "NOT ALL", "", "", "all", result["kept"])
