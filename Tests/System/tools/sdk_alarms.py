# SPDX-License-Identifier: MIT
"""Drives local-oci by Oracle's own Python package: every shipped alarm, metrics, queries, messages.

    sdk_alarms.py ENDPOINTS.json ALARMS_DIRECTORY

Fails with a line that says what was expected; ends with a line that says what was done.
"""
import datetime
import json
import re
import sys
import urllib.request
from pathlib import Path

import oci
from oci.monitoring import models


def expect(condition, what):
    """Ends the test unless `condition` holds."""
    if not condition:
        raise SystemExit(f"FAILED: {what}")


def refused(status, code, call, *arguments, **named):
    """Calls and expects the service's error."""
    try:
        call(*arguments, **named)
    except oci.exceptions.ServiceError as error:
        expect((error.status, error.code) == (status, code),
               f"{call.__name__}: {error.status} {error.code}, expected {status} {code}: {error.message}")
        return error
    raise SystemExit(f"FAILED: {call.__name__} was accepted, expected {status} {code}")


def filled(value, facts):
    """A definition with its ${placeholders} replaced; one that nobody knows is an error."""
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda match: facts[match[1]], value)
    if isinstance(value, list):
        return [filled(element, facts) for element in value]
    if isinstance(value, dict):
        return {name: filled(element, facts) for name, element in value.items()}
    return value


def same(sent, shown, path):
    """Whether all that was sent is shown, instants compared as such."""
    if isinstance(sent, dict):
        for name, value in sent.items():
            same(value, (shown or {}).get(name), f"{path}.{name}")
    elif isinstance(sent, list):
        expect(len(sent) == len(shown), f"{path}: {len(shown)} elements, expected {len(sent)}")
        for index, value in enumerate(sent):
            same(value, shown[index], f"{path}[{index}]")
    elif path.endswith(("timeSuppressFrom", "timeSuppressUntil")):
        expect(instant(sent) == instant(shown), f"{path}: {shown!r}, expected {sent!r}")
    else:
        expect(sent == shown, f"{path}: {shown!r}, expected {sent!r}")


def instant(text):
    return datetime.datetime.fromisoformat(str(text).replace("Z", "+00:00"))


