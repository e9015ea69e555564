// SPDX-License-Identifier: MIT

import JSON

/// An alarm made of objectives, and its tests: what stands in `alarms/`.
package struct GeneratedAlarm: Sendable, Hashable {
    /// The base name of both files.
    package let name: String
    /// `NAME.json`: OCI's CreateAlarmDetails with placeholders.
    package let definition: String
    /// `NAME.test.yaml`. What is expected is worked out from the objective, not by a query.
    package let tests: String

    /// The alarms of all burn conditions, in the order of the objectives, then the one of the budgets.
    ///
    /// - Parameter runMinutes: the period of the timer that starts runs.
    /// - Throws: why one of them cannot be made, with its name.
    package static func all(of slos: [SLO], runMinutes: Int = 30) throws(BurnRefusal) -> [GeneratedAlarm] {
        var alarms: [GeneratedAlarm] = []
        for slo in slos {
            for condition in slo.burnConditions {
                do throws(BurnRefusal) {
                    alarms.append(try GeneratedAlarm(slo: slo, condition: condition, runMinutes: runMinutes))
                } catch {
                    throw BurnRefusal(description: "\(condition.alarm): \(error)")
                }
            }
        }
        if let budget = try BudgetPlan(slos) { alarms.append(GeneratedAlarm(budget)) }
        var names: Set<String> = []
        for alarm in alarms where !names.insert(alarm.name).inserted {
            throw BurnRefusal(description: "\(alarm.name): two alarms have this name; give each one of its own")
        }
        return alarms
    }

    /// The alarm of one burn condition.
    ///
    /// - Throws: why there cannot be such an alarm.
    package init(slo: SLO, condition: BurnCondition, runMinutes: Int = 30) throws(BurnRefusal) {
        let plan = try BurnPlan(slo: slo, condition: condition, runMinutes: runMinutes)
        name = condition.alarm
        definition = plan.definition.text
        tests = plan.testFile.text
    }

    init(_ plan: BudgetPlan) {
        name = BudgetPlan.alarm
        definition = plan.definition.text
        tests = plan.testFile.text
    }
}

/// CreateAlarmDetails with the members and the order of the hand-written alarms.
struct AlarmDefinition {
    /// A rule before the base rule.
    struct Override {
        let rule: String
        let query: String
        let severity: String
        let body: String
    }

    let name: String
    let query: String
    let pendingMinutes: Int
    let severity: String
    var rule = "BASE"
    var overrides: [Override] = []
    /// In a few words, without a full stop.
    let title: String
    let body: String
    var isPerStream = false
    let repeatMinutes: Int
    /// The objective it is made of; nil for all.
    let slo: String?

    /// The lines below the verdict.
    static func body(_ verdict: String, first: String, runbook: String) -> String {
        """
        \(verdict)
        Value: {{metricValues}}
        Seen at {{timestamp}}, severity {{severity}}.
        First: \(first)
        Runbook: ${runbook_base_url}/\(runbook).md
        """
    }

    /// The file, with a line break at its end.
    var text: String { json.indented + "\n" }

    private var json: JSONValue {
        .object([
            JSONMember("displayName", .string("${job} \(name)")),
            JSONMember("compartmentId", "${compartment_id}"),
            JSONMember("metricCompartmentId", "${metric_compartment_id}"),
            JSONMember("metricCompartmentIdInSubtree", false),
            JSONMember("namespace", "${namespace}"),
            JSONMember("query", .string(query)),
            JSONMember("resolution", "1m"),
            JSONMember("pendingDuration", .string(BurnText.duration(pendingMinutes))),
            JSONMember("evaluationSlackDuration", "PT3M"),
            JSONMember("severity", .string(severity)),
            JSONMember("ruleName", .string(rule)),
            JSONMember("overrides", .array(overrides.map(json))),
            JSONMember("notificationTitle", .string("{{severity}} ${job}: \(title)")),
            JSONMember("body", .string(body)),
            JSONMember("alarmSummary", .string("\(BurnText.sentence(title)). Runbook: \(name)")),
            JSONMember("messageFormat", "ONS_OPTIMIZED"),
            JSONMember("notificationVersion", "1.X"),
            JSONMember("isNotificationsPerMetricDimensionEnabled", .bool(isPerStream)),
            JSONMember("repeatNotificationDuration", .string(BurnText.duration(repeatMinutes))),
            JSONMember("destinations", ["${topic_id}"]),
            JSONMember("isEnabled", true),
            JSONMember("freeformTags", tags),
        ])
    }

    private func json(_ override: Override) -> JSONValue {
        .object([
            JSONMember("ruleName", .string(override.rule)), JSONMember("query", .string(override.query)),
            JSONMember("severity", .string(override.severity)),
            JSONMember("pendingDuration", .string(BurnText.duration(pendingMinutes))),
            JSONMember("body", .string(override.body)),
        ])
    }

    private var tags: JSONValue {
        let worst = overrides.first?.severity ?? severity
        let tier = worst == "CRITICAL" ? "page" : worst == "INFO" ? "info" : "ticket"
        let origin = slo.map { [JSONMember("slo", .string($0))] } ?? []
        return .object(
            [
                JSONMember("managed-by", "polisen-collector"), JSONMember("job", "${job}"),
                JSONMember("runbook", .string(name)), JSONMember("owner", "collector-operators"),
                JSONMember("tier", .string(tier)),
            ] + origin)
    }
}
