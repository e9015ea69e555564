// SPDX-License-Identifier: MIT

import FoundationEssentials
package import Ledger

extension ReportWords {
    /// Up to when the ledger was read, in which zone times are, and of which environment it is.
    package func scope(_ report: Report) -> String {
        [
            texts.sections.asOf.filled(["date": date(report.asOf)]), texts.sections.zone,
            texts.sections.environment.filled(["environment": report.environment.harmless]),
        ].joined(separator: " ")
    }

    package func runs(_ runs: RunFigures) -> String {
        guard runs.total > 0 else { return texts.sections.noRuns }
        return texts.sections.runCounts.filled([
            "all": counted(runs.total, texts.nouns.runs), "success": number(runs.success),
            "partial": number(runs.partial), "failed": number(runs.failed), "killed": number(runs.killed),
            "skipped": number(runs.skipped),
        ])
    }

    /// nil where the feed was not called.
    package func feedAnswers(_ runs: RunFigures) -> String? {
        guard runs.feedCalls > 0 else { return nil }
        return texts.sections.feedAnswers.filled([
            "answers": number(runs.feedAnswers), "calls": counted(runs.feedCalls, texts.nouns.calls),
            "share": share(runs.feedAnswers, of: runs.feedCalls),
        ])
    }

    /// Rows of a table: what is measured, of how many, p50, p90, p99 and the longest; none where nothing was.
    package func percentiles(_ runs: RunFigures) -> [[String]] {
        [(texts.sections.runDuration, runs.duration), (texts.sections.feedLatency, runs.feedLatency)].compactMap {
            name, figures in
            guard figures.count > 0 else { return nil }
            return [name, number(figures.count)] + [figures.p50, figures.p90, figures.p99, figures.max].map(duration)
        }
    }

    /// A bar and a number for each day; nil where there were no new events.
    package func eventsByDay(_ events: EventFigures) -> String? {
        guard events.newByDay.contains(where: { $0 > 0 }) else { return nil }
        let days = Sparkline.counts(events.newByDay) + " " + events.newByDay.map(number).joined(separator: " ")
        return texts.sections.newByDay.filled(["days": days])
    }

    package func events(_ events: EventFigures) -> String {
        guard events.new + events.revised + events.rejected + events.filteredAnswers > 0 else {
            return texts.sections.noEvents
        }
        return texts.sections.eventCounts.filled([
            "new": number(events.new), "revised": number(events.revised), "rejected": number(events.rejected),
            "filtered": counted(events.filteredAnswers, texts.nouns.answers),
        ])
    }

    /// What became of the period's points; where nothing tells, why.
    package func telemetry(_ report: Report) -> String {
        guard let posted = report.telemetry.posted, let dropped = report.telemetry.dropped else {
            return report.runs.total == 0 ? texts.sections.noRuns : texts.sections.telemetryUnknown
        }
        return texts.sections.telemetry.filled([
            "posted": counted(posted, texts.nouns.points), "dropped": number(dropped),
            "share": share(posted, of: posted + dropped),
        ])
    }

    package func storage(_ storage: StorageFigures) -> String {
        guard storage.putsDone + storage.putsFailed > 0 else { return texts.sections.storageNone }
        return texts.sections.storage.filled([
            "bytes": bytes(Double(storage.bytesPut)), "writes": counted(storage.putsDone, texts.nouns.writes),
            "failed": number(storage.putsFailed),
        ])
    }

    /// What a year needs, and which days that is the average of.
    package func forecast(_ storage: StorageFigures) -> String {
        guard let rate = storage.bytesADay, let year = storage.bytesInAYear else { return texts.sections.noForecast }
        let days = storage.daysWithRuns ?? 28
        return (days >= 28 ? texts.sections.forecast : texts.sections.forecastOfSome).filled([
            "rate": bytes(rate), "days": counted(days, texts.nouns.days), "year": bytes(year),
        ])
    }
}

extension ReportWords {
    package func what(_ what: ConfigurationChange.What) -> String {
        switch what {
        case .version: texts.records.version
        case .configuration: texts.records.configuration
        case .host: texts.records.host
        }
    }

    /// `version: 0.5.0 → 0.5.1`.
    package func change(_ change: ConfigurationChange) -> String {
        texts.records.change.filled([
            "what": what(change.what), "before": change.before.harmless, "after": change.after.harmless,
        ])
    }

    /// `2026-11-17 10:00 to 11:00: Ny kärna — åsa`.
    package func maintenance(_ span: MaintenanceSpan) -> String {
        let (start, end) = (span.span.startDate, span.span.endDate)
        let ending = day(start) == day(end) ? clock(end) : date(end)
        let template = span.isOpen ? texts.records.maintenanceOpen : texts.records.maintenance
        let text = template.filled(["from": date(start), "to": ending, "reason": span.reason.harmless])
        return signed(text, span.author) + (span.isBackdated ? " (\(texts.records.backdated))" : "")
    }

