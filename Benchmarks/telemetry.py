# SPDX-License-Identifier: MIT
"""What telemetry costs a run: metrics off, and metrics for OCI while its endpoint takes connections and says nothing."""

import hashlib
import json
import socket
import statistics
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stage import Failure, FirstByte, run

LIMIT = 2.0
# What a run may take beyond the limit for everything else that telemetry does: noting points, reading the ledger.
SLACK = 0.25


class Window:
    """A feed on loopback that shows a window of 500 events."""

    def __init__(self):
        now = datetime.now(timezone.utc)
        events = [{"id": 600000 + number, "datetime": (now - timedelta(minutes=number)).strftime("%Y-%m-%d %H:%M:%S +00:00"),
                   "name": "n", "summary": "s" * 200, "url": "/x", "type": f"Typ {number % 40}",
                   "location": {"name": "Ö", "gps": "59.1,18.0"}} for number in range(500)]
        body = json.dumps(events).encode()

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()


class Hole:
    """Takes every connection and never answers."""

    def __init__(self):
        self.server, self.kept = socket.socket(), []
        self.server.bind(("127.0.0.1", 0))
        self.server.listen(16)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.kept.append(self.server.accept()[0])
            except OSError:
                return

    def close(self):
        self.server.close()
        for client in self.kept:
            client.close()


def credentials(stage):
    """An OCI configuration file with a key that nobody knows."""
    folder = stage.path("telemetry-key")
    folder.mkdir(exist_ok=True)
    run(["openssl", "genrsa", "-out", folder / "key.pem", "2048"])
    run(["openssl", "rsa", "-in", folder / "key.pem", "-pubout", "-outform", "DER", "-out", folder / "public.der"])
    digest = hashlib.md5((folder / "public.der").read_bytes(), usedforsecurity=False).hexdigest()
    (folder / "config").write_text(
        "[DEFAULT]\nuser=ocid1.user.oc1..aaaa\ntenancy=ocid1.tenancy.oc1..aaaa\nregion=eu-stockholm-1\n"
        f"fingerprint={':'.join(digest[at:at + 2] for at in range(0, 32, 2))}\nkey_file={folder / 'key.pem'}\n")
    return folder / "config"


def measure(stage, turns):
    config, window, hole = credentials(stage), Window(), Hole()
    costs = {"off": [], "hanging": []}
    try:
        for turn in range(turns):
            # Turn about, so that neither is always the one after a pause.
            for kind, backend in (("off", "none"), ("hanging", "oci"))[::1 if turn % 2 else -1]:
                proxy = FirstByte(window.port)
                # A state of its own each time: the breaker would spare later runs the wait.
                place = stage.path(f"telemetry-{kind}-{turn}")
                cost = stage.launch(
                    [stage.release / "polisen-collector", "collect", "--json"],
                    {"PATH": "/usr/bin:/bin", "HOME": str(stage.work), "POLISEN_LOG_TARGET": "json",
                     "POLISEN_FEED_URL": f"http://127.0.0.1:{proxy.port}/api/events", "POLISEN_FEED_RATE_LIMITS": "off",
                     "POLISEN_STATE_PATH": f"{place}/state", "POLISEN_ARCHIVE_PATH": f"{place}/data",
                     "POLISEN_METRICS_BACKEND": backend, "POLISEN_OCI_COMPARTMENT": "ocid1.compartment.oc1..aaaa",
                     "POLISEN_OCI_CONFIG_FILE": str(config),
                     "POLISEN_OCI_ENDPOINTS_MONITORING_INGESTION": f"http://127.0.0.1:{hole.port}"}, limit=60)
                proxy.close()
                if cost["exit"] != 0:
                    raise Failure(f"collect ended with {cost['exit']}: {cost['errors'][-1500:]}")
                if kind == "hanging" and (cost["wall"] < 1 or "telemetry.post.failed" not in cost["errors"]):
                    raise Failure(f"the endpoint did not hang: {cost['errors'][-1500:]}")
                cost["first_byte"] = proxy.arrived - cost["begin"]
                costs[kind].append(cost)
    finally:
        window.close()
        hole.close()
    result = {kind: {key: statistics.median(cost[key] for cost in list_) for key in ("wall", "cpu", "rss_kib", "first_byte")}
              for kind, list_ in costs.items()}
    result["turns"] = turns
    result["before"] = statistics.median(
        late["first_byte"] - plain["first_byte"] for late, plain in zip(costs["hanging"], costs["off"]))
    return result


def show(table, result):
    off, hanging = result["off"], result["hanging"]
    table.head(f"Telemetry while OCI hangs; medians of {result['turns']} turns each", ("hanging", "metrics off", "", "goal"))
    before = result["before"]
    table.row("start to first byte", f"{hanging['first_byte'] * 1000:.1f} ms", f"{off['first_byte'] * 1000:.1f} ms", f"{before * 1000:+.1f}",
              "+ 0 ms (3 of noise)", before <= 0.003)
    after = hanging["wall"] - off["wall"]
    table.row("wall", f"{hanging['wall']:.2f} s", f"{off['wall']:.2f} s", f"+{after:.2f} s", f"<= {LIMIT:g} s after",
              after <= LIMIT + SLACK)
    table.row("CPU (user + system)", f"{hanging['cpu'] * 1000:.1f} ms", f"{off['cpu'] * 1000:.1f} ms",
              f"+{(hanging['cpu'] - off['cpu']) * 1000:.0f} ms")
    table.row("peak memory", f"{hanging['rss_kib'] / 1024:.1f} MiB", f"{off['rss_kib'] / 1024:.1f} MiB", "")
