// SPDX-License-Identifier: MIT

import MQL

/// An alarm with one mistake in it that its tests should notice.
package struct Mutant: Sendable {
    /// What was done where: `BASE/threshold-doubled`, `LOSS/interval-halved`; unique for the alarm.
    package let id: String
    package let alarm: Alarm
    /// For people: `api_requests[2h] … >= 3 → … >= 6`.
    package let description: String

    /// Every mutant of an alarm, in a fixed order. One that says the same as the alarm is none.
    package static func all(of alarm: Alarm) -> [Mutant] {
        var maker = MutantMaker(alarm)
        maker.mutateQueries()
        maker.mutatePending()
        maker.mutateRest()
        return maker.mutants
    }
}

/// Makes mutants of one alarm.
private struct MutantMaker {
    let alarm: Alarm
    var mutants: [Mutant] = []

    init(_ alarm: Alarm) { self.alarm = alarm }

    private mutating func add(_ id: String, _ description: String, _ change: (inout Alarm) -> Void) {
        var changed = alarm
        change(&changed)
        guard changed != alarm else { return }
        var unique = id
        var number = 2
        while mutants.contains(where: { $0.id == unique }) {
            unique = "\(id)-\(number)"
            number += 1
        }
        mutants.append(Mutant(id: unique, alarm: changed, description: description))
    }

    /// The rules that have a query of their own, and how to change it.
    private var queries: [(rule: String, text: String, set: (inout Alarm, String) -> Void)] {
        var queries: [(String, String, (inout Alarm, String) -> Void)] = [
            (alarm.ruleName, alarm.query, { $0.query = $1 })
        ]
        for (index, override) in alarm.overrides.enumerated() {
            guard let text = override.query else { continue }
            queries.append((override.ruleName, text, { $0.overrides[index].query = $1 }))
        }
        return queries
    }

    mutating func mutateQueries() {
        for (rule, text, set) in queries {
            // A query that cannot be read is the linter's to tell of.
            guard let root = try? Query(parsing: text, as: .alarm).root else { continue }
            var seen: Set<Expression> = [root]
            for change in QueryMutation.all(of: root) where seen.insert(change.root).inserted {
                guard !change.isEquivalent else { continue }
                let query = change.root.canonicalText
                add("\(rule)/\(change.name)", query) { set(&$0, query) }
            }
        }
    }

    mutating func mutatePending() {
        func lengths(_ milliseconds: Int64) -> [(String, Int64)] {
            let minutes = max(1, (milliseconds + 59_999) / 60_000)
            let shorter = minutes > 1 ? [("pending-halved", minutes / 2)] : []
            let longer = minutes < 60 ? [("pending-doubled", min(60, minutes == 1 ? 5 : minutes * 2))] : []
            return (shorter + longer).map { ($0.0, $0.1 * 60_000) }
        }
        for (name, length) in lengths(alarm.pendingMilliseconds) {
            add("\(alarm.ruleName)/\(name)", "pendingDuration \(ISODuration.text(length))") {
                $0.pendingMilliseconds = length
            }
        }
        for (index, override) in alarm.overrides.enumerated() {
            guard let pending = override.pendingMilliseconds else { continue }
            for (name, length) in lengths(pending) {
                add("\(override.ruleName)/\(name)", "pendingDuration \(ISODuration.text(length))") {
                    $0.overrides[index].pendingMilliseconds = length
                }
            }
        }
    }

    mutating func mutateRest() {
        let milder: Severity = alarm.severity == .info ? .critical : .info
        add("\(alarm.ruleName)/severity-changed", "severity \(milder.rawValue)") { $0.severity = milder }
        for (index, override) in alarm.overrides.enumerated() {
            add("\(override.ruleName)/override-dropped", "without the override \(override.ruleName)") {
                $0.overrides.remove(at: index)
            }
            guard let severity = override.severity else { continue }
            let other: Severity = severity == .info ? .critical : .info
            add("\(override.ruleName)/severity-changed", "severity \(other.rawValue)") {
                $0.overrides[index].severity = other
            }
        }
        add("repeat-dropped", "without repeatNotificationDuration") { $0.repeatMilliseconds = nil }
    }
}
