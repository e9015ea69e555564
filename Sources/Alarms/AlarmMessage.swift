// SPDX-License-Identifier: MIT

import JSON

/// Why a message is sent.
package enum MessageType: String, Sendable, Hashable, CaseIterable {
    case okToFiring = "OK_TO_FIRING"
    case firingToOK = "FIRING_TO_OK"
    case repeated = "REPEAT"
    /// An end after an internal reset: nobody knows whether the condition ended.
    case reset = "RESET"

    /// The state that it tells of.
    package var state: AlarmState { self == .okToFiring || self == .repeated ? .firing : .ok }
}

/// A value of the query without its outermost comparison.
package struct MetricValue: Sendable, Hashable {
    /// That part of the query.
    package let query: String
    /// Two decimals.
    package let text: String

    /// A value of a part of a query.
    package init(query: String, value: Double) {
        self.query = query
        text = Self.decimals(value)
    }

    /// `1.00`, `-0.50`, `1.0e+300` for what no integer of cents can hold.
    private static func decimals(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return String(value) }
        let cents = (value * 100).rounded()
        guard cents.magnitude < 1e17 else { return String(value) }
        let whole = Int64(cents.magnitude)
        let rest = String(whole % 100)
        let sign = cents < 0 ? "-" : ""
        return "\(sign)\(whole / 100)." + (rest.count < 2 ? "0" + rest : rest)
    }
}

/// What an alarm tells its destinations. Source: "Alarm Message Format", docs.oracle.com.
package struct AlarmMessage: Sendable, Hashable {
    /// Why it is sent.
    package let type: MessageType
    /// The label it is about, milliseconds.
    package let label: Int64
    /// How many streams it stands for: those that fire, or for an end those that left at the label.
    package let totalMetricsFiring: Int
    /// Of those streams, at most 100, ordered by their JSON text.
    package let dimensions: [[String: String]]
    /// For each of `dimensions`; empty for an end.
    package let metricValues: [[MetricValue]]
    /// Who speaks.
    private let speaker: MessageSpeaker

    /// How many streams a message lists.
    package static let listedStreams = 100

    /// A message about streams.
    init(
        _ type: MessageType, from speaker: MessageSpeaker, at label: Int64, total: Int, dimensions: [[String: String]],
        values: [[MetricValue]]
    ) {
        self.type = type
        self.speaker = speaker
        self.label = label
        totalMetricsFiring = total
        self.dimensions = dimensions
        metricValues = values
    }

    /// The alarm, as defined.
    package var alarm: Alarm { speaker.alarm }
    /// The alarm's OCID.
    package var alarmID: String { speaker.id }
    /// When it leaves: the label and the slack.
    package var deliveredAt: Int64 { label + speaker.alarm.slackMilliseconds }
    /// The worst of the rules that fire.
    package var severity: Severity { speaker.rule.severity }
    /// The rule it speaks for.
    package var ruleName: String { speaker.rule.name }
    /// That rule's query.
    package var query: String { speaker.rule.text }

    /// Title with its variables replaced: the notification title, else the display name.
    package var title: String {
        alarm.notificationTitle.map { MessageTemplate($0).rendered(values(withTitle: false)) } ?? alarm.displayName
    }

    /// Body with its variables replaced.
    package var body: String? { speaker.rule.body.map { MessageTemplate($0).rendered(values(withTitle: true)) } }

    /// The alarm's own summary with its variables replaced, else the service's.
    package var summary: String {
        guard let template = alarm.alarmSummary else { return standardSummary }
        return MessageTemplate(template).rendered(plainValues)
    }

    /// Says which message this is about: the same for all of one alarm, or of one of its streams if split.
    package var dedupeKey: String {
        let stream = alarm.isPerStream ? (dimensions.first ?? [:]) : [:]
        return Self.key(of: alarmID + "\n" + Alarm.sorted(stream.mapValues(JSONValue.string)).text)
    }

    /// Where the Console shows the alarm.
    package var alarmURL: String {
        let region = OCID(alarmID).map(\.region) ?? ""
        let query = region.isEmpty ? "" : "?region=" + region
        return "https://cloud.oracle.com/monitoring/alarms/\(alarmID)\(query)"
    }

    /// Grouped or split.
    package var notificationType: String {
        alarm.isPerStream ? "Split messages per metric stream" : "Grouped messages across metric streams"
    }

    /// The wording of the service; that of an end is assumed.
    private var standardSummary: String {
        let minutes = (speaker.rule.pendingMilliseconds + UTCTime.minute - 1) / UTCTime.minute
        let delay = "with a trigger delay of \(minutes) minute" + (minutes == 1 ? "" : "s")
        let head = "Alarm \"\(alarm.displayName)\" is in a \"\(type.state.rawValue)\" state; because "
        if type.state == .ok { return head + "no metrics meet the trigger rule: \"\(query)\", \(delay)" }
        let who = "the resources with dimensions listed below"
        return head + (alarm.isPerStream ? who : "\(totalMetricsFiring) metrics")
            + " meet the trigger rule: \"\(query)\", \(delay)"
    }

    /// 128 bits of FNV-1a over the text, written like a UUID: opaque, and the same for the same text.
    private static func key(of text: String) -> String {
        var halves: [UInt64] = []
        for seed: UInt64 in [0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15] {
            halves.append(text.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
        }
        let digits = halves.map { half -> String in
            let hex = String(half, radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }.joined()
        var out = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { out += "-" }
            out.append(digit)
        }
        return out
    }
}

extension AlarmMessage {
    /// What the variables stand for in title and body.
    private func values(withTitle: Bool) -> MessageValues {
        var values = plainValues
        values.texts["alarmSummary"] = summary
        if withTitle { values.texts["title"] = title }
        return values
    }

    /// All but title and summary, which are made of these.
    private var plainValues: MessageValues {
        var texts = [
            "dedupekey": dedupeKey, "type": type.rawValue, "timestampEpochMillis": String(label),
            "timestamp": UTCTime.text(label), "version": Self.version, "id": alarmID,
            "status": type.state.rawValue, "severity": severity.rawValue, "namespace": alarm.namespace, "query": query,
            "totalMetricsFiring": String(totalMetricsFiring), "alarmUrl": alarmURL,
            "notificationType": notificationType,
        ]
        let values = metricValues.joined().map { "\($0.query):\($0.text)" }
        if !values.isEmpty { texts["metricValues"] = "[" + values.joined(separator: ", ") + "]" }
        return MessageValues(texts: texts, dimensions: dimensions)
    }

    /// Of the message's format.
    static let version = "1.5"
}

/// The alarm and the rule that messages come from, shared by all of them.
final class MessageSpeaker: Sendable, Hashable {
    let alarm: Alarm
    let rule: AlarmRules.Rule
    let id: String

    init(_ alarm: Alarm, _ rule: AlarmRules.Rule, id: String) {
        self.alarm = alarm
        self.rule = rule
        self.id = id
    }

    /// A rule is told by its name: names are unique in an alarm.
    static func == (left: MessageSpeaker, right: MessageSpeaker) -> Bool {
        left === right || (left.rule.name == right.rule.name && left.id == right.id && left.alarm == right.alarm)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(rule.name)
    }
}
