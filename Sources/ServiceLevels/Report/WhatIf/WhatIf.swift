// SPDX-License-Identifier: MIT

package import JSON

/// What another target would mean for an objective: its budget, its verdict and its alarms.
package struct WhatIf: Sendable, Hashable {
    package static let schema = 1
    /// Windows and burn rates of alarms for an objective that has none of its own.
    ///
    /// Source: Google SRE Workbook, chapter 5, table 5-8; 3× over a day from github.com/slok/sloth.
    package static let usualConditions = [
        BurnCondition(alarm: "", windowMinutes: 60, burnRate: 14.4, severity: "CRITICAL"),
        BurnCondition(alarm: "", windowMinutes: 360, burnRate: 6, severity: "CRITICAL"),
        BurnCondition(alarm: "", windowMinutes: 1_440, burnRate: 3, severity: "WARNING"),
        BurnCondition(alarm: "", windowMinutes: 4_320, burnRate: 1, severity: "WARNING"),
    ]

    package let slo: SLO
    /// What the objective's window held, maintenance left out.
    package let attainment: Attainment
    package let targetMillionths: Int
    /// How far apart runs are; alarms over runs are counted in them.
    package let slotMinutes: Int

    /// - Parameters:
    ///   - figures: over the objective's window.
    ///   - targetMillionths: the target that is tried.
    package init(slo: SLO, figures: Figures, targetMillionths: Int, slotMinutes: Int = 30) {
        self.slo = slo
        attainment = figures.counted
        self.targetMillionths = targetMillionths
        self.slotMinutes = max(1, slotMinutes)
    }

    /// The objective under one target.
    package struct Side: Sendable, Hashable {
        package let targetMillionths: Int
        package let budget: ErrorBudget
        /// By the budget alone; nil where the objective is only reported.
        package let verdict: ReportVerdict.Word?
    }

    /// A burn rate, and after how many failed runs it alarms.
    package struct Firing: Sendable, Hashable {
        package let condition: BurnCondition
        package let runsInWindow: Int
        package let now: FailuresToFire
        package let then: FailuresToFire
    }

    package var now: Side { side(slo.targetMillionths) }
    package var then: Side { side(targetMillionths) }

    /// For objectives counted in runs; empty for others.
    package var firings: [Firing] {
        guard slo.unit == .runs else { return [] }
        let conditions = slo.burnConditions.isEmpty ? Self.usualConditions : slo.burnConditions
        return conditions.map { condition in
            let runs = condition.windowMinutes / slotMinutes
            func failures(_ target: Int) -> FailuresToFire {
                LowTraffic.failuresToFire(
                    targetMillionths: target, burnRate: condition.burnRate, eventsInWindow: runs)
            }
            return Firing(
                condition: condition, runsInWindow: runs, now: failures(slo.targetMillionths),
                then: failures(targetMillionths))
        }
    }

    private func side(_ target: Int) -> Side {
        let budget = ErrorBudget(targetMillionths: target, attainment: attainment)
        return Side(targetMillionths: target, budget: budget, verdict: verdict(budget))
    }

    private func verdict(_ budget: ErrorBudget) -> ReportVerdict.Word? {
        guard let policy = slo.policy else { return nil }
        guard let left = budget.remainingRatio else { return .unknown }
        if left < policy.stopBelow { return .stop }
        return left < policy.carefulBelow ? .careful : .go
    }
}

extension WhatIf {
    /// For `slo whatif --json`.
    package var json: JSONValue {
        var members = [
            JSONMember("schema", .int(Self.schema)), JSONMember("slo", .string(slo.name)),
            JSONMember("unit", .string(slo.unit.rawValue)), JSONMember("good", .int(attainment.good)),
            JSONMember("bad", .int(attainment.bad)), JSONMember("unknown", .int(attainment.unknown)),
            JSONMember("now", Self.json(now)), JSONMember("then", Self.json(then)),
        ]
        if slo.unit == .runs { members.append(JSONMember("alarms", .array(firings.map(Self.json)))) }
        return .object(members)
    }

    private static func json(_ side: Side) -> JSONValue {
        .object([
            JSONMember("target", .double(Double(side.targetMillionths) / 1_000_000)),
            JSONMember("allowed", .double(side.budget.allowed)), JSONMember("spent", .int(side.budget.spent)),
            JSONMember("remaining_ratio", side.budget.remainingRatio.map(JSONValue.double) ?? .null),
            JSONMember("verdict", side.verdict.map { .string($0.rawValue) } ?? .null),
        ])
    }

    private static func json(_ firing: Firing) -> JSONValue {
        .object([
            JSONMember("window_minutes", .int(firing.condition.windowMinutes)),
            JSONMember("burn_rate", .double(firing.condition.burnRate)),
            JSONMember("runs_in_window", .int(firing.runsInWindow)),
            JSONMember("failures_now", json(firing.now)), JSONMember("failures_then", json(firing.then)),
        ])
    }

    /// How many failures; null where none are enough.
    private static func json(_ failures: FailuresToFire) -> JSONValue {
        switch failures {
        case .after(let count): .int(count)
        case .oneBlip: .int(1)
        case .never: .null
        }
    }
}
