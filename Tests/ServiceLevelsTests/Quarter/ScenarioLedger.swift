// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import TestSupport

/// The ledger that a scenario leaves on a disk, and the facts that are read from it.
struct ScenarioLedger: Sendable {
    let scenario: Scenario

    /// A line, the month whose file it is in, and when it was written, in milliseconds since 1970.
    struct Line {
        let month: String
        let written: Int
        let bytes: [UInt8]
    }

    /// Writes the month's files as the program does: each record's own coding, a line each, in the order of writing.
    func write(to ledger: RunLedger) throws {
        let lines = lines().enumerated().sorted { ($0.element.written, $0.offset) < ($1.element.written, $1.offset) }
        var files: [String: [UInt8]] = [:]
        for (_, line) in lines { files[line.month, default: []] += line.bytes + [UInt8(ascii: "\n")] }
        for (month, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let torn = month == files.keys.max() ? Array(scenario.tornEnd.utf8) : []
            try FileSystem.append(Self.path(ledger, month), bytes + torn)
        }
    }

    static func path(_ ledger: RunLedger, _ month: String) -> String {
        ledger.directory + "/\(ledger.name)-\(month).jsonl"
    }

    func facts() throws -> [LedgerFact] {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            try write(to: ledger)
            return try Self.facts(ledger)
        }
    }

    /// What is read, with the paths of damaged lines made the same on every machine.
    static func facts(_ ledger: RunLedger, until: Date? = nil) throws -> [LedgerFact] {
        var facts: [LedgerFact] = []
        try ledger.scan(until: until) { fact in
            guard case .damaged(let line) = fact else { return facts.append(fact) }
            let name = line.file.split(separator: "/").last.map(String.init) ?? ""
            facts.append(.damaged(DamagedLine(file: "ledger/" + name, line: line.line, problem: line.problem)))
        }
        return facts
    }

    func lines() -> [Line] { runLines() + checkLines() + maintenanceLines() + noteLines() + alarmLines() }

    private func runLines() -> [Line] {
        scenario.runs().map { run in
            let bytes = run.record.encoded()
            return Line(
                month: Self.month(run.start), written: run.written,
                bytes: run.isWhole ? bytes : Array(bytes.prefix(bytes.count / 2)))
        }
    }

    private func checkLines() -> [Line] {
        scenario.checks().map { check in
            Line(month: Self.month(check.shown), written: check.real, bytes: check.record.json.encoded())
        }
    }

    private func maintenanceLines() -> [Line] {
        scenario.maintenance.flatMap { work in
            work.records.map { record in
                Line(
                    month: Self.month(work.from.utc * 60_000), written: Timestamp.milliseconds(record.recordedAt),
                    bytes: record.json.encoded())
            }
        }
    }

    private func noteLines() -> [Line] {
        scenario.notes.map { note in
            Line(
                month: Self.month(note.at.utc * 60_000), written: note.recorded.utc * 60_000,
                bytes: note.record.json.encoded())
        }
    }

    /// Read from OCI two minutes after it happened.
    private func alarmLines() -> [Line] {
        scenario.alarms.map { alarm in
            let at = alarm.at.utc * 60_000
            let record = AlarmRecord(
                at: Timestamp.date(milliseconds: at), job: "polisen", alarm: alarm.name,
                alarmID: "ocid1.alarm.oc1..\(alarm.name)", displayName: alarm.name, severity: "ERROR",
                status: alarm.status, recordedAt: Timestamp.date(milliseconds: at + 120_000), host: "h1",
                version: "1.1.0")
            return Line(month: Self.month(at), written: at + 120_000, bytes: record.json.encoded())
        }
    }

    private static func month(_ milliseconds: Int) -> String {
        CalendarDay(Timestamp.date(milliseconds: milliseconds)).monthText
    }
}

