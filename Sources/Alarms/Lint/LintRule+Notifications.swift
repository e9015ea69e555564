// SPDX-License-Identifier: MIT

import JSON
import MQL

/// Who is told, how often, and how loud.
extension LintRule {
    static let notifications = [
        LintRule(
            "L012", "alarms repeat themselves", .error,
            why: """
                Without repeatNotificationDuration a firing alarm speaks once. If that message is lost or slept through, \
                nothing tells a second time, and after a lost end nobody knows whether it still fires.
                """,
            instead: "Write PT1H where any rule is CRITICAL, at most PT24H elsewhere.",
            check: { subject, _ in repetition(subject) }),
        LintRule(
            "L013", "severity and tier agree", .warning,
            why: """
                CRITICAL wakes somebody, ERROR and WARNING make a ticket, INFO is read by whoever looks. If the tag says \
                something else than the worst rule, the message goes to the wrong place.
                """,
            instead:
                "freeformTags {\"tier\": \"page\"} with CRITICAL, \"ticket\" with ERROR or WARNING, \"info\" with INFO.",
            check: { subject, _ in tier(subject) }),
        LintRule(
            "L022", "one destination of each kind", .error,
            why: """
                An alarm without a destination tells nobody. The service takes one Notifications topic and one stream.
                """,
            instead: "Write \"destinations\": [\"${topic_id}\"].",
            check: { subject, _ in destinations(subject) }),
        LintRule(
            "L028", "split notifications need several streams", .warning,
            why:
                "With grouping() there is one stream only; splitting its notifications changes nothing but the wording.",
            instead:
                "Leave isNotificationsPerMetricDimensionEnabled false, or group by the dimension to be told apart.",
            check: { subject, _ in
                guard subject.alarm?.isPerStream == true, !subject.uses.isEmpty,
                    subject.uses.allSatisfy({ $0.use.groups == [] })
                else { return [] }
                return [
                    Remark(
                        "isNotificationsPerMetricDimensionEnabled", "split notifications, but grouping() has one stream"
                    )
                ]
            }),
        LintRule(
            "L035", "an alarm that is off", .warning,
            why: "A disabled alarm, or one with a suppression in its definition, looks like protection and is none.",
            instead: "Delete the alarm, or keep suppressions outside the definition, with an end.",
            check: { subject, _ in
                var remarks: [Remark] = []
                if subject.alarm?.isEnabled == false { remarks.append(Remark("isEnabled", "the alarm is disabled")) }
                if subject.alarm?.suppression != nil {
                    remarks.append(Remark("suppression", "the definition itself silences the alarm"))
                }
                return remarks
            }),
        LintRule(
            "L038", "slack delays every message", .info,
            why: """
                evaluationSlackDuration is waited before each evaluation. More than the three minutes it takes at least \
                delays the first message of every incident.
                """,
            instead: "Leave PT3M; make the window longer than emission period plus delay instead.",
            check: { subject, _ in
                guard let alarm = subject.alarm, alarm.slackMilliseconds > 180_000 else { return [] }
                let slack = TestTime.text(length: alarm.slackMilliseconds)
                return [Remark("evaluationSlackDuration", "every message comes \(slack) after its minute")]
            }),
        LintRule(
            "L042", "at most sixty messages an evaluation", .error,
            why: """
                To a topic the service sends sixty messages of one evaluation and drops the others without a word. Split \
                notifications make a message for each stream, so that in a large outage most of them are never sent.
                """,
            instead: "Group by fewer dimensions, filter, or leave isNotificationsPerMetricDimensionEnabled false.",
            check: { subject, context in
                guard subject.alarm?.isPerStream == true else { return [] }
                let streams = subject.uses.map { query, use in
                    ReadCost.streams(of: use.selector, context.facts, groupedBy: use.groups)
                }
                guard let most = streams.max(), most > 60 else { return [] }
                let place = "isNotificationsPerMetricDimensionEnabled"
                return [Remark(place, "split into up to \(most) streams; sixty messages are sent, the rest is dropped")]
            }),
    ]

    private static func repetition(_ subject: LintSubject) -> [Remark] {
        guard let alarm = subject.alarm, let worst = subject.worstSeverity else { return [] }
        let isPage = worst == .critical
        let limit: Int64 = isPage ? 3_600_000 : 86_400_000
        let text = isPage ? "PT1H" : "PT24H"
        let name = "repeatNotificationDuration"
        guard let interval = alarm.repeatMilliseconds else {
            let value = JSONValue.string(text)
            let isThere = subject.json[name] != nil
            let edit: JSONEdit =
                isThere ? .replace(DocumentPath().member(name), value) : .insert(name: name, value, in: DocumentPath())
            let severity: LintSeverity = isPage ? .error : worst == .info ? .info : .warning
            let fix = LintFix("write \(text)", [edit])
            return [Remark(name, "the alarm speaks once and never again", severity: severity, fix: fix)]
        }
        guard interval > limit else { return [] }
        let length = TestTime.text(length: interval)
        return [Remark(name, "repeated after \(length); at most \(text) for \(worst.rawValue)", severity: .warning)]
    }

    private static func tier(_ subject: LintSubject) -> [Remark] {
        guard let alarm = subject.alarm, let worst = subject.worstSeverity else { return [] }
        let wanted = worst == .critical ? "page" : worst == .info ? "info" : "ticket"
        let place = DocumentPath().member("freeformTags").member("tier")
        guard let tier = alarm.freeformTags["tier"] else {
            let tags = DocumentPath().member("freeformTags")
            let fix = LintFix("write \"tier\": \"\(wanted)\"", [.insert(name: "tier", .string(wanted), in: tags)])
            let hasTags = subject.json["freeformTags"] != nil
            return [Remark(tags, "no tier says where a \(worst.rawValue) goes", fix: hasTags ? fix : nil)]
        }
        guard tier != wanted else { return [] }
        return [Remark(place, "the worst rule is \(worst.rawValue), so the tier is \"\(wanted)\", not \"\(tier)\"")]
    }

    private static func destinations(_ subject: LintSubject) -> [Remark] {
        guard let alarm = subject.alarm else { return [] }
        if alarm.destinations.isEmpty { return [Remark("destinations", "nobody is told")] }
        let kinds = alarm.destinations.map { $0.split(separator: ".").dropFirst().first ?? "" }
        return Set(kinds).count == kinds.count ? [] : [Remark("destinations", "two destinations of one kind")]
    }
}
