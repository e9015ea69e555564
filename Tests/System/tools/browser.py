# SPDX-License-Identifier: MIT
"""A headless Chromium, driven over its debugging pipe: no driver program, no port, no package."""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")

# The browser reads commands at descriptor 3 and answers at 4: put there by this, which then becomes the browser.
LAUNCHER = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 20) for fd in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""


class BrowserError(Exception):
    """The browser refused a command, or said nothing in time."""


def find():
    """Path of a browser on this machine; None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Browser:
    """One browser with one page. Use as a context manager."""

    def __init__(self, program, seconds=60):
        self.seconds = seconds
        self.profile = tempfile.mkdtemp(prefix="browser-")
        commands, self.write_end = os.pipe()
        self.read_end, answers = os.pipe()
        arguments = [
            program, "--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none",
            "--user-data-dir=" + self.profile, "about:blank",
        ]
        self.log = open(os.path.join(self.profile, "browser.log"), "w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, str(commands), str(answers), *arguments], pass_fds=(commands, answers),
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        os.close(commands)
        os.close(answers)
        os.set_blocking(self.read_end, False)
        self.received = b""
        self.last_id = 0
        self.events = []
        self.session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for end in (self.write_end, self.read_end):
            os.close(end)
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, **parameters):
        """Asks for something and waits for the answer; what happens meanwhile is kept in `events`."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        rest = json.dumps(message).encode() + b"\0"
        while rest:
            rest = rest[os.write(self.write_end, rest):]
        deadline = time.monotonic() + self.seconds
        while True:
            answer = self.receive(deadline, method)
            if answer.get("id") == self.last_id:
                break
            if "method" in answer:
                self.events.append(answer)
        if "error" in answer:
            raise BrowserError("%s: %s" % (method, answer["error"].get("message")))
        return answer["result"]

    def receive(self, deadline, waiting_for):
        while b"\0" not in self.received:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_end], [], [], left)[0]:
                raise BrowserError("no answer to %s in %d s" % (waiting_for, self.seconds))
            chunk = os.read(self.read_end, 1 << 20)
            if not chunk:
                self.log.seek(0)
                raise BrowserError("the browser ended: " + self.log.read()[-600:].decode(errors="replace"))
            self.received += chunk
        message, self.received = self.received.split(b"\0", 1)
        return json.loads(message)

    def wait_for(self, method):
        """Waits until an event of this name has come since `events` was last emptied."""
        deadline = time.monotonic() + self.seconds
        while not any(event["method"] == method for event in self.events):
            answer = self.receive(deadline, method)
            if "method" in answer:
                self.events.append(answer)

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are awaited."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")
