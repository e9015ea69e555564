// SPDX-License-Identifier: MIT

import ArgumentParser
import FoundationEssentials
import Ledger
import ServiceLevels

/// Which time a report is about.
struct PeriodOptions: ParsableArguments {
    @Option(help: ArgumentHelp("This ISO week, as in 2026-W47 (default: the last whole one)", valueName: "week"))
    var week: String?
    @Option(help: ArgumentHelp("This month, as in 2026-11", valueName: "month"))
    var month: String?
    @Option(
        help: ArgumentHelp(
            "From then to now: an age (90m, 36h, 7d, 12w), a day (2026-11-01, begun at midnight in Stockholm) or an "
                + "instant (2026-11-01T06:00:00Z)", valueName: "time"))
    var since: String?
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(
            "As if it were then: what was recorded later does not count (a day or an instant, as above)",
            valueName: "time"))
    var asOf: String?

    func validate() throws {
        guard [week, month, since].count(where: { $0 != nil }) < 2 else {
            throw ValidationError("name one of --week, --month and --since")
        }
        if let week, ISOWeek(week) == nil {
            throw ValidationError("--week needs an ISO week that exists, as in 2026-W47, not '\(week)'")
        }
        if let month, CalendarMonth(month) == nil {
            throw ValidationError("--month needs a month, as in 2026-11, not '\(month)'")
        }
        if let since, TypedTime.minute(since, before: 0) == nil {
            throw ValidationError("--since needs an age (7d), a day (2026-11-01) or an instant, not '\(since)'")
        }
        try TypedTime.validate(asOf: asOf)
    }

    /// Whether a period was named, so that it is not the last whole week.
    var isNamed: Bool { week != nil || month != nil || since != nil }

    /// The instant that counts as now.
    func now(_ now: Int) -> Int { asOf.flatMap(TypedTime.minute(_:)) ?? now }

    /// The period, and up to which minute the ledger counts. Checked by `validate`.
    ///
    /// - Parameter now: a minute since 1970, as `now(_:)` gives.
    func period(now: Int) -> (period: ReportPeriod, asOf: Int) {
        let period: ReportPeriod
        if let month = month.flatMap(CalendarMonth.init(_:)) {
            period = .month(month)
        } else if let start = since.flatMap({ TypedTime.minute($0, before: now) }) {
            period = .since(start, until: now)
        } else {
            period = .week(week.flatMap(ISOWeek.init(_:)) ?? ISOWeek(containing: now).previous)
        }
        return (period, min(period.span.end, now))
    }
}

/// Times as people type them.
enum TypedTime {
    /// A minute since 1970 for an age, a day or an instant.
    static func minute(_ text: String, before now: Int) -> Int? {
        let units: [Character: Int] = ["m": 1, "h": 60, "d": 1_440, "w": 10_080]
        guard let unit = text.last.flatMap({ units[$0] }) else { return minute(text) }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let count = Int(digits), count > 0,
            count <= 100 * 366 * 1_440 / unit
        else { return nil }
        return now - count * unit
    }

    /// A minute since 1970 for a day, which begins at midnight in Stockholm, or an instant.
    static func minute(_ text: String) -> Int? {
        if let instant = Timestamp.date(text) { return instant.minute }
        guard text.utf8.count == 10, let midnight = Timestamp.date(text + "T00:00:00Z")?.minute else { return nil }
        // The offset there is the one of the hour before or after; no clock is changed at midnight.
        return midnight - StockholmTime.offsetMinutes(at: midnight - StockholmTime.offsetMinutes(at: midnight))
    }

    /// Refuses what is no day and no instant.
    static func validate(asOf text: String?) throws {
        guard let text, minute(text) == nil else { return }
        throw ValidationError("--as-of needs a day (2026-11-23) or an instant (2026-11-23T06:00:00Z), not '\(text)'")
    }
}
