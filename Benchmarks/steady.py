# SPDX-License-Identifier: MIT
"""The steady run: both collectors poll a feed that has something new each time, in turn."""

import json
import statistics
from datetime import datetime, timedelta, timezone

from stage import ROOT, Failure, FirstByte, run

BUCKETS = {"collector": "bench-collector", "python": "bench-python"}
STEP = timedelta(hours=2)
# Lines beyond the turns: the first poll, and tries for the round-trip measurement.
SPARE = 13
LATENCY_MS = 120


def make_feed(stage, polls):
    """A recorded feed whose answers are two hours of police work apart, but are served seconds apart: signatures are
    checked against the clock, so the clock has to stay within five minutes of the real one."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    begin = now - STEP * (polls + 20)
    lines = run([stage.release / "local-oci", "feed", "--seed", "7", "--from", text(begin), "--to", text(now),
                 "--every", "2h"]).splitlines()
    answers = []
    for line in lines:
        body = json.loads(line)["body"]
        # Empty and filtered answers are rare habits of the source; a steady run has none.
        if body is not None and len(body) == 500 and len({event["type"] for event in body}) > 3:
            answers.append(line[line.index('"body":'):])
    if len(answers) < polls:
        raise Failure(f"the generated feed has only {len(answers)} usable answers of {polls} wanted")
    times = [now + timedelta(seconds=2 * number) for number in range(polls)]
    path = stage.path("feed.jsonl")
    with open(path, "w") as out:
        for time, answer in zip(times, answers[-polls:]):
            out.write('{"capturedAt":"%s",%s\n' % (text(time), answer))
    return path, times


def text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Contest:
    def __init__(self, stage, python, times):
        self.stage, self.times, self.log = stage, iter(times), 0
        cloud = stage.cloud
        base = {"PATH": "/usr/bin:/bin", "HOME": str(stage.work), "LANG": "C.UTF-8"}
        self.commands = {
            "collector": [stage.release / "polisen-collector", "collect", "--json", "--config", stage.path("config.yaml")],
            "python": [python, ROOT / "Benchmarks/peer/collect.py"],
        }
        self.environments = {
            "collector": base,
            "python": base | {
                "OCI_CONFIG_FILE": cloud["oci_config"], "OCI_NAMESPACE": cloud["namespace"],
                "OCI_BUCKET_NAME": BUCKETS["python"], "API_CONTACT_EMAIL": "bench@example.org",
                "PEER_OBJECT_STORAGE": f"https://localhost:{stage.oci_port}",
                "REQUESTS_CA_BUNDLE": str(stage.path("ca.pem")),
                "POLISEN_API_URL": self.feed_url(stage.feed_port),
            },
        }
        self.configure(stage.feed_port)
        for bucket in BUCKETS.values():
            run([python, "-c", CREATE, cloud["oci_config"], f"https://localhost:{stage.oci_port}", cloud["namespace"],
                 bucket, cloud["compartment"]], env=base | {"REQUESTS_CA_BUNDLE": str(stage.path("ca.pem"))})

    @staticmethod
    def feed_url(port):
        return f"https://localhost:{port}/api/events"

    def configure(self, feed_port):
        """Both collectors fetch the feed at this port."""
        self.environments["python"]["POLISEN_API_URL"] = self.feed_url(feed_port)
        stage, cloud = self.stage, self.stage.cloud
        stage.path("config.yaml").write_text(f"""\
feed:
  url: {self.feed_url(feed_port)}
  contact: bench@example.org
  rate_limits: 'off'
archive:
  backend: oci
state:
  path: {stage.path('state')}
oci:
  auth: api_key
  config_file: {cloud['oci_config']}
  namespace: {cloud['namespace']}
  compartment: {cloud['compartment']}
  region: {cloud['region']}
  bucket: {BUCKETS['collector']}
  endpoints:
    object_storage: https://localhost:{stage.oci_port}
tls:
  ca_file: {stage.path('ca.pem')}
log:
  target: json