class Stage:
    """The clients and the names of the place."""

    def __init__(self, endpoints):
        self.facts = json.loads(Path(endpoints).read_text())
        config = oci.config.from_file(self.facts["oci_config"])
        url = self.facts["url"]
        # The package retries some calls by itself; a failure must show.
        options = {"service_endpoint": url, "retry_strategy": oci.retry.NoneRetryStrategy()}
        self.monitoring = oci.monitoring.MonitoringClient(config, **options)
        self.topics = oci.ons.NotificationControlPlaneClient(config, **options)
        self.messages = oci.ons.NotificationDataPlaneClient(config, **options)
        self.compartment = self.facts["compartment"]

    def admin(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.facts['url']}/local/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(), headers={"content-type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def details(self, document, kind="CreateAlarmDetails"):
        """A JSON document as the package's model; a member that the model does not have is an error."""
        known = set(getattr(models, kind)().attribute_map.values())
        unknown = set(document) - known
        expect(not unknown, f"{document.get('displayName')}: {kind} has no {', '.join(sorted(unknown))}")
        return self.monitoring.base_client.deserialize_response_data(json.dumps(document).encode(), kind)

    def shown(self, model):
        return self.monitoring.base_client.sanitize_for_serialization(model)


def definitions(stage, directory, watchdog):
    """The shipped alarms, filled in, and one of this test's own with every member that the API has."""
    facts = {
        "compartment_id": stage.compartment, "metric_compartment_id": stage.compartment,
        "topic_id": stage.facts["topic_id"], "watchdog_topic_id": watchdog, "namespace": "polisen_collector",
        "job": "polisen", "runbook_base_url": "https://example.org/runbooks",
    }
    found = {path.stem: filled(json.loads(path.read_text()), facts) for path in sorted(directory.glob("*.json"))}
    expect(found, f"there are no alarms in {directory}")
    found["own"] = {
        "displayName": "own \"ä\" 警", "compartmentId": stage.facts["tenancy"],
        "metricCompartmentId": stage.facts["tenancy"], "metricCompartmentIdInSubtree": True, "namespace": "sdk_test",
        "resourceGroup": "group", "query": "gauge[5m]{host =~ \"a*|b\"}.groupBy(host).max() in (1, 2)",
        "resolution": "1m", "pendingDuration": "PT5M", "severity": "INFO", "body": "{{dimensions.host}}",
        "isNotificationsPerMetricDimensionEnabled": True, "messageFormat": "PRETTY_JSON",
        "destinations": [watchdog], "repeatNotificationDuration": "PT2H", "isEnabled": True,
        "suppression": {"description": "d", "timeSuppressFrom": "2020-01-01T00:00:00.000Z",
                        "timeSuppressUntil": "2020-01-02T00:00:00.000Z"},
        "freeformTags": {"a": "b"}, "definedTags": {"n": {"k": "v"}},
        "overrides": [{"ruleName": "HIGH", "query": "gauge[5m].max() > 2", "severity": "ERROR", "body": "high",
                       "pendingDuration": "PT1M"}],
        "ruleName": "NORMAL", "notificationVersion": "1.X", "notificationTitle": "{{severity}}",
        "evaluationSlackDuration": "PT4M", "alarmSummary": "{{status}}",
    }
    return found


def create(stage, documents):
    """Creates each alarm, twice under one token; gives name and answer."""
    made = {}
    for name, document in documents.items():
        details = stage.details(document)
        answer = stage.monitoring.create_alarm(details, opc_retry_token=f"token{len(made)}")
        again = stage.monitoring.create_alarm(details, opc_retry_token=f"token{len(made)}")
        expect(again.data.id == answer.data.id, f"{name}: the repeated creation made another alarm")
        same(document, stage.shown(answer.data), name)
        expect(answer.data.lifecycle_state == "ACTIVE" and answer.headers["etag"], f"{name}: state and etag")
        made[name] = answer
    return made


def read_and_change(stage, documents, made):
    """Reads, lists and changes what was created."""
    listed = oci.pagination.list_call_get_all_results(
        stage.monitoring.list_alarms, stage.facts["tenancy"], compartment_id_in_subtree=True, limit=7).data
    expect({alarm.id for alarm in listed} == {answer.data.id for answer in made.values()}, "the list is what was made")
    for name, answer in made.items():
        got = stage.monitoring.get_alarm(answer.data.id)
        same(documents[name], stage.shown(got.data), f"{name} as read")
        expect(got.headers["etag"] == answer.headers["etag"], f"{name}: etag as read")
        changes = models.UpdateAlarmDetails(body="changed", freeform_tags={**(got.data.freeform_tags or {}), "x": "y"})
        changed = stage.monitoring.update_alarm(got.data.id, changes, if_match=got.headers["etag"])
        wanted = {**documents[name], "body": "changed"}
        wanted["freeformTags"] = {**wanted.get("freeformTags", {}), "x": "y"}
        same(wanted, stage.shown(changed.data), f"{name} as changed")
        refused(412, "NoEtagMatch", stage.monitoring.update_alarm, got.data.id, changes, if_match=got.headers["etag"])
        by_name = stage.monitoring.list_alarms(
            documents[name]["compartmentId"], display_name=documents[name]["displayName"]).data
        expect([alarm.id for alarm in by_name] == [got.data.id], f"{name}: listed by its display name")
    stage.monitoring.remove_alarm_suppression(made["own"].data.id)
    expect(stage.monitoring.get_alarm(made["own"].data.id).data.suppression is None, "the suppression is gone")
    states = oci.pagination.list_call_get_all_results(stage.monitoring.list_alarms_status, stage.compartment).data
    expect(len(states) == len(made) - 1 and all(state.status == "OK" for state in states), "nothing fires yet")


def metric(stage, name, points):
    return models.MetricDataDetails(
        namespace="polisen_collector", compartment_id=stage.compartment, name=name, dimensions={"job": "polisen"},
        metadata={"unit": "s"},
        datapoints=[models.Datapoint(timestamp=time, value=value, count=count) for time, value, count in points])


def post_and_query(stage):
    """Posts metrics and asks for them again."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    minute = now.replace(second=0)
    past = [(minute - datetime.timedelta(minutes=9, seconds=20), 2.0, 3), (minute - datetime.timedelta(minutes=9), 5.0, 1)]
    old = [(now - datetime.timedelta(hours=3), 1.0, 1)]
    answer = stage.monitoring.post_metric_data(models.PostMetricDataDetails(
        metric_data=[metric(stage, "sdk_value", past), metric(stage, "sdk_old", old)])).data
    expect(answer.failed_metrics_count == 1, "one of two metrics is too old")
    expect("2 hours ago" in answer.failed_metrics[0].message, "the refusal says why")
    names = oci.pagination.list_call_get_all_results(
        stage.monitoring.list_metrics, stage.compartment, models.ListMetricsDetails(name="sdk_*"), limit=1).data
    expect([item.name for item in names] == ["sdk_value"], "the posted metric is listed")
    query = models.SummarizeMetricsDataDetails(
        namespace="polisen_collector", query='sdk_value[1m]{job = "polisen"}.groupBy(job).sum() + 0',
        start_time=minute - datetime.timedelta(minutes=10), end_time=minute)
    series = stage.monitoring.summarize_metrics_data(stage.compartment, query).data
    points = [(point.timestamp, point.value) for point in series[0].aggregated_datapoints]
    expect(points == [(minute - datetime.timedelta(minutes=9), 11.0)], f"the sum of the minute: {points}")
    query.query = "sdk_value[1m].summ()"
    error = refused(400, "InvalidParameter", stage.monitoring.summarize_metrics_data, stage.compartment, query)
    expect("summ" in error.message and "^" in error.message, "the diagnostic shows the place")


def fire(stage):
    """An alarm fires, is suppressed by a resource of its own, and tells its topic."""
    document = {
        "displayName": "sdk fires", "compartmentId": stage.compartment, "metricCompartmentId": stage.compartment,
        "namespace": "polisen_collector", "query": "sdk_gauge[5m].max() > 0", "severity": "CRITICAL",
        "destinations": [stage.facts["topic_id"]], "isEnabled": True,
    }
    alarm = stage.monitoring.create_alarm(stage.details(document)).data
    now = datetime.datetime.now(datetime.timezone.utc)
    stage.monitoring.post_metric_data(models.PostMetricDataDetails(metric_data=[metric(stage, "sdk_gauge", [(now, 1.0, 1)])]))
    # At most a minute to the next label and three of slack; signatures are good for five.
    stage.admin("POST", "clock", {"advance_s": 245})
    status = {state.id: state for state in stage.monitoring.list_alarms_status(stage.compartment).data}[alarm.id]
    expect(status.status == "FIRING" and status.rule_name == "BASE", f"the alarm fires: {status.status}")
    streams = stage.monitoring.retrieve_dimension_states(
        alarm.id, retrieve_dimension_states_details=models.RetrieveDimensionStatesDetails(status="FIRING")).data
    expect([item.dimensions for item in streams.items] == [{"job": "polisen"}], "the stream that fires")
    history = stage.monitoring.get_alarm_history(alarm.id, alarm_historytype="STATE_TRANSITION_HISTORY").data
    expect([entry.summary for entry in history.entries] == ["State transitioned from OK to Firing"], "its history")
    told = [message for message in stage.admin("GET", "messages") if (message["alarm"] or {}).get("id") == alarm.id]
    expect(len(told) == 1 and json.loads(told[0]["body"])["type"] == "OK_TO_FIRING", "one message went to the topic")
    suppression = stage.monitoring.create_alarm_suppression(models.CreateAlarmSuppressionDetails(
        alarm_suppression_target=models.AlarmSuppressionAlarmTarget(alarm_id=alarm.id), level="ALARM",
        display_name="test", time_suppress_from=now, time_suppress_until=now + datetime.timedelta(days=1),
        suppression_conditions=[models.Recurrence(suppression_recurrence="FREQ=DAILY;BYHOUR=10", suppression_duration="PT1H")]))
    listed = stage.monitoring.list_alarm_suppressions(alarm_id=alarm.id).data.items
    expect([item.id for item in listed] == [suppression.data.id], "the suppression is listed")
    stage.monitoring.delete_alarm_suppression(suppression.data.id, if_match=suppression.headers["etag"])
    refused(404, "NotAuthorizedOrNotFound", stage.monitoring.get_alarm_suppression, suppression.data.id)
    stage.monitoring.change_alarm_compartment(
        alarm.id, models.ChangeAlarmCompartmentDetails(compartment_id=stage.facts["tenancy"]))
    stage.monitoring.delete_alarm(alarm.id)


def subscribe(stage, topic):
    """A subscription and its confirmation, and a message."""
    answer = stage.messages.create_subscription(oci.ons.models.CreateSubscriptionDetails(
        topic_id=topic, compartment_id=stage.compartment, protocol="EMAIL", endpoint="someone@example.org"))
    expect(answer.data.lifecycle_state == "PENDING", "a subscription waits for its confirmation")
    link = next(item["confirmation_url"] for item in stage.admin("GET", "subscriptions") if item["id"] == answer.data.id)
    token = re.search(r"token=([^&]+)", link)[1]
    confirmed = stage.messages.get_confirm_subscription(answer.data.id, token, "EMAIL").data
    expect(confirmed.subscription_id == answer.data.id, "the confirmation names the subscription")
    published = stage.messages.publish_message(topic, oci.ons.models.MessageDetails(title="t", body="b")).data
    expect(published.message_id, "a message has an id")
    subscriptions = stage.messages.list_subscriptions(stage.compartment, topic_id=topic).data
    expect([item.lifecycle_state for item in subscriptions] == ["ACTIVE"], "the subscription is active")
    stage.messages.delete_subscription(answer.data.id)


def delete(stage, made):
    """Deletes everything, and sees that it is gone."""
    for name, answer in made.items():
        current = stage.monitoring.get_alarm(answer.data.id)
        refused(412, "NoEtagMatch", stage.monitoring.delete_alarm, answer.data.id, if_match=answer.headers["etag"])
        stage.monitoring.delete_alarm(answer.data.id, if_match=current.headers["etag"])
        refused(404, "NotAuthorizedOrNotFound", stage.monitoring.get_alarm, answer.data.id)
    left = stage.monitoring.list_alarms(stage.facts["tenancy"], compartment_id_in_subtree=True).data
    expect(not left, f"{len(left)} alarms are left")


def main(endpoints, directory):
    stage = Stage(endpoints)
    watchdog = stage.topics.create_topic(oci.ons.models.CreateTopicDetails(
        name="watchdog", compartment_id=stage.compartment)).data.topic_id
    expect(len(stage.topics.list_topics(stage.compartment).data) == 2, "there are two topics")
    documents = definitions(stage, Path(directory), watchdog)
    made = create(stage, documents)
    bad = dict(documents["own"], displayName="bad", query="gauge[5m].max()")
    refused(400, "InvalidParameter", stage.monitoring.create_alarm, stage.details(bad))
    read_and_change(stage, documents, made)
    post_and_query(stage)
    fire(stage)
    subscribe(stage, watchdog)
    delete(stage, made)
    stage.topics.delete_topic(watchdog)
    print(f"passed: oci {oci.__version__} created, read, listed, changed and deleted {len(made) - 1} shipped alarms and one "
          "of the test's own, posted metrics, ran queries, saw an alarm fire")


if __name__ == "__main__":
    main(*sys.argv[1:])
