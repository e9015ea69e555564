// SPDX-License-Identifier: MIT

/// The fields that one kind of mapping may have.
struct FieldSet: Sendable {
    let known: [String]
    let required: [String]
    /// Fields that OpenSLO has and this program does not read, and why.
    let refused: [String: String]

    init(_ required: [String], optional: [String] = [], refused: [String: String] = [:]) {
        known = required + optional
        self.required = required
        self.refused = refused
    }
}

/// The subset of OpenSLO v1 that is read. Source: github.com/OpenSLO/OpenSLO, "OpenSLO Specification", v1.
extension FieldSet {
    static let document = FieldSet(["apiVersion", "kind", "metadata", "spec"])
    private static let once = "what is written out has the version of its file; leave it out"
    private static let kindless = "what is written out under \"indicator\" has metadata and spec only; leave it out"

    static let metadata = FieldSet(["name"], optional: ["displayName", "labels", "annotations"])
    static let spec = FieldSet(
        ["service", "indicator", "timeWindow", "budgetingMethod", "objectives"],
        optional: ["description", "alertPolicies"],
        refused: ["indicatorRef": "an objective is one file; write the indicator out under \"indicator\""])

    static let indicator = FieldSet(["metadata", "spec"], refused: ["apiVersion": once, "kind": kindless])
    static let indicatorSpec = FieldSet([], optional: ["description", "ratioMetric", "thresholdMetric"])
    static let ratio = FieldSet(
        ["good", "total"], optional: ["counter"],
        refused: [
            "bad": "what is good is counted; name a measure under \"good\"",
            "raw": "nobody stores a ratio beforehand; name measures under \"good\" and \"total\"",
            "rawType": "nobody stores a ratio beforehand; name measures under \"good\" and \"total\"",
        ])
    static let metric = FieldSet(["metricSource"])
    static let source = FieldSet(
        ["type", "spec"],
        refused: ["metricSourceRef": "there is one source, the run ledger; write type: polisen-ledger"])

    static let window = FieldSet(["duration"], optional: ["isRolling", "calendar"])
    static let calendar = FieldSet(["timeZone"], optional: ["startTime"])
    static let objective = FieldSet(
        [], optional: ["displayName", "target", "targetPercent", "op", "value", "timeSliceTarget", "timeSliceWindow"],
        refused: [
            "indicator": "an objective is one file; write the indicator under \"spec\"",
            "indicatorRef": "an objective is one file; write the indicator under \"spec\"",
            "compositeWeight": "objectives are not weighed against each other; make a file of each",
        ])

    static let policy = FieldSet(
        ["kind", "metadata", "spec"],
        refused: ["alertPolicyRef": "an objective is one file; write the policy out", "apiVersion": once])
    static let policySpec = FieldSet(
        ["conditions"],
        optional: [
            "description", "alertWhenBreaching", "alertWhenResolved", "alertWhenNoData", "notificationTargets",
        ])
    static let condition = FieldSet(
        ["kind", "metadata", "spec"],
        refused: ["conditionRef": "an objective is one file; write the condition out", "apiVersion": once])
    static let conditionSpec = FieldSet(["severity", "condition"], optional: ["description"])
    static let burn = FieldSet(["kind", "threshold", "lookbackWindow"], optional: ["op", "alertAfter"])
    private static let elsewhere = "messages go to the topic of the alarms; write targetRef: oci-topic"
    static let target = FieldSet(
        ["targetRef"],
        refused: ["apiVersion": elsewhere, "kind": elsewhere, "metadata": elsewhere, "spec": elsewhere])
}

/// Annotations that this program reads; others with its prefix are mistakes, and others without are somebody else's.
enum OpenSLOAnnotation {
    static let prefix = "polisen-collector/"
    /// Of the objective: shares of the error budget.
    static let carefulBelow = prefix + "careful-below"
    static let stopBelow = prefix + "stop-below"
    /// Of a condition: time between two repeated messages.
    static let repeatEvery = prefix + "repeat-every"
}
