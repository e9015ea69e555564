// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Freshness
import Ledger
import ServiceLevels

/// The history of a job as service levels, reports, gauges and dashboards need it, read from its ledger.
struct ServiceLevelReading: Sendable {
    let chronicle: Chronicle
    let totals: PeriodTotals
    /// Up to here it was read: a minute since 1970.
    let asOf: Int
    /// What it found in old months.
    let lasting: LastingLines

    /// Which part of the ledger is needed.
    struct Scope: Sendable, Hashable {
        /// What is counted in detail.
        let period: MinuteSpan
        /// What is recorded later does not count.
        let asOf: Int
        /// Records before that are not looked for, but for planned work and notes, which may go on for long.
        let from: Int
        /// Runs that started then or later are kept whole, for whoever asks for them one by one.
        var runsFrom = Int.max
    }

    /// - Parameters:
    ///   - lasting: what is known of old months.
    ///   - progress: hears every now and then how many lines were read.
    init(
        _ ledger: RunLedger, _ scope: Scope, rules: ChronicleRules, lasting: LastingLines = LastingLines(),
        progress: (Int) -> Void = { _ in }
    ) throws(FileError) {
        var lasting = lasting
        var builder = ChronicleBuilder(rules: rules, detailFrom: scope.runsFrom)
        var totals = PeriodTotals(period: MinuteSpan(start: scope.period.start, end: min(scope.period.end, scope.asOf)))
        var lines = 0
        let (start, end) = (Self.date(scope.from), Self.date(scope.asOf))
        for fact in try ledger.lasting(before: start, &lasting) where !fact.isAbout(end) {
            builder.add(fact)
            totals.add(fact)
        }
        try ledger.scan(from: start, until: end) { fact in
            // What somebody wrote down of a later time must not change the report of a week that is over.
            guard !fact.isAbout(end) else { return }
            builder.add(fact)
            totals.add(fact)
            lines += 1
            if lines & 0xFFF == 0 { progress(lines) }
        }
        chronicle = builder.chronicle(asOf: scope.asOf)
        self.totals = totals
        asOf = scope.asOf
        self.lasting = lasting
    }

    private static func date(_ minute: Int) -> Date { Date(timeIntervalSince1970: Double(minute) * 60) }
}

extension LedgerFact {
    /// Whether it is about `date` or a later instant, as far as that matters here: the chronicle looks at runs and checks.
    fileprivate func isAbout(_ date: Date) -> Bool {
        switch self {
        case .maintenance(let record): record.startsAt >= date
        case .note(let record): record.at >= date
        case .alarm(let record): record.at >= date
        case .drill(let record): record.startedAt >= date
        case .run, .check, .other, .damaged: false
        }
    }
}

extension ServiceLevelReading.Scope {
    /// The days before a window that tell how its first minute stood.
    private static let marginMinutes = 2 * 1_440
    /// Twelve weeks, of which the oldest may have begun six days earlier, and an hour of summer time.
    private static let trendMinutes = 13 * 10_080

    /// For a report: its objectives' windows and twelve weeks of trend.
    static func report(_ period: ReportPeriod, asOf: Int, _ slos: [SLO]) -> Self {
        let reach = max(trendMinutes, longest(slos))
        let from = min(period.span.start, min(period.span.end, asOf) - reach) - marginMinutes
        return Self(period: period.span, asOf: asOf, from: from)
    }

    /// For how objectives stand: their windows and the longest burn rate.
    static func standing(at minute: Int, _ slos: [SLO]) -> Self {
        let reach = max(longest(slos), BurnRate.windows.max() ?? 0)
        let span = MinuteSpan(start: minute - reach, end: minute)
        return Self(period: span, asOf: minute, from: span.start - marginMinutes)
    }

    private static func longest(_ slos: [SLO]) -> Int {
        slos.map(\.window.longestMinutes).max() ?? 0
    }
}

extension SLO.Window {
    /// How long it is at most; autumn has an hour more.
    var longestMinutes: Int {
        switch self {
        case .rolling(let days): days * 1_440
        case .calendarWeek: 10_080 + 60
        case .calendarMonth: 31 * 1_440 + 60
        }
    }
}

extension ChronicleRules {
    /// As the freshness checker judges, and with the runbooks that `explain` names.
    init(_ configuration: Configuration) {
        let (seconds, attoseconds) = configuration.freshness.maxAge.components
        let limits = FreshnessLimits(maxAge: Double(seconds) + Double(attoseconds) / 1e18)
        self.init(staleAfterSeconds: Int(limits.staleAfter.rounded()), runbook: Runbook.name(forErrorType:))
    }
}
