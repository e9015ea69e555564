// SPDX-License-Identifier: MIT

import JSON

/// Definitions as files, and what belongs to them.
extension LintRule {
    static let files = [
        LintRule(
            "L015", "the runbook exists", .error,
            why: "Whoever is woken follows the link in the message; one that leads nowhere costs minutes and trust.",
            instead: "Write runbooks/<name>.md, one for each alarm, of the same base name.",
            check: { subject, context in
                guard let runbooks = context.options.runbooks else { return [] }
                let name = subject.alarm?.freeformTags["runbook"] ?? subject.key
                return runbooks.contains(name) ? [] : [Remark("body", "there is no runbook \(name)")]
            }),
        LintRule(
            "L018", "tests exist", .error,
            why: """
                The service offers no way to try an alarm; one that has never been seen to fire, to stay silent and to \
                clear is a guess.
                """,
            instead: "Write alarms/<name>.test.yaml: fires, stays silent, clears, data stop.",
            check: { subject, context in
                guard let tested = context.options.tested, !tested.contains(subject.key) else { return [] }
                return [Remark(DocumentPath(), "no test file belongs to \(subject.key)")]
            }),
        LintRule(
            "L019", "names are not used twice", .error,
            why: "People, the Console and `alarms apply` tell alarms apart by their display names.",
            instead: "Give each alarm a display name of its own: ${job} and the file's base name.",
            check: { subject, context in
                guard let name = subject.alarm?.displayName else { return [] }
                let others = context.subjects.filter { $0.key != subject.key && $0.alarm?.displayName == name }
                return others.map { Remark("displayName", "\($0.key) is called \"\(name)\" too") }
            }),
        LintRule(
            "L021", "a definition the service takes", .error,
            why: "The service refuses unknown members, values outside its sets and texts beyond its limits.",
            instead: "See the message; the fields are those of CreateAlarmDetails.",
            check: { subject, _ in
                subject.definitionProblems.filter { !saidByPlaceholders($0) }.map { problem in
                    var said = problem
                    said.path = DocumentPath()
                    return Remark(problem.path, said.description)
                }
            }),
        LintRule(
            "L023", "placeholders for what differs from place to place", .error,
            why: """
                OCIDs, the namespace and the job differ between tenancies. A placeholder that nobody fills reaches the \
                service as it stands, and a written-out OCID makes the alarm watch somebody else's compartment.
                """,
            instead: """
                Use ${compartment_id} ${metric_compartment_id} ${topic_id} ${watchdog_topic_id} ${namespace} ${job} \
                ${runbook_base_url}, and no others.
                """,
            check: { subject, _ in placeholders(subject) }),
        LintRule(
            "L039", "alarms have an owner", .warning,
            why: """
                `alarms apply` touches only what carries its tag, and an alarm without an owner is nobody's to mend.
                """,
            instead: "freeformTags {\"managed-by\": \"polisen-collector\", \"owner\": \"…\"}.",
            check: { subject, _ in
                guard let tags = subject.alarm?.freeformTags else { return [] }
                let wanted = ["managed-by", "owner"].filter { tags[$0]?.isEmpty ?? true }
                return wanted.map { Remark("freeformTags", "the tag \"\($0)\" is missing") }
            }),
        LintRule(
            "L040", "findings are ignored with a reason", .warning,
            why:
                "A rule that is ignored without a reason, or that has nothing to say any more, hides the next mistake.",
            instead: "freeformTags {\"lint.ignore\": \"L033: posted once a day; L027: one stream only\"}.",
            check: { subject, _ in
                let place = DocumentPath().member("freeformTags").member(LintIgnore.tag)
                return LintIgnore(subject.alarm?.freeformTags[LintIgnore.tag]).problems.map { Remark(place, $0) }
            }),
    ]

    private static func saidByPlaceholders(_ problem: AlarmProblem) -> Bool { problem.rule.contains("placeholder ${") }

    private static func placeholders(_ subject: LintSubject) -> [Remark] {
        let known = AlarmTemplate.Placeholder.allCases.map(\.rawValue)
        var remarks = subject.placeholders.filter { !known.contains($0.name) }.map { place, name in
            Remark(place, "nobody fills the placeholder ${\(name)}\(Spelling.hint(for: name, among: known))")
        }
        let wanted = [
            ("compartmentId", "compartment_id"), ("metricCompartmentId", "metric_compartment_id"),
            ("namespace", "namespace"),
        ]
        for (member, placeholder) in wanted {
            guard let text = subject.rawText(member), !text.contains("${") else { continue }
            let edit = JSONEdit.replace(DocumentPath().member(member), .string("${\(placeholder)}"))
            let fix = LintFix("write ${\(placeholder)}", [edit])
            remarks.append(Remark(member, "\"\(text)\" is written out; use ${\(placeholder)}", fix: fix))
        }
        for (index, destination) in (subject.json["destinations"]?.array ?? []).enumerated() {
            guard let text = destination.string, !text.contains("${") else { continue }
            let place = DocumentPath().member("destinations").element(index)
            remarks.append(Remark(place, "\"\(text)\" is written out; use ${topic_id}"))
        }
        return remarks
    }
}

/// The tag `lint.ignore`: `L033: reason; L027: reason`.
struct LintIgnore: Sendable {
    static let tag = "lint.ignore"

    /// Reasons by code.
    private(set) var reasons: [String: String] = [:]
    /// Parts that name no rule or give no reason.
    private(set) var problems: [String] = []

    init(_ text: String?) {
        for part in (text ?? "").split(separator: ";") {
            let halves = part.split(separator: ":", maxSplits: 1).map { Self.trimmed($0) }
            let code = (halves.first ?? "").uppercased()
            if LintRule.ignorable.contains(code), halves.count == 2, !halves[1].isEmpty {
                reasons[code] = halves[1]
            } else if LintRule.ignorable.contains(code) {
                problems.append("\(code) is ignored without a reason; write \"\(code): why\"")
            } else {
                problems.append("\"\(Self.trimmed(part))\" names no rule that can be ignored")
            }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0.isWhitespace }).trimmingTrailingBlanks
    }
}
