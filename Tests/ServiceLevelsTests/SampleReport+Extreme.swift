// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

extension Report {
    /// Long and hostile texts everywhere, more of everything than fits.
    static var extreme: Report {
        let hostile = "\u{1B}[2J\u{202E}evil\u{7}\nforged line\r\t\u{9B}31m" + String(repeating: "åäö", count: 60)
        var report = Report.sample
        let asOf = report.asOf
        report.job = hostile
        report.environment = hostile
        report.period = ReportPeriod.since(report.period.span.start, until: report.period.span.end)
        report.objectives = (0..<4).flatMap { index in
            report.objectives.map { objective in
                var copy = objective
                copy.slo.name += "-\(index)"
                copy.slo.displayName = hostile
                copy.slo.window = index % 2 == 0 ? .calendarMonth : .rolling(days: 28)
                return copy
            }
        }
        report.verdict = ReportVerdict(word: .stop, because: report.objectives.map(\.slo.name))
        report.causes = [
            CauseCount(errorType: hostile, runs: 9_999_999, firstAt: asOf, lastAt: asOf, runbook: hostile)
        ]
        report.incidents = report.incidents.map { incident in
            var copy = incident
            copy.runbook = hostile
            copy.cause = .failing(errorType: hostile, runs: 3)
            copy.timeline = [
                TimelineEntry(at: asOf, event: .firstFailure(errorType: hostile)),
                TimelineEntry(at: asOf, event: .detected(vantage: hostile)),
                TimelineEntry(at: asOf, event: .alarm(name: hostile, status: hostile)),
                TimelineEntry(at: asOf, event: .maintenanceStarted(reason: hostile)),
                TimelineEntry(at: asOf, event: .maintenanceEnded(reason: hostile)),
                TimelineEntry(at: asOf, event: .note(text: hostile)),
            ]
            return copy
        }
        report.changes = [ConfigurationChange(what: .host, before: hostile, after: hostile, at: asOf)]
        report.maintenance = [
            MaintenanceSpan(
                id: hostile, span: report.period.span, reason: hostile, author: hostile, isBackdated: true,
                isOpen: false)
        ]
        report.actions = (0..<40).map { _ in
            ActionItem(
                id: hostile, text: hostile, author: hostile, openedAt: asOf, doneAt: nil, isCarriedOver: false)
        }
        report.notes = NoteRecord.Kind.allCases.map { kind in
            NoteRecord(
                id: hostile, kind: kind, job: hostile, recordedAt: asOf, at: asOf, text: hostile, author: hostile,
                host: hostile, version: hostile)
        }
        report.alarms = [AlarmCount(alarm: hostile, fired: 3, lastAt: asOf)]
        report.reading.damaged = [hostile]
        report.storage.bytesPut = .max
        report.events.newByDay = (0..<62).map { $0 * 1_234_567 }
        return report
    }
}
