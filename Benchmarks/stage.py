# SPDX-License-Identifier: MIT
"""Where the benchmark plays: local-oci, a TLS terminator in front of it, the two collectors, a launcher that measures."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class Failure(Exception):
    """The benchmark cannot go on; the text says what to do."""


def run(command, **options):
    """Runs a tool to its end; a tool that fails ends the benchmark with its own words."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise Failure(f"{' '.join(str(part) for part in command)} ended with {result.returncode}:\n"
                      f"{(result.stdout + result.stderr)[-2000:]}")
    return result.stdout


def tool(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise Failure(f"there is no {name}: run Scripts/deps.sh build bench")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stage:
    """Everything that runs during the benchmark; `close` leaves no process behind."""

    def __init__(self, work, release):
        self.work, self.release = Path(work), Path(release)
        self.children = []
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def path(self, name):
        return self.work / name

    def start(self, command, **options):
        child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, **options)
        self.children.append(child)
        return child

    # The launcher.

    def build_launcher(self):
        compiler = shutil.which("clang") or shutil.which("cc")
        if compiler is None:
            raise Failure("there is no C compiler; the Swift toolchain's clang should be on PATH beside swift")
        run([compiler, "-O2", "-Wall", "-o", self.path("launch"), ROOT / "Benchmarks/launch.c"])

    def launch(self, command, environment, core=None, limit=1800):
        """Runs a program under the launcher; its cost, exit status and output."""
        reading, writing = os.pipe()
        child = subprocess.Popen(
            [str(part) for part in (self.path("launch"), writing, -1 if core is None else core, *command)],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=(writing,))
        os.close(writing)
        output, errors = child.communicate(timeout=limit)
        with os.fdopen(reading) as said:
            text = said.read()
        if not text:
            raise Failure(f"the launcher said nothing: {errors.decode(errors='replace')}")
        cost = json.loads(text)
        cost["cpu"] = cost["user"] + cost["sys"]
        cost["output"], cost["errors"] = output.decode(errors="replace"), errors.decode(errors="replace")
        return cost

    # local-oci.

    def start_cloud(self, feed):
        log = open(self.path("local-oci.log"), "w")
        child = self.start([self.release / "local-oci", "serve", "--data", self.path("cloud"), "--feed", feed],
                           stdout=subprocess.PIPE, stderr=log, text=True)
        line = child.stdout.readline()
        if not line:
            raise Failure(f"local-oci did not start: {self.path('local-oci.log').read_text()}")
        self.cloud = json.loads(line)

    def admin(self, method, path, body=None):
        address = urlsplit(self.cloud["url"])
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        connection.request(method, path, None if body is None else json.dumps(body),
                           {} if body is None else {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 300:
            raise Failure(f"local-oci: {method} {path}: {answer.status} {text.decode(errors='replace')}")
        return json.loads(text) if text else None

    # The TLS terminator.

    def start_tls(self):
        """nginx in front of local-oci: one port for the feed (HTTP/2 offered), one for OCI (HTTP/1.1)."""
        make_certificates(self.work)
        self.feed_port, self.oci_port = free_port(), free_port()
        self.access_log = self.path("access.log")
        upstream = urlsplit(self.cloud["url"]).netloc
        user = "user root;" if os.geteuid() == 0 else ""
        self.path("nginx.conf").write_text(f"""
{user}
worker_processes 1;
daemon off;
pid {self.path('nginx.pid')};
error_log {self.path('nginx.error.log')} warn;
events {{ worker_connections 256; }}
http {{
  log_format bench '$msec $request_time $server_port $connection $server_protocol $status $request_method $request_uri';
  access_log {self.access_log} bench;
  client_max_body_size 64m;
  client_body_temp_path {self.path('tmp-body')};
  proxy_temp_path {self.path('tmp-proxy')};
  fastcgi_temp_path {self.path('tmp-f')}; uwsgi_temp_path {self.path('tmp-u')}; scgi_temp_path {self.path('tmp-s')};
  ssl_certificate {self.path('server.pem')};
  ssl_certificate_key {self.path('server.key')};
  ssl_protocols TLSv1.2 TLSv1.3;
  upstream cloud {{ server {upstream}; keepalive 8; }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_pass_request_headers on;
  server {{
    listen 127.0.0.1:{self.feed_port} ssl http2;
    location / {{ proxy_pass http://cloud; }}
  }}
  server {{
    listen 127.0.0.1:{self.oci_port} ssl;
    location / {{ proxy_pass http://cloud; }}
  }}
}}
""")
        nginx = tool("nginx")
        self.start([nginx, "-p", self.work, "-e", self.path("nginx.error.log"), "-c", self.path("nginx.conf")],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                for port in (self.feed_port, self.oci_port):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise Failure(f"nginx did not start: {self.path('nginx.error.log').read_text()}")
                time.sleep(0.02)

    def requests_since(self, offset):
        """Requests the terminator logged after `offset`, and the log's new end."""
        # nginx logs when an answer has been handed to the kernel, which may be a moment after the client is gone.
        time.sleep(0.05)
        with open(self.access_log, "rb") as log:
            log.seek(offset)
            data = log.read()
        entries = []
        for line in data.decode().splitlines():
            ended, took, port, connection, protocol, status, method, target = line.split(" ", 7)
            entries.append({
                "begin": float(ended) - float(took), "end": float(ended), "feed": int(port) == self.feed_port,
                "connection": (port, connection), "protocol": protocol, "status": int(status), "method": method,
                "target": target})
        return entries, offset + len(data)


def make_certificates(work):
    """A CA of our own and a certificate for localhost."""
    openssl = tool("openssl")

    def make(*arguments):
        run([openssl, *arguments], cwd=work)

    make("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
         "-out", "ca.pem", "-days", "30", "-subj", "/CN=polisen-bench-ca",
         "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    make("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key",
         "-out", "server.csr", "-subj", "/CN=localhost")
    (Path(work) / "server.ext").write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n"
        "basicConstraints=CA:FALSE\n")
    make("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
         "-out", "server.pem", "-days", "30", "-extfile", "server.ext")


class FirstByte:
    """A port that notes when the first byte arrives, and passes everything on."""

    def __init__(self, port):
        self.target = port
        self.arrived = None
        self.server = socket.socket()
        self.server.bind(("127.0.0.1", 0))
        self.server.listen(16)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        data = client.recv(65536)
        moment = time.monotonic()
        if data and self.arrived is None:
            self.arrived = moment
        upstream = socket.create_connection(("127.0.0.1", self.target))
        upstream.sendall(data)
        threading.Thread(target=self._pump, args=(upstream, client), daemon=True).start()
        self._pump(client, upstream)

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.server.close()


def make_peer(work):
    """The Python collector's own environment, under .build so that it is made once; its interpreter."""
    place = Path(work)
    python = place / "bin/python"
    wanted = (ROOT / "Benchmarks/peer/requirements.txt").read_text()
    marker = place / "requirements.txt"
    if python.exists() and marker.exists() and marker.read_text() == wanted:
        return python
    print("Installing requests and oci for the Python collector (once) ...", file=sys.stderr)
    shutil.rmtree(place, ignore_errors=True)
    run([sys.executable, "-m", "venv", place])
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
         ROOT / "Benchmarks/peer/requirements.txt"])
    run([python, "-m", "compileall", "-q", place / "lib"])
    marker.write_text(wanted)
    return python
