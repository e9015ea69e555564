// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension Chronicle {
    /// Those that started within the span, oldest first.
    package func incidents(in span: MinuteSpan) -> [Incident] { stretches(startingIn: span).map(incident) }

    private func incident(_ stretch: Stretch) -> Incident {
        let story = IncidentStory(self, stretch)
        let cause = story.cause
        return Incident(
            kind: stretch.kind, startedAt: Date(minute: stretch.start), endedAt: stretch.end.map { Date(minute: $0) },
            lastGoodAt: lastGood(before: stretch).map { Date(milliseconds: $0) },
            detectedAt: stretch.detectedAt.map { Date(milliseconds: $0) }, badMinutes: stretch.bad,
            unknownMinutes: stretch.unknown, maintenanceMinutes: planned.count(in: stretch.span), cause: cause,
            runbook: story.runbook(for: cause), timeline: story.timeline)
    }
}

extension Date {
    /// The instant a minute begins, counted from 1970.
    init(minute: Int) { self.init(timeIntervalSince1970: Double(minute) * 60) }
}
