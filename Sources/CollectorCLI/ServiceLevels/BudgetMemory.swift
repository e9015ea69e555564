// SPDX-License-Identifier: MIT

import FoundationEssentials
import Freshness
import JSON
import Ledger

/// What the checker remembers of error budgets.
struct BudgetMemory: Sendable, Hashable {
    /// When they were last looked at.
    private(set) var time: CheckTime?
    /// How many thresholds each objective's budget has been told to be under.
    private(set) var told: [String: Int] = [:]
    /// What kept them from being looked at, as it was logged; nil where nothing did.
    var problem: String?

    /// Shares of a budget whose crossing is told.
    static let thresholds = [0.25, 0.1, 0]
    /// So much above a threshold a budget has recovered: one that moves about it is told once.
    private static let recovery = 0.02
    /// Seconds; a check comes each minute, give or take some.
    private static let interval = 285.0

    init() {}

    /// Whether it is time to look again, which is taken note of. A clock that was moved neither stops nor hastens it, where
    /// the machine's uptime is known.
    mutating func take(_ now: CheckTime) -> Bool {
        guard isDue(now) else { return false }
        time = now
        return true
    }

    private func isDue(_ now: CheckTime) -> Bool {
        guard let time, time.bootID == now.bootID else { return true }
        if let before = time.uptime, let uptime = now.uptime { return abs(uptime - before) >= Self.interval }
        return abs(now.now.timeIntervalSince(time.now)) >= Self.interval
    }

    /// The threshold that a budget has crossed downwards since it was last looked at, the lowest of several; nil where it
    /// has crossed none, or nobody knows how much is left.
    mutating func crossed(_ slo: String, _ remaining: Double?) -> Double? {
        guard let remaining else { return nil }
        let before = told[slo] ?? 0
        let under = Self.thresholds.count { remaining <= $0 }
        let recovered = Self.thresholds.count { remaining <= $0 + Self.recovery }
        told[slo] = max(under, min(before, recovered))
        return under > before ? Self.thresholds[under - 1] : nil
    }

    /// Forgets objectives that are there no more.
    mutating func keep(_ slos: [String]) { told = told.filter { slos.contains($0.key) } }
}

extension BudgetMemory {
    /// nil: nothing to remember.
    var json: JSONValue? {
        guard let time else { return nil }
        let levels = told.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        return [
            "at": .string(Timestamp.text(time.now)), "uptime": time.uptime.map { .double($0) } ?? .null,
            "boot_id": .optional(time.bootID),
            "told": .object(levels.map { JSONMember($0.key, .int($0.value)) }), "problem": .optional(problem),
        ]
    }

    /// A memory that is not there, or damaged, is as none: a budget is told once more.
    init(json: JSONValue?) {
        guard let json, let at = json["at"]?.string.flatMap(Timestamp.date) else { return }
        time = CheckTime(now: at, uptime: json["uptime"]?.double, bootID: json["boot_id"]?.string)
        for member in json["told"]?.object ?? [] {
            guard let level = member.value.int, 0...Self.thresholds.count ~= level else { continue }
            told[member.name] = level
        }
        problem = json["problem"]?.string
    }
}