extension ScenarioRun {
    var record: RunRecord {
        var record = RunRecord(
            runID: RunID(at: Timestamp.date(milliseconds: start), hash: [UInt8(number & 255), UInt8(number >> 8)]),
            job: "polisen", environment: "production", command: .collect,
            startedAt: Timestamp.date(milliseconds: start), endedAt: Timestamp.date(milliseconds: end),
            outcome: outcome, version: version, configSHA: sha, host: "h1")
        record.plannedAt = Timestamp.date(milliseconds: planned)
        record.error = error.map { RunRecord.Failure(type: $0, message: "\($0): see the journal", stage: nil, exitCode: 1) }
        record.skipReason = skip
        record.answer = answerClass.map { RunRecord.Answer(answerClass: $0, status: 200, events: counts.returned) }
        record.counts = counts
        record.feedCalls = feedCalls
        guard outcome != .killed else { return record }
        if feedAnswers > 0 { record.measures.feedOutcomes["ok"] = feedAnswers }
        if feedCalls > feedAnswers { record.measures.feedOutcomes["timeout"] = feedCalls - feedAnswers }
        record.measures.feedSeconds = feedMilliseconds.map { Double($0) / 1_000 }
        if putsDone > 0 { record.measures.puts["ok"] = putsDone }
        if putsFailed > 0 { record.measures.puts["error"] = putsFailed }
        record.measures.bytesPut = bytesPut
        record.measures.telemetry = totals.map { .init(pointsPosted: $0.posted, pointsDropped: $0.dropped) }
        return record
    }
}

/// A check of freshness that was written down.
struct ScenarioCheck: Sendable {
    /// Milliseconds since 1970, by a clock that is right, and as the host's showed.
    let real: Int
    let shown: Int
    let isStale: Bool
    let isAlarming: Bool

    var record: CheckRecord {
        let at = Timestamp.date(milliseconds: shown)
        return CheckRecord(
            checkedAt: at, job: "polisen", environment: "production", vantage: "h1",
            state: isStale ? "failing" : "fresh", since: at, isStale: isStale, isAlarming: isAlarming, cause: "",
            host: "h1", version: "1.1.0")
    }
}

extension Scenario {
    /// One every quarter of an hour, five minutes past it, and one where the checker noticed.
    func checks() -> [ScenarioCheck] {
        let stale = incidents.compactMap { incident in
            incident.stale.map { (from: $0.utc, to: incident.good?.utc ?? .max, noticed: incident.noticed?.utc ?? .max) }
        }
        var minutes = Array(stride(from: first.utc + 5, through: last.utc, by: 15))
        minutes += stale.filter { $0.from <= $0.noticed && $0.noticed < .max }.map(\.noticed)
        minutes.removeAll { minute in off.contains { $0.from.utc <= minute && minute <= $0.to.utc } }
        return Set(minutes).sorted().map { minute in
            let trouble = stale.first { $0.from <= minute && minute < $0.to }
            return ScenarioCheck(
                real: minute * 60_000, shown: (minute + clockError(at: minute)) * 60_000, isStale: trouble != nil,
                isAlarming: trouble.map { $0.noticed <= minute } ?? false)
        }
    }
}

extension DeclaredMaintenance {
    /// Announced, and then ended or called off where it was.
    var records: [MaintenanceRecord] {
        var records = [record(recorded, end: isEndedLater ? nil : to)]
        if isCancelled {
            var second = record(recorded, end: to)
            second.isCancelled = true
            records.append(second)
        }
        if isEndedLater { records.append(record(to, end: to)) }
        return records
    }

    private func record(_ recorded: String, end: String?) -> MaintenanceRecord {
        func date(_ text: String) -> Date { Timestamp.date(milliseconds: text.utc * 60_000) }
        var record = MaintenanceRecord(
            id: id, job: "polisen", recordedAt: date(recorded), startsAt: date(from), endsAt: end.map(date),
            reason: reason, author: "anna", host: "h1", version: "1.1.0")
        record.pausesRuns = pausesRuns
        return record
    }
}

extension DeclaredNote {
    var record: NoteRecord {
        var record = NoteRecord(
            id: id, kind: kind, job: "polisen", recordedAt: Timestamp.date(milliseconds: recorded.utc * 60_000),
            at: Timestamp.date(milliseconds: at.utc * 60_000), text: text, author: "anna", host: "h1",
            version: "1.1.0")
        (record.linesCounted, record.duplicates) = (lines, duplicates)
        return record
    }
}