""")

    def next_answer(self):
        self.stage.admin("POST", "/local/clock", {"now": text(next(self.times)), "rate": 0})

    def turn(self, who):
        """One run; its cost and the requests that the terminator saw."""
        cost = self.stage.launch(self.commands[who], self.environments[who], limit=120)
        if cost["exit"] != 0:
            raise Failure(f"{who} ended with {cost['exit']}:\n{cost['output'][-1500:]}\n{cost['errors'][-1500:]}")
        cost["requests"], self.log = self.stage.requests_since(self.log)
        answer = json.loads(cost["output"].strip().splitlines()[-1])
        cost["new"] = answer["new"] if who == "python" else answer["counts"]["new"]
        return cost


CREATE = """
import sys, oci
file, endpoint, namespace, bucket, compartment = sys.argv[1:]
client = oci.object_storage.ObjectStorageClient(oci.config.from_file(file), service_endpoint=endpoint)
client.create_bucket(namespace, oci.object_storage.models.CreateBucketDetails(name=bucket, compartment_id=compartment))
"""


def stored(cost):
    """Partition files of first versions, and of revisions, that a run put."""
    puts = [request["target"] for request in cost["requests"] if request["method"] == "PUT"]
    return (sum("/o/events" in target for target in puts), sum("/o/revisions" in target for target in puts))


def kind(request):
    """`PUT commits`: what a request is about."""
    if request["feed"]:
        return f"{request['method']} feed"
    name = request["target"].split("?")[0].split("/o/", 1)[-1].replace("%2F", "/")
    return f"{request['method']} {name.split('/')[0]}"


def layers(requests):
    """Requests by how many answers had to be waited for before each could be sent."""
    rows = []
    for request in sorted(requests, key=lambda request: request["begin"]):
        if not rows or request["begin"] > rows[-1][0]["begin"] + LATENCY_MS / 2000:
            rows.append([])
        rows[-1].append(request)
    return rows


def depth(contest):
    """Every answer is made to take its time, so that who waits for whom shows in the log."""
    found = {}
    for _ in range(SPARE - 3):
        contest.next_answer()
        contest.stage.admin("POST", "/local/faults", {"match": {}, "times": None, "action": {"latency_ms": LATENCY_MS}})
        costs = {who: contest.turn(who) for who in BUCKETS}
        contest.stage.admin("DELETE", "/local/faults")
        if stored(costs["collector"]) == (1, 0):
            for who, cost in costs.items():
                rows = layers(cost["requests"])
                last = max(index for index, row in enumerate(rows, 1)
                           for request in row if not kind(request).endswith("runs"))
                found[who] = {"layers": [sorted(kind(request) for request in row) for row in rows], "to_stored": last,
                              "requests": len(cost["requests"])}
            return found
    raise Failure("no answer brought new events of one date and nothing else; try again")


def first_byte(contest, turns):
    times = {who: [] for who in BUCKETS}
    for _ in range(turns):
        for who in BUCKETS:
            proxy = FirstByte(contest.stage.feed_port)
            contest.configure(proxy.port)
            cost = contest.turn(who)
            proxy.close()
            times[who].append(proxy.arrived - cost["begin"])
    contest.configure(contest.stage.feed_port)
    return {who: statistics.median(values) for who, values in times.items()}


def measure(stage, python, pairs):
    path, times = make_feed(stage, pairs + SPARE)
    stage.start_cloud(path)
    stage.start_tls()
    contest = Contest(stage, python, times)

    # The first run of each fills an empty bucket; it is not a steady run.
    contest.next_answer()
    for who in BUCKETS:
        contest.turn(who)
    deep = depth(contest)
    runs = {who: [] for who in BUCKETS}
    for _ in range(pairs):
        contest.next_answer()
        for who in BUCKETS:
            runs[who].append(contest.turn(who))
    first = first_byte(contest, max(3, pairs // 2))

    result = {"pairs": pairs, "depth": deep}
    one_date = [index for index, cost in enumerate(runs["collector"]) if stored(cost) == (1, 0)]
    for who, costs in runs.items():
        wanted = [costs[index] for index in one_date] or [deep[who]]
        counts = [len(cost["requests"]) if isinstance(cost["requests"], list) else cost["requests"] for cost in wanted]
        result[who] = {
            "wall": statistics.median(cost["wall"] for cost in costs),
            "cpu": statistics.median(cost["cpu"] for cost in costs),
            "rss_kib": statistics.median(cost["rss_kib"] for cost in costs),
            "requests": statistics.median(counts),
            "connections": statistics.median(
                len({request["connection"] for request in cost["requests"]}) for cost in costs),
            "first_byte": first[who],
            "new": sum(cost["new"] for cost in costs),
            "feed_protocol": next((request["protocol"] for cost in costs for request in cost["requests"]
                                   if request["feed"]), None),
            "runs": [{key: cost[key] for key in ("wall", "cpu", "rss_kib", "new")}
                     | {"requests": [kind(request) for request in cost["requests"]]} for cost in costs],
        }
    return result
