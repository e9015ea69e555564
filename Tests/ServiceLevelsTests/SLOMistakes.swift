// SPDX-License-Identifier: MIT

/// What people write by mistake: changes of good files. What is said of each stands in `Golden/openslo-mistakes.txt`.
enum SLOMistakes {
    struct Change: Sendable {
        let base: String
        let text: String
        let replacement: String

        init(_ base: String, _ text: String, _ replacement: String) {
            self.base = base
            self.text = text
            self.replacement = replacement
        }
    }

    private static let runs = SLOSamples.runs
    private static let threshold = SLOSamples.threshold
    private static let burning = SLOSamples.burning

    static let all: [Change] = [
        Change(runs, "openslo/v1", "openslo/v2"),
        Change(runs, "kind: SLO", "kind: SLI"),
        Change(runs, "  name: runs", "  nme: runs"),
        Change(runs, "name: runs", "name: Runs_1"),
        Change(runs, "stop-below: \"0 %\"", "stop-belwo: \"0 %\""),
        Change(runs, "polisen-collector/stop-below", "polisen-colector/stop-below"),
        Change(runs, "\"25 %\"", "\"0.25\""),
        Change(runs, "\"25 %\"", "\"0 %\""),
        Change(runs, "  indicator:\n    metadata", "  indicatorRef: x\n  indicator:\n    metadata"),
        Change(runs, "  service: polisen-collector\n", ""),
        Change(runs, "service: polisen-collector", "service:"),
        Change(runs, "  name: runs", "  labels: {team: {a: b}}\n  name: runs"),
        Change(
            runs, "service: polisen-collector",
            "service: polisen-collector\n  description: " + String(repeating: "x", count: 1_051)),
        Change(runs, "counter: true", "counter: yes"),
        Change(runs, "good:\n", "bad:\n"),
        Change(
            runs, "type: polisen-ledger\n            spec:\n              measure: s",
            "type: Prometheus\n            spec:\n              measure: s"),
        Change(runs, "measure: successful-runs", "measure: succesful-runs"),
        Change(runs, "measure: successful-runs", "measure: successful-runs\n              limit: 5m"),
        Change(runs, "measure: successful-runs", "measure: prompt-runs"),
        Change(runs, "measure: ended-runs", "measure: feed-calls"),
        Change(runs, "measure: ended-runs", "query: x"),
        Change(runs, "duration: 28d", "duration: 28"),
        Change(runs, "duration: 28d", "duration: 400d"),
        Change(runs, "isRolling: true", "isRolling: false"),
        Change(runs, "isRolling: true", "calendar: {timeZone: UTC}"),
        Change(
            runs, "duration: 28d\n      isRolling: true",
            "duration: 1w\n      calendar: {timeZone: Europe/Stockholm, startTime: \"2027-01-05 00:00:00\"}"),
        Change(runs, "isRolling: true", "isRolling: true\n    - duration: 7d"),
        Change(runs, "Occurrences", "RatioTimeslices"),
        Change(runs, "Occurrences", "Timeslices"),
        Change(runs, "{targetPercent: 98}", "{targetPercent: 98, target: 0.98}"),
        Change(runs, "{targetPercent: 98}", "{displayName: x}"),
        Change(runs, "{targetPercent: 98}", "{targetPercent: 98, compositeWeight: 2}"),
        Change(runs, "{targetPercent: 98}", "{targetPercent: 98, op: lte, value: 3}"),
        Change(runs, "{targetPercent: 98}", "{targetPercent: 98, timeSliceWindow: 1m}"),
        Change(runs, "[{targetPercent: 98}]", "[{targetPercent: 98}, {targetPercent: 99}]"),
        Change(threshold, "timeSliceWindow: 1m", "timeSliceWindow: 5m"),
        Change(threshold, "timeSliceTarget: 1.0", "timeSliceTarget: 0.9"),
        Change(threshold, ", timeSliceTarget: 1.0", ""),
        Change(threshold, "op: lte", "op: gte"),
        Change(threshold, "op: lte, ", ""),
        Change(threshold, "value: 3600", "value: 0"),
        Change(threshold, ", tolerance: 30s", ""),
        Change(threshold, "tolerance: 30s", "tolerance: half a minute"),
        Change(threshold, "age-of-success", "age-of-sucess"),
        Change(threshold, "Timeslices", "Occurrences"),
        Change(burning, "kind: AlertPolicy", "alertPolicyRef: x"),
        Change(burning, "conditions:", "alertWhenNoData: true\n        conditions:"),
        Change(burning, "conditions:", "alertWhenResolved: false\n        conditions:"),
        Change(burning, "- kind: AlertCondition", "- conditionRef: x\n            kind: AlertCondition"),
        Change(burning, "severity: ERROR", "severity: page"),
        Change(burning, "severity: ERROR", "severity: high"),
        Change(burning, "op: gt", "op: gte"),
        Change(burning, "threshold: 6", "threshold: 6.0001"),
        Change(burning, "threshold: 6", "threshold: 0"),
        Change(burning, "lookbackWindow: 6h", "lookbackWindow: 6x"),
        Change(burning, "alertAfter: 1m", "alertAfter: 2h"),
        Change(burning, "alertAfter: 1m", "alertAfter: 0m"),
        Change(burning, "repeat-every: 4h", "repeat-every: 2d"),
        Change(burning, "polisen-collector/repeat-every: 4h", "polisen-colector/repeat-every: 4h"),
        Change(burning, "targetRef: oci-topic", "targetRef: mail"),
        Change(burning, "targetRef: oci-topic", "kind: AlertNotificationTarget"),
        Change(burning, "threshold: 6", "threshold: 60"),
        Change(burning, "lookbackWindow: 6h", "lookbackWindow: 1h"),
        Change(burning, "lookbackWindow: 6h", "lookbackWindow: 12h"),
        Change(burning, "targetPercent: 98", "targetPercent: 99.9"),
    ]
}
