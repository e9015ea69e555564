// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

// What other parts bring: this file goes when they are merged.

extension RunLedger {
    func scan(from: Date? = nil, until: Date? = nil, _ body: (LedgerFact) -> Void) throws(FileError) {
        try forEach { entry in
            if case .run(let record) = entry.content {
                let run = RunSummary(
                    runID: record.runID, command: record.command, startedAt: record.startedAt, endedAt: record.endedAt,
                    outcome: record.outcome)
                body(.run(run))
            }
            return true
        }
    }
}

struct SLOError: Error, CustomStringConvertible { let description: String }

enum SLOFile {
    static func read(_ yaml: [UInt8], path: String) throws(SLOError) -> [SLO] {
        [
            SLO(
                name: "freshness", displayName: "Freshness",
                indicator: .freshMinutes(maxAgeSeconds: 3600, toleranceSeconds: 30), targetMillionths: 995_000)
        ]
    }
}

extension ISOWeek {
    init(containing minute: Int) { self.init(year: 2026, week: 1) }
    init?(_ text: String) { self.init(year: 2026, week: 1) }
    var span: MinuteSpan { MinuteSpan(start: 0, end: 10_080) }
    var previous: ISOWeek { self }
    var text: String { "2026-W01" }
}

extension CalendarMonth {
    init?(_ text: String) { self.init(year: 2026, month: 1) }
    var span: MinuteSpan { MinuteSpan(start: 0, end: 10_080) }
    var text: String { "2026-01" }
}

extension ReportPeriod {
    static func week(_ week: ISOWeek) -> ReportPeriod { ReportPeriod(kind: .week(week), span: week.span) }
    static func month(_ month: CalendarMonth) -> ReportPeriod { ReportPeriod(kind: .month(month), span: month.span) }
    static func since(_ minute: Int, until end: Int) -> ReportPeriod {
        ReportPeriod(kind: .since, span: MinuteSpan(start: minute, end: end))
    }
    var label: String { "label" }
}

extension Chronicle {
    func burnRate(of slo: SLO, windowMinutes: Int, at minute: Int) -> BurnRate {
        BurnRate(windowMinutes: windowMinutes, rate: nil)
    }
    func projection(of slo: SLO, at minute: Int) -> Projection { .unknown }
    func windowSpan(of slo: SLO, at minute: Int) -> MinuteSpan { MinuteSpan(start: minute - 40_320, end: minute) }
}

enum FailuresToFire { case after(Int), never(Int), oneBlip }

enum LowTraffic {
    static func failuresToFire(targetMillionths: Int, burnRate: Double, eventsInWindow: Int) -> FailuresToFire {
        .oneBlip
    }
}

struct PeriodTotals {
    init(period: MinuteSpan) {}
    mutating func add(_ fact: LedgerFact) {}
}

struct ReportBuilder {
    let chronicle: Chronicle
    let totals: PeriodTotals
    let slos: [SLO]
    let job: String
    let environment: String
    let period: ReportPeriod
    let asOf: Date
    let runbook: (String) -> String?
    func report() -> Report {
        Report(job: job, environment: environment, period: period, asOf: asOf, verdict: .init(word: .go, because: []))
    }
}

extension Report {
    var json: JSONValue { [:] }
    var csv: String { "" }
    func text(_ language: ReportLanguage) -> String { "" }
    func markdown(_ language: ReportLanguage) -> String { "" }
    func html(_ language: ReportLanguage) -> String { "" }
    func notice(_ language: ReportLanguage, link: String?) -> (title: String, body: String) { ("", "") }
}

struct BurnAlarm {
    let slo: SLO
    let condition: BurnCondition
    var json: JSONValue { [:] }
    var tests: String { "" }
}

extension MaintenanceRecord {
    init(line: [UInt8]) throws(RecordError) { throw .invalid(member: "type") }
}

extension NoteRecord {
    init(line: [UInt8]) throws(RecordError) { throw .invalid(member: "type") }
}

enum StockholmTime {
    static func offsetMinutes(at minute: Int) -> Int { 60 }
}
