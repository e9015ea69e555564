// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import JSON
import Ledger
import MQL

/// The temporary copy of an alarm that a drill lets fire: it looks at a stream of the drill's own.
struct DrillAlarm: Sendable {
    /// Value of the dimension `job` in the drill: `drill-1f2e3d4c`.
    let drill: String
    /// The copy.
    let alarm: Alarm
    /// Its queries, parsed.
    let rules: AlarmRules

    static let mark = "[DRILL]"
    /// Tag: when a copy that is still there was left behind.
    static let untilTag = "drill-until"

    /// - Throws: an error with why the alarm cannot be drilled.
    init(
        _ template: AlarmTemplate, _ values: [AlarmTemplate.Placeholder: String], job: String, drill: String,
        until: Date
    ) throws(AlarmError) {
        let original = try template.alarm(with: values)
        var alarm = try template.alarm(with: values.merging([.job: drill]) { $1 })
        rules = try AlarmRules(alarm)
        try Self.requireIsolation(alarm, rules, drill)
        alarm.displayName = String("\(Self.mark) \(original.displayName)".prefix(240))
        alarm.notificationTitle = "\(Self.mark) " + (original.notificationTitle ?? original.displayName)
        alarm.body = Self.exercise(original.body, drill)
        for index in alarm.overrides.indices where alarm.overrides[index].body != nil {
            alarm.overrides[index].body = Self.exercise(alarm.overrides[index].body, drill)
        }
        alarm.isEnabled = true
        (alarm.repeatMilliseconds, alarm.suppression) = (nil, nil)
        alarm.freeformTags = [
            AlarmOwnership.Tag.manager: AlarmOwnership.drillManager, AlarmOwnership.Tag.job: job,
            AlarmOwnership.Tag.key: template.key, AlarmOwnership.Tag.drill: drill, Self.untilTag: Timestamp.text(until),
        ]
        self.drill = drill
        self.alarm = alarm
    }

    private static func exercise(_ body: String?, _ drill: String) -> String {
        String("\(mark) An exercise (\(drill)): nothing is wrong.\n\(body ?? "")".prefix(1_000))
    }

    /// A copy that saw real streams would fire for real, or not for the drill.
    private static func requireIsolation(
        _ alarm: Alarm, _ rules: AlarmRules, _ drill: String
    ) throws(AlarmError) {
        var problems: [AlarmProblem] = []
        if alarm.namespace.hasPrefix("oci_") || alarm.namespace.hasPrefix("oracle_") {
            let rule = "is a namespace of OCI's own, into which nobody can post: this alarm cannot be drilled"
            problems.append(AlarmProblem(DocumentPath().member("namespace"), .string(alarm.namespace), rule))
        }
        for rule in rules.rules {
            let isNarrow = rule.query.root.selectors.allSatisfy { selector in
                selector.filters.contains { $0 == DimensionFilter("job", .equal, drill) }
            }
            if !isNarrow {
                let text = "reads streams of every job: a drill needs the filter job = \"${job}\" in each selector"
                problems.append(AlarmProblem(DocumentPath().member("query"), .string(rule.text), text))
            }
        }
        guard problems.isEmpty else { throw AlarmError(key: alarm.key, problems) }
    }
}
