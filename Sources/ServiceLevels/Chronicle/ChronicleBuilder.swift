// SPDX-License-Identifier: MIT

import FoundationEssentials
package import Ledger

/// Takes the facts of a ledger in its order and makes a chronicle of them.
///
/// Of a run 48 bytes are kept and of a check 8, so that five years take 6 MB.
package struct ChronicleBuilder: Sendable {
    private let rules: ChronicleRules
    private let detailFrom: Int
    private var rows: [RunRow] = []
    private var checks: [CheckRow] = []
    private var runs: [RunSummary] = []
    private var maintenance = MaintenanceLog()
    private var notes: [NoteRecord] = []
    private var alarms: [AlarmRecord] = []
    private var alarmIdentities: Set<AlarmRecord.Identity> = []
    private var drills: [DrillRecord] = []
    private var words = WordTable(limit: Int(RunRow.noWord))
    private var vantages = WordTable(limit: CheckRow.vantages)
    /// Lines without an instant that could be compared: what people wrote.
    private var otherLines = 0
    private var undated = UndatedLines()

    /// - Parameter detailFrom: minutes since 1970; runs that started before are kept as numbers only.
    package init(rules: ChronicleRules = ChronicleRules(), detailFrom: Int) {
        self.rules = rules
        self.detailFrom = detailFrom
    }

    package mutating func add(_ fact: LedgerFact) {
        switch fact {
        case .run(let run): add(run)
        case .check(let check):
            undated.pass(check.checkedAt.milliseconds)
            checks.append(CheckRow(check, vantage: vantages.index(of: check.vantage)))
        case .maintenance(let record):
            maintenance.add(record)
            otherLines += 1
        case .note(let record):
            notes.append(record)
            otherLines += 1
        case .alarm(let record):
            if alarmIdentities.insert(record.identity).inserted { alarms.append(record) }
            otherLines += 1
        case .drill(let record):
            drills.append(record)
            otherLines += 1
        case .other: undated.addOther()
        case .damaged(let line): undated.add(line)
        }
    }

    private mutating func add(_ run: RunSummary) {
        let word = run.skipReason?.rawValue ?? run.errorType
        let index = word.map { UInt16(clamping: words.index(of: $0)) } ?? RunRow.noWord
        let row = RunRow(run, word: index, checksBefore: checks.count)
        rows.append(row)
        if row.outcome != .killed { undated.pass(row.end) }
        if run.startedAt.minute >= detailFrom { runs.append(run) }
    }

    /// - Parameter minute: up to here; what happened then or later is left out. For a question about now it is the next
    ///   minute, so that what was written a moment ago counts.
    package func chronicle(asOf minute: Int) -> Chronicle {
        let end = Date(timeIntervalSince1970: Double(minute) * 60)
        let order = WritingOrder(rows: rows, checks: checks, until: minute * 60_000)
        let steps = order.steps()
        let doubts = order.doubts()
        let rows = rows(until: minute * 60_000, doubts)
        let reading = reading(until: minute * 60_000, steps, doubts)
        let parts = ChronicleParts(
            rules: rules, reading: reading,
            runs: runs.filter { $0.endedAt < end }.sorted { $0.startedAt < $1.startedAt },
            maintenance: maintenance.spans(until: minute),
            notes: notes.filter { $0.at < end }.sorted { $0.at < $1.at },
            alarms: alarms.filter { $0.at < end }.sorted { $0.at < $1.at },
            drills: drills.filter { $0.startedAt < end }.sorted { $0.startedAt < $1.startedAt },
            rows: rows, successes: Array(rows.lazy.filter(\.isEvidenceOfSuccess).map(\.end)),
            evidence: evidence(rows, from: reading.firstAt, until: minute * 60_000, doubts.lostChecks),
            alarming: alarming(minute * 60_000, doubts.checks),
            words: words.words, vantages: vantages.words)
        return Chronicle(parts, asOf: minute)
    }

    /// By their end.
    private func rows(until end: Int, _ doubts: WritingOrder.Doubts) -> [RunRow] {
        var rows = rows
        for index in doubts.rows { rows[index].isAhead = true }
        for index in doubts.lostRows { rows[index].isLost = true }
        rows.removeAll { $0.end >= end || $0.command == .replay }
        PointTotals.differences(&rows)
        rows.sort { ($0.end, $0.start) < ($1.end, $1.start) }
        return rows
    }

    /// - Parameters:
    ///   - rows: without those that do not count.
    ///   - first: when the first record was written. What a run's record says of the time before is no evidence: a host
    ///     that was set up a minute ago was not stale until then.
    private func evidence(
        _ rows: [RunRow], from first: Date?, until end: Int, _ lostChecks: Set<Int>
    ) -> SpanSet {
        var (ofRuns, ofChecks) = (SpanCollector(), SpanCollector())
        for row in rows where !row.isLost {
            let last = row.end + rules.runCoversSeconds * 1_000
            ofRuns.add(MinuteSpan(start: row.evidenceStart.minuteAtOrAfter, end: last.minuteAtOrAfter))
        }
        for (index, check) in checks.enumerated()
        where check.isEvidence && check.at < end && !lostChecks.contains(index) {
            let last = check.at + rules.checkCoversSeconds * 1_000
            ofChecks.add(MinuteSpan(start: check.at.minuteAtOrAfter, end: last.minuteAtOrAfter))
        }
        let known = MinuteSpan(start: first?.milliseconds.minuteAtOrAfter ?? .max, end: .max)
        return SpanSet((ofRuns.spans + ofChecks.spans).map(known.intersection))
    }

    private func alarming(_ end: Int, _ ahead: Set<Int>) -> [CheckRow] {
        checks.indices.filter { checks[$0].isAlarming && checks[$0].at < end && !ahead.contains($0) }
            .map { checks[$0] }.sorted { $0.at < $1.at }
    }

    private func reading(until end: Int, _ steps: [Date], _ doubts: WritingOrder.Doubts) -> ReadingFacts {
        var facts = ReadingFacts()
        var (first, last) = (Int.max, Int.min)
        for (index, row) in rows.enumerated() where row.end < end {
            facts.runs += 1
            guard row.command != .replay, !doubts.lostRows.contains(index) else { continue }
            (first, last) = (min(first, row.end), max(last, row.end))
        }
        for (index, check) in checks.enumerated() where check.at < end {
            facts.checks += 1
            guard !doubts.lostChecks.contains(index) else { continue }
            (first, last) = (min(first, check.at), max(last, check.at))
        }
        if first < .max { facts.firstAt = Date(milliseconds: first) }
        if last > .min { facts.lastAt = Date(milliseconds: last) }
        let (damaged, others) = undated.counts(until: end)
        facts.damagedCount = damaged
        facts.damaged = undated.texts(until: end)
        facts.lines = facts.runs + facts.checks + otherLines + damaged + others
        facts.clockSteps = Array(steps.prefix(20))
        return facts
    }
}
