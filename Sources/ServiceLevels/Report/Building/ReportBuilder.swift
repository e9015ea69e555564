// SPDX-License-Identifier: MIT

package import FoundationEssentials
import Ledger

/// Makes the report of a period out of a chronicle and totals of the same ledger; a pure function of them.
package struct ReportBuilder: Sendable {
    let chronicle: Chronicle
    let totals: PeriodTotals
    let slos: [SLO]
    let job: String
    let environment: String
    let period: ReportPeriod
    let asOf: Date
    let runbook: @Sendable (String) -> String?

    /// - Parameters:
    ///   - totals: over the period's span.
    ///   - slos: in the order they are to stand.
    ///   - asOf: the period's end where it is over, else now.
    ///   - runbook: the name of the runbook for an error type; nil where none fits.
    package init(
        chronicle: Chronicle, totals: PeriodTotals, slos: [SLO], job: String, environment: String,
        period: ReportPeriod, asOf: Date, runbook: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.chronicle = chronicle
        self.totals = totals
        self.slos = slos
        self.job = job
        self.environment = environment
        self.period = period
        self.asOf = min(asOf, period.span.endDate)
        self.runbook = runbook
    }

    /// Incidents of a report: the longest where there are more.
    static let incidentLimit = 50

    package func report() -> Report {
        let objectives = slos.map(objective)
        let incidents = touchingIncidents
        var report = Report(
            job: job, environment: environment, period: period, asOf: asOf, verdict: verdict(objectives),
            objectives: objectives, days: days, incidents: longest(incidents),
            incidentsLeftOut: max(0, incidents.count - Self.incidentLimit), causes: causes, runs: totals.runs,
            events: totals.events(asOf: now), telemetry: telemetry, storage: storage)
        report.changes = totals.changes.sorted { $0.at < $1.at }
        report.maintenance = chronicle.maintenance.filter { !$0.span.intersection(period.span).isEmpty }
        report.notes = totals.notes.sorted { ($0.at, $0.recordedAt, $0.id) < ($1.at, $1.recordedAt, $1.id) }
        report.actions = totals.actions.items(from: period.span.startDate, to: asOf)
        report.alarms = alarms
        report.reading = chronicle.reading
        return report
    }

    /// The minute the report is made for: the first that it knows nothing of.
    var now: Int { asOf.minute }

    /// The period as far as it has come.
    var passed: MinuteSpan { MinuteSpan(start: period.span.start, end: min(period.span.end, now)) }

    /// Begun in the period, or before it and not over when it began: at most one, as they do not overlap.
    private var touchingIncidents: [Incident] {
        let before = MinuteSpan(start: min(chronicle.firstMinute ?? 0, passed.start), end: passed.start)
        guard let last = chronicle.stretches(startingIn: before).last, last.span.end > passed.start else {
            return chronicle.incidents(in: passed)
        }
        return chronicle.incidents(in: MinuteSpan(start: last.start, end: passed.end))
    }

    private func longest(_ incidents: [Incident]) -> [Incident] {
        guard incidents.count > Self.incidentLimit else { return incidents }
        let seconds = incidents.map { ($0.endedAt ?? asOf).timeIntervalSince($0.startedAt) }
        let ranked = incidents.indices.sorted { (seconds[$1], $0) < (seconds[$0], $1) }
        return ranked.prefix(Self.incidentLimit).sorted().map { incidents[$0] }
    }

    private var causes: [CauseCount] {
        totals.causes
            .map { type, span in
                CauseCount(
                    errorType: type, runs: span.runs, firstAt: span.firstAt, lastAt: span.lastAt,
                    runbook: runbook(type))
            }
            .sorted { ($1.runs, $0.errorType) < ($0.runs, $1.errorType) }
    }

    private var alarms: [AlarmCount] {
        Dictionary(grouping: totals.fired.values, by: \.alarm)
            .map { alarm, records in
                AlarmCount(alarm: alarm, fired: records.count, lastAt: records.map(\.at).max() ?? asOf)
            }
            .sorted { ($1.fired, $0.alarm) < ($0.fired, $1.alarm) }
    }

    /// The chronicle's, so that this section and the objective say the same.
    private var telemetry: TelemetryFigures {
        var figures = TelemetryFigures()
        guard totals.tellsPoints else { return figures }
        let points = SLO(name: "", displayName: "", indicator: .telemetryDelivery, targetMillionths: 0)
        let found = chronicle.figures(of: points, over: passed).whole
        (figures.posted, figures.dropped) = (found.good, found.bad)
        return figures
    }

    private var storage: StorageFigures {
        var figures = totals.storageCounts
        let average = totals.growth.average(at: now)
        (figures.bytesADay, figures.daysWithRuns) = (average?.bytesADay, average?.days)
        figures.bytesInAYear = figures.bytesADay.map { $0 * 365 }
        return figures
    }
}
