#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A plain collector in Python: what the benchmark measures Polisen Collector against.

Written for this benchmark the way such a job is usually written: `requests` for the feed, the official `oci` package
for storage. Remembers the 1,000 highest ids in one object, puts new events as JSON Lines by date, then puts the ids.
It does less: no edits, no check of the answer, no record of runs, no safety against two at once or a kill in between.
"""

import json
import logging
import os
import sys
import time
from datetime import datetime, timezone

import oci
import requests

SEEN_OBJECT = "metadata/last_seen.json"
SEEN_LIMIT = 1000
log = logging.getLogger("peer")


def fetch_events(url, contact):
    """The feed's answer as a list of dictionaries."""
    headers = {"User-Agent": f"polisen-peer/1.0 ({contact})", "Accept": "application/json"}
    response = requests.get(url, headers=headers, timeout=30)
    response.raise_for_status()
    return response.json()


def storage():
    """A client signed in by the configuration file, as `oci setup config` leaves it."""
    config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])
    arguments = {}
    if "PEER_OBJECT_STORAGE" in os.environ:
        arguments["service_endpoint"] = os.environ["PEER_OBJECT_STORAGE"]
    return oci.object_storage.ObjectStorageClient(
        config, retry_strategy=oci.retry.DEFAULT_RETRY_STRATEGY, **arguments)


def seen_ids(client, namespace, bucket):
    try:
        answer = client.get_object(namespace, bucket, SEEN_OBJECT)
        return json.loads(answer.data.content)["seen_ids"]
    except oci.exceptions.ServiceError as error:
        if error.status == 404:
            return []
        raise


def put(client, namespace, bucket, name, text, kind):
    client.put_object(namespace, bucket, name, text.encode("utf-8"), content_type=kind)


def main():
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format="%(asctime)s %(levelname)s %(message)s")
    namespace, bucket = os.environ["OCI_NAMESPACE"], os.environ["OCI_BUCKET_NAME"]
    client = storage()
    events = fetch_events(os.environ["POLISEN_API_URL"], os.environ["API_CONTACT_EMAIL"])
    seen = seen_ids(client, namespace, bucket)
    known = set(seen)
    fresh = [event for event in events if event["id"] not in known]

    by_date = {}
    for event in fresh:
        by_date.setdefault(event["datetime"].split(" ")[0].replace("-", "/"), []).append(event)
    now = int(time.time())
    for date, group in sorted(by_date.items()):
        lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in group)
        put(client, namespace, bucket, f"events/{date}/events-{now}.jsonl", lines, "application/x-ndjson")
    if fresh:
        ids = sorted(known | {event["id"] for event in fresh}, reverse=True)[:SEEN_LIMIT]
        state = {
            "seen_ids": ids,
            "last_updated": datetime.now(timezone.utc).isoformat(),
            "total_tracked": len(ids),
        }
        put(client, namespace, bucket, SEEN_OBJECT, json.dumps(state), "application/json")
    log.info("%d events, %d new, %d dates", len(events), len(fresh), len(by_date))
    print(json.dumps({"returned": len(events), "new": len(fresh), "dates": len(by_date)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
