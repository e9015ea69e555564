// SPDX-License-Identifier: MIT

import FoundationEssentials

extension ReportWords {
    package func kind(_ kind: Incident.Kind) -> String {
        switch kind {
        case .stale: texts.incidents.stale
        case .blind: texts.incidents.blind
        }
    }

    /// `2026-11-18 03:31 to 05:02`, the second day where it is another one, or `… to going on`.
    package func when(_ incident: Incident) -> String {
        let start = date(incident.startedAt)
        guard let end = incident.endedAt else { return "\(start) – \(texts.incidents.ongoing)" }
        return range(start, day(end) == day(incident.startedAt) ? clock(end) : date(end))
    }

    package func cause(_ cause: IncidentCause) -> String {
        let incidents = texts.incidents
        switch cause {
        case .failing(let error, 1): return incidents.failingOne.filled(["error": error.harmless])
        case .failing(let error, let runs):
            return incidents.failing.filled(["runs": counted(runs, texts.nouns.runs), "error": error.harmless])
        case .partial(let runs): return incidents.partial.filled(["runs": counted(runs, texts.nouns.runs)])
        case .skipped(let reason, let runs):
            return incidents.skipped.filled(["runs": counted(runs, texts.nouns.runs), "reason": skipReason(reason)])
        case .noRuns: return incidents.noRuns
        case .tooSeldom: return incidents.tooSeldom
        case .clockSet: return incidents.clockSet
        }
    }

    /// What the ledger shows, and then what people found out.
    package func cause(_ incident: Incident) -> String {
        let found = incident.timeline.compactMap { entry in
            if case .cause(let text) = entry.event { text.harmless } else { nil }
        }
        return ([cause(incident.cause)] + found).joined(separator: "; ")
    }

    private func skipReason(_ reason: String) -> String {
        switch reason {
        case "locked": texts.incidents.locked
        case "rate_budget": texts.incidents.rateBudget
        case "maintenance": texts.incidents.maintenance
        default: reason.harmless
        }
    }

    /// `noticed after 9 min`; `noticed at once`; `nobody noticed`.
    package func detection(_ incident: Incident) -> String {
        guard let seconds = incident.detectionSeconds else { return texts.incidents.unnoticed }
        guard seconds >= 1 else { return texts.incidents.noticedAtOnce }
        return texts.incidents.noticed.filled(["duration": duration(seconds)])
    }

    /// `over after 2 h 28 min`; `not over yet`.
    package func repair(_ incident: Incident) -> String {
        guard let seconds = incident.repairSeconds else { return texts.incidents.notOver }
        return texts.incidents.over.filled(["duration": duration(seconds)])
    }

    /// `91 minutes too old, 4 minutes without evidence, 12 minutes of it in maintenance`; empty where it lasted none.
    package func minutes(_ incident: Incident) -> String {
        let parts = [
            (texts.incidents.badMinutes, incident.badMinutes),
            (texts.incidents.unknownMinutes, incident.unknownMinutes),
            (texts.incidents.inMaintenance, incident.maintenanceMinutes),
        ]
        return parts.filter { $1 > 0 }.map { $0.filled(["minutes": counted($1, texts.nouns.minutes)]) }
            .joined(separator: ", ")
    }

    /// How many there were and how long the longest was; up to `asOf` where it lasts.
    package func incidentSummary(_ report: Report) -> String {
        guard let longest = longestIncident(report) else { return texts.incidents.none }
        let count = report.incidents.count + report.incidentsLeftOut
        return (count == 1 ? texts.incidents.summaryOne : texts.incidents.summary).filled([
            "incidents": counted(count, texts.nouns.incidents),
            "duration": duration(longest),
        ])
    }

    func longestIncident(_ report: Report) -> Double? {
        report.incidents.map { ($0.endedAt ?? report.asOf).timeIntervalSince($0.startedAt) }.max()
    }

    package func event(_ event: TimelineEntry.Event) -> String {
        let timeline = texts.timeline
        switch event {
        case .lastGood: return timeline.lastGood
        case .firstFailure(let error): return timeline.firstFailure.filled(["error": error.harmless])
        case .stale: return timeline.stale
        case .evidenceEnded: return timeline.evidenceEnded
        case .evidenceBack: return timeline.evidenceBack
        case .detected(let vantage): return timeline.detected.filled(["vantage": vantage.harmless])
        case .alarm(let name, let status):
            return timeline.alarm.filled(["alarm": name.harmless, "status": status.harmless])
        case .maintenanceStarted(let reason): return timeline.maintenanceStarted.filled(["reason": reason.harmless])
        case .maintenanceEnded(let reason): return timeline.maintenanceEnded.filled(["reason": reason.harmless])
        case .note(let text): return timeline.note.filled(["text": text.harmless])
        case .cause(let text): return timeline.cause.filled(["text": text.harmless])
        case .recovered: return timeline.recovered
        }
    }
}
