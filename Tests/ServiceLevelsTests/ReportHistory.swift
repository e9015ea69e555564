// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// A ledger made by hand, in the order of writing, for the tests of reports.
struct ReportHistory {
    var facts: [LedgerFact] = []

    /// A run of `collect`, one second long and a success unless said otherwise.
    mutating func run(
        _ start: String, _ outcome: RunRecord.Outcome = .success, seconds: Double = 1,
        _ edit: (inout RunSummary) -> Void = { _ in }
    ) {
        run(sampleDate(start), outcome, seconds: seconds, edit)
    }

    mutating func run(
        _ start: Date, _ outcome: RunRecord.Outcome = .success, seconds: Double = 1,
        _ edit: (inout RunSummary) -> Void = { _ in }
    ) {
        var run = RunSummary(
            runID: RunID(at: start, hash: []), command: .collect, startedAt: start,
            endedAt: start.addingTimeInterval(seconds), outcome: outcome)
        edit(&run)
        facts.append(.run(run))
    }

    /// Successes planned every half hour, from the first minute to before the last, each begun two seconds late.
    mutating func runs(from: String, to: String, _ edit: (inout RunSummary) -> Void = { _ in }) {
        for minute in stride(from: sampleMinute(from), to: sampleMinute(to), by: 30) {
            let start = Date(timeIntervalSince1970: Double(minute) * 60)
            run(start.addingTimeInterval(2)) { run in
                run.plannedAt = start
                edit(&run)
            }
        }
    }

    mutating func check(_ at: String, state: String = "fresh") {
        facts.append(
            .check(
                CheckSummary(
                    checkedAt: sampleDate(at), vantage: "host", state: state, isStale: false, isAlarming: false)))
    }

    mutating func note(
        _ id: String, _ kind: NoteRecord.Kind, at: String, recorded: String? = nil, _ text: String = "text",
        due: String? = nil
    ) {
        var note = NoteRecord(
            id: id, kind: kind, job: "job", recordedAt: sampleDate(recorded ?? at), at: sampleDate(at),
            text: text, author: "åsa", host: "h", version: "1")
        note.dueAt = due.map(sampleDate)
        facts.append(.note(note))
    }

    mutating func alarm(_ name: String, _ status: String, at: String) {
        facts.append(
            .alarm(
                AlarmRecord(
                    at: sampleDate(at), job: "job", alarm: name, alarmID: "ocid1." + name, displayName: name,
                    severity: "CRITICAL", status: status, recordedAt: sampleDate(at), host: "h", version: "1")))
    }

    mutating func maintenance(_ id: String, from: String, to: String, reason: String = "work") {
        facts.append(
            .maintenance(
                MaintenanceRecord(
                    id: id, job: "job", recordedAt: sampleDate(from), startsAt: sampleDate(from),
                    endsAt: sampleDate(to), reason: reason, author: "bo", host: "h", version: "1")))
    }

    /// The report of a period; `asOf` is its end unless said otherwise.
    func report(_ period: ReportPeriod, asOf: String? = nil, slos: [SLO] = []) -> Report {
        let end = asOf.map(sampleDate) ?? period.span.endDate
        var chronicle = ChronicleBuilder(detailFrom: period.span.start)
        var totals = PeriodTotals(period: period.span, until: end < period.span.endDate ? end.minute : .max)
        for fact in facts {
            chronicle.add(fact)
            totals.add(fact)
        }
        return ReportBuilder(
            chronicle: chronicle.chronicle(asOf: end.minute), totals: totals, slos: slos, job: "job",
            environment: "test", period: period, asOf: end, runbook: { "book-of-" + $0 }
        )
        .report()
    }

    /// 2026-W47: Monday 16 November 00:00 to Monday 23 November 00:00 in Stockholm.
    static let week = ReportPeriod.week(ISOWeek(year: 2026, week: 47))

    static let freshness = SLO(
        name: "freshness", displayName: "Fresh data",
        indicator: .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30), targetMillionths: 995_000,
        policy: BudgetPolicy())

    static let runSuccess = SLO(
        name: "run-success", displayName: "Run success", indicator: .runSuccess, targetMillionths: 980_000,
        policy: BudgetPolicy())
}
