// SPDX-License-Identifier: MIT

import JSON

/// What people read.
extension LintRule {
    static let texts = [
        LintRule(
            "L009", "a title of bounded length", .error,
            why: """
                A title whose variables could make it longer than 250 characters is refused or cut, and a subject line \
                with a list of values in it is unreadable on a telephone.
                """,
            instead: "Use {{severity}}, {{timestamp}} and {{dimensions.job}} in titles; put values into the body.",
            check: { subject, _ in title(subject) }),
        LintRule(
            "L014", "the body links to the runbook", .error,
            why: "Whoever is woken needs the next step in the message, not a search for it.",
            instead: "End the body with: Runbook: ${runbook_base_url}/<name>.md",
            check: { subject, _ in
                let name = subject.json["freeformTags"]?["runbook"]?.string ?? subject.key
                return bodies(subject).compactMap { place, text in
                    guard !text.contains("${runbook_base_url}/\(name).md") else { return nil }
                    return Remark(place, "no link to ${runbook_base_url}/\(name).md")
                }
            }),
        LintRule(
            "L016", "a body of at most 1,000 characters", .warning,
            why: "Long bodies are cut by SMS and chat, and nobody reads them at night.",
            instead: "Verdict, number, since when, first command, runbook; the rest belongs into the runbook.",
            check: { subject, _ in
                bodies(subject).compactMap { place, text in
                    let count = text.count
                    return count > 1_000 ? Remark(place, "the body has \(count) characters") : nil
                }
            }),
        LintRule(
            "L017", "variables that have a value", .error,
            why: """
                A variable that the service does not know, or has no value for, stays in the message as it is written. \
                {{dimensions.x}} needs a dimension that is left after grouping.
                """,
            instead: "Use {{severity}}, {{metricValues}}, {{timestamp}}, {{dimensions.job}}.",
            check: { subject, _ in variables(subject) }),
    ]

    /// The longest text that each variable becomes; nil: no bound is known.
    private static func longest(_ variable: String) -> Int? {
        switch variable {
        case "severity", "status": 8
        case "type": 12
        case "timestamp": 24
        case "timestampEpochMillis": 13
        case "totalMetricsFiring": 6
        case "version": 3
        case "namespace", "dimensions.job": 60
        case "dedupekey": 36
        default: nil
        }
    }

    private static func title(_ subject: LintSubject) -> [Remark] {
        guard let alarm = subject.alarm, let title = alarm.notificationTitle else { return [] }
        let variables = MessageTemplate(title).variables
        var remarks: [Remark] = []
        var length = title.count
        for variable in variables {
            guard let longest = longest(variable.name) else {
                remarks.append(Remark("notificationTitle", "{{\(variable.name)}} can be of any length"))
                continue
            }
            length += max(0, longest - variable.name.count - 4)
        }
        if length > 250 { remarks.append(Remark("notificationTitle", "the title can grow to \(length) characters")) }
        return remarks
    }

    /// Bodies of all rules, placeholders not filled in.
    private static func bodies(_ subject: LintSubject) -> [(DocumentPath, String)] {
        guard subject.json != .null else { return [] }
        var bodies = [(DocumentPath().member("body"), subject.rawText("body") ?? "")]
        for (index, override) in (subject.json["overrides"]?.array ?? []).enumerated() {
            guard let text = override["body"]?.string else { continue }
            bodies.append((DocumentPath().member("overrides").element(index).member("body"), text))
        }
        return bodies
    }

    private static func variables(_ subject: LintSubject) -> [Remark] {
        guard subject.json != .null else { return [] }
        var texts = bodies(subject)
        for name in ["notificationTitle", "alarmSummary"] {
            if let text = subject.rawText(name) { texts.append((DocumentPath().member(name), text)) }
        }
        let groups = Set(subject.uses.flatMap { $0.use.groups ?? [] })
        let isGrouped = !subject.uses.isEmpty && subject.uses.allSatisfy { $0.use.groups != nil }
        return texts.flatMap { place, text in
            MessageTemplate(text).variables.compactMap { variable in
                let name = variable.name
                guard variable.isKnown else {
                    let hint = Spelling.hint(for: name, among: MessageTemplate.names)
                    return Remark(place, "the service knows no variable {{\(name)}}\(hint)")
                }
                guard name.hasPrefix("dimensions."), isGrouped else { return nil }
                let dimension = String(name.dropFirst("dimensions.".count))
                guard !groups.contains(dimension) else { return nil }
                return Remark(place, "{{\(name)}} has no value: the query does not group by \(dimension)")
            }
        }
    }
}