    /// `freshness-stale: 2 times, last 2026-11-18 04:04`.
    package func alarm(_ count: AlarmCount) -> String {
        texts.records.alarm.filled([
            "alarm": count.alarm.harmless, "times": counted(count.fired, texts.nouns.times), "date": date(count.lastAt),
        ])
    }

    private func signed(_ text: String, _ author: String) -> String {
        author.isEmpty ? text : texts.records.author.filled(["text": text, "author": author.harmless])
    }

    /// What a note says and who says it; of a verification its counts.
    package func note(_ note: NoteRecord) -> String {
        guard note.kind == .verification else {
            let text = note.text.harmless
            return signed(note.kind == .cause ? texts.records.cause.filled(["text": text]) : text, note.author)
        }
        guard let lines = note.linesCounted else { return note.text.harmless }
        return texts.records.verification.filled([
            "lines": counted(lines, texts.nouns.lines), "duplicates": number(note.duplicates ?? 0),
        ])
    }

    package func actionState(_ action: ActionItem) -> String {
        if action.doneAt != nil { return texts.records.done }
        if action.isOverdue { return texts.records.overdue }
        return action.isCarriedOver ? texts.records.carriedOver : texts.records.open
    }

    /// `åsa, opened 2026-11-09 09:12`.
    package func actionAuthor(_ action: ActionItem) -> String {
        let template = action.doneAt == nil ? texts.records.actionOpen : texts.records.actionDone
        let text = template.filled([
            "author": action.author.harmless, "date": date(action.doneAt ?? action.openedAt),
        ])
        guard let dueAt = action.dueAt else { return text }
        return "\(text), \(texts.records.actionDue.filled(["date": date(dueAt)]))"
    }

    /// What is to be done, who says so and since when, and its id.
    package func action(_ action: ActionItem) -> String {
        "\(action.text.harmless) (\(actionAuthor(action)); \(action.id.harmless))"
    }

    /// How the numbers were made: definitions, then what was read.
    package func method(_ report: Report) -> [String] { definitions(report) + input(report) }

    private func definitions(_ report: Report) -> [String] {
        let limits = report.objectives.compactMap { objective -> Int? in
            guard case .freshMinutes(let age, let tolerance) = objective.slo.indicator else { return nil }
            return age + tolerance
        }
        let method = texts.method
        let fresh = limits.prefix(1).map { method.fresh.filled(["limit": exactly(seconds: $0)]) }
        return fresh + [method.unknown, method.maintenance, method.budget, method.events, method.calendar]
    }

    /// `60 min 30 s`.
    private func exactly(seconds: Int) -> String {
        let minutes = number(seconds / 60) + Self.space + "min"
        return seconds % 60 == 0 ? minutes : "\(minutes)\(Self.space)\(seconds % 60)\(Self.space)s"
    }

    private func input(_ report: Report) -> [String] {
        let (method, reading) = (texts.method, report.reading)
        guard let first = reading.firstAt, let last = reading.lastAt else { return [method.empty] + damage(reading) }
        var lines = [
            method.input.filled([
                "lines": counted(reading.lines, texts.nouns.lines), "runs": counted(reading.runs, texts.nouns.runs),
                "checks": counted(reading.checks, texts.nouns.checks),
            ]), method.span.filled(["from": date(first), "to": date(last)]),
        ]
        let silence = report.asOf.timeIntervalSince(last)
        if silence > 3_600 { lines.append(method.lastBefore.filled(["duration": duration(silence)])) }
        return lines + damage(reading)
    }

    private func damage(_ reading: ReadingFacts) -> [String] {
        var lines: [String] = []
        if reading.damagedCount > 0 {
            let rest = reading.damagedCount - reading.damaged.count
            let more = rest > 0 ? [texts.method.moreDamaged.filled(["count": number(rest)])] : []
            let heading = texts.method.damaged.filled(["lines": counted(reading.damagedCount, texts.nouns.lines)])
            lines.append(
                ([heading] + [(reading.damaged.map(\.harmless) + more).joined(separator: "; ")]).joined(separator: " "))
        }
        if !reading.clockSteps.isEmpty {
            lines.append(
                texts.method.clockSteps.filled([
                    "times": counted(reading.clockSteps.count, texts.nouns.times),
                    "dates": reading.clockSteps.map(date).joined(separator: ", "),
                ]))
        }
        return lines
    }
}
