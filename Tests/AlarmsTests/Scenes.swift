// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL

/// Monday 5 January 2026, midnight UTC: minute 0 of all tests.
let midnight: Int64 = 1_767_571_200_000

/// A label by its minute.
func minute(_ number: Int) -> Int64 { midnight + Int64(number) * 60_000 }

/// A stream of namespace `test`: a value a minute from minute 1 on, nil for none.
func stream(
    _ metric: String, _ dimensions: [String: String], from first: Int = 1, every step: Int = 1,
    _ values: [Double?]
) -> MetricStream {
    let points = values.enumerated().compactMap { index, value in
        value.map { Datapoint(at: minute(first + index * step), $0) }
    }
    return MetricStream(StreamIdentity(namespace: "test", metric: metric, dimensions: dimensions), points)
}

/// The same for the host `a`.
func stream(_ metric: String, _ values: [Double?]) -> MetricStream { stream(metric, ["host": "a"], values) }

/// An alarm of namespace `test` with a query.
func alarm(_ query: String, pending: Int64 = 1, _ change: (inout Alarm) -> Void = { _ in }) -> Alarm {
    var alarm = Alarm()
    alarm.key = "tested"
    alarm.displayName = "tested"
    alarm.namespace = "test"
    alarm.query = query
    alarm.pendingMilliseconds = pending * 60_000
    change(&alarm)
    return alarm
}

/// What an alarm does from one minute to another, both included.
func play(
    _ alarm: Alarm, _ streams: [MetricStream], _ minutes: ClosedRange<Int>, knobs: Knobs = Knobs(),
    suppressions: [AlarmSuppression] = []
) throws -> AlarmTimeline {
    try AlarmSimulation(alarm: alarm, suppressions: suppressions, knobs: knobs)
        .run(over: MetricStore(streams), from: minute(minutes.lowerBound), until: minute(minutes.upperBound))
}

/// `0 OK 5 FIRING`: the changes of state with their minutes.
func story(_ timeline: AlarmTimeline) -> String {
    timeline.states.map { "\(($0.label - midnight) / 60_000) \($0.state.rawValue)" }.joined(separator: " ")
}

/// `5 OK_TO_FIRING`: the messages with their minutes.
func letters(_ messages: [AlarmMessage]) -> String {
    messages.map { "\(($0.label - midnight) / 60_000) \($0.type.rawValue)" }.joined(separator: " ")
}

/// The JSON of a valid alarm, members changed or (nil) taken away.
func definition(_ changes: [String: JSONValue?] = [:]) -> JSONValue {
    let base: JSONValue = [
        "displayName": "feed stale", "compartmentId": "ocid1.compartment.oc1..c",
        "metricCompartmentId": "ocid1.compartment.oc1..m", "namespace": "poller",
        "query": "feed.success[60m].groupBy(job).absent(3d) == 1", "severity": "CRITICAL",
        "destinations": ["ocid1.onstopic.oc1.eu-stockholm-1.t"], "isEnabled": true,
    ]
    var members = (base.object ?? []).filter { changes[$0.name] == nil }
    for change in changes.sorted(by: { $0.key < $1.key }) {
        if let value = change.value { members.append(JSONMember(change.key, value)) }
    }
    return .object(members)
}
