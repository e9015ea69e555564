// SPDX-License-Identifier: MIT

import YAML

extension SLOReader {
    /// A burn condition and where its numbers stand.
    struct PlacedBurn {
        let condition: BurnCondition
        let mark: YAMLMark
        /// `spec.alertPolicies[0].spec.conditions[0].spec.condition`
        let path: String
    }

    /// The burn conditions of all alert policies; each is one alarm.
    mutating func burnConditions(_ node: YAMLNode?) -> [PlacedBurn] {
        guard let node else { return [] }
        guard let policies = node.sequence else {
            reading.note("spec.alertPolicies must be a list", at: node.mark)
            return []
        }
        var names: Set<String> = []
        return policies.enumerated().compactMap { index, policy in
            guard let burn = alertPolicy(policy, of: "spec.alertPolicies[\(index)]") else { return nil }
            guard names.insert(burn.condition.alarm).inserted else {
                reading.note("\(burn.path): another alarm is called \(burn.condition.alarm)", at: policy.mark)
                return nil
            }
            return burn
        }
    }

    private mutating func alertPolicy(_ node: YAMLNode, of what: String) -> PlacedBurn? {
        let fields = reading.fields(node, of: what, .policy)
        _ = reading.word(fields["kind"], of: fields.path("kind"), among: ["AlertPolicy"])
        let metadata = reading.fields(fields["metadata"], of: fields.path("metadata"), .metadata)
        let name = dashedName(metadata["name"], of: metadata.path("name"))
        let title = reading.text(metadata["displayName"], of: metadata.path("displayName"))
        reading.labels(metadata)
        let repeatEvery = OpenSLOAnnotation.repeatEvery
        let notes = annotations(metadata["annotations"], of: metadata.path("annotations"), known: [repeatEvery])
        let pause = minutes(notes[repeatEvery], of: metadata.path("annotations"))
        let spec = reading.fields(fields["spec"], of: fields.path("spec"), .policySpec)
        readPolicySpec(spec)
        let reason = "OpenSLO takes one condition a policy, and an alarm has one window"
        let only = reading.only(spec["conditions"], of: spec.path("conditions"), because: reason)
        guard let only, let burn = condition(only, of: spec.path("conditions") + "[0]"), let name else { return nil }
        var condition = BurnCondition(
            alarm: name, windowMinutes: burn.window, burnRate: burn.rate, severity: burn.severity,
            pendingMinutes: burn.pending)
        if let title { condition.title = title }
        if let pause { condition.repeatMinutes = pause }
        return PlacedBurn(condition: condition, mark: burn.mark, path: burn.path)
    }

    private mutating func readPolicySpec(_ spec: Fields) {
        _ = reading.description(spec)
        let flags = [("alertWhenBreaching", true), ("alertWhenResolved", true), ("alertWhenNoData", false)]
        for (name, only) in flags {
            guard let node = spec[name], let flag = reading.flag(node, of: spec.path(name)), flag != only else {
                continue
            }
            let why =
                only
                ? "an alarm of OCI tells of its beginning and its end"
                : "the alarms no-successful-run and checker-silent tell of silence"
            reading.note("\(spec.path(name)): \(flag) is not supported here: \(why)", at: node.mark)
        }
        let what = spec.path("notificationTargets")
        let reason = "messages go to the topic of the alarms"
        guard let target = reading.only(spec["notificationTargets"], of: what, because: reason) else { return }
        let fields = reading.fields(target, of: what + "[0]", .target)
        _ = reading.word(fields["targetRef"], of: fields.path("targetRef"), among: ["oci-topic"])
    }

    /// The numbers of a condition that could be read.
    private struct Burn {
        let window: Int
        let rate: Double
        let severity: String
        let pending: Int
        let mark: YAMLMark
        let path: String
    }

    private mutating func condition(_ node: YAMLNode, of what: String) -> Burn? {
        let fields = reading.fields(node, of: what, .condition)
        _ = reading.word(fields["kind"], of: fields.path("kind"), among: ["AlertCondition"])
        let metadata = reading.fields(fields["metadata"], of: fields.path("metadata"), .metadata)
        _ = dashedName(metadata["name"], of: metadata.path("name"))
        _ = reading.text(metadata["displayName"], of: metadata.path("displayName"))
        reading.labels(metadata)
        _ = annotations(metadata["annotations"], of: metadata.path("annotations"), known: [])
        let spec = reading.fields(fields["spec"], of: fields.path("spec"), .conditionSpec)
        _ = reading.description(spec)
        let words = ["page": "write CRITICAL", "ticket": "write ERROR or WARNING"]
        let severity = reading.word(
            spec["severity"], of: spec.path("severity"), among: ["CRITICAL", "ERROR", "WARNING", "INFO"],
            reasons: words)
        guard let node = spec["condition"] else { return nil }
        return burn(node, of: spec.path("condition"), severity: severity)
    }

    private mutating func burn(_ node: YAMLNode, of what: String, severity: String?) -> Burn? {
        let fields = reading.fields(node, of: what, .burn)
        _ = reading.word(fields["kind"], of: fields.path("kind"), among: ["burnrate"])
        let reason = "an alarm fires above its threshold; write gt"
        _ = reading.word(
            fields["op"], of: fields.path("op"), among: ["gt"], reasons: ["gte": reason, "lt": reason, "lte": reason])
        let finest = "burn rates are kept in thousandths"
        let rate = reading.decimal(fields["threshold"], of: fields.path("threshold"), places: 3, finest: finest)
        let window = reading.duration(
            fields["lookbackWindow"], of: fields.path("lookbackWindow"), units: ["m", "h", "d", "w"])
        let after = pending(fields)
        if let rate, !(1...1_000_000).contains(rate), let node = fields["threshold"] {
            reading.note("\(fields.path("threshold")) must lie between 0 and 1000", at: node.mark)
            return nil
        }
        guard let rate, let seconds = window?.seconds, let severity else { return nil }
        return Burn(
            window: seconds / 60, rate: Double(rate) / 1_000, severity: severity,
            pending: after, mark: fields["threshold"]?.mark ?? node.mark, path: what)
    }

    /// Minutes that a condition has to hold before it alarms.
    private mutating func pending(_ fields: Fields) -> Int {
        let what = fields.path("alertAfter")
        guard let node = fields["alertAfter"] else { return 1 }
        if node.scalar?.text == "0m" {
            reading.note("\(what) must be 1m at least: OCI asks once a minute", at: node.mark)
            return 1
        }
        guard let seconds = reading.duration(node, of: what, units: ["m", "h"])?.seconds else { return 1 }
        if seconds > 3_600 { reading.note("\(what) must be 1h at most: OCI waits no longer", at: node.mark) }
        return seconds / 60
    }

    /// `4h` as 240.
    private mutating func minutes(_ annotation: Annotation?, of what: String) -> Int? {
        guard let annotation else { return nil }
        let duration = DurationShorthand(annotation.text, units: ["m", "h", "d"])
        if let seconds = duration?.seconds, seconds <= 86_400 { return seconds / 60 }
        reading.note(
            "\(what).\(annotation.name) must be a length of time like 4h, one day at most, not \"\(annotation.text)\"",
            at: annotation.mark)
        return nil
    }
}
