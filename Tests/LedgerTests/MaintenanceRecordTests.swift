// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Ledger

@Suite struct MaintenanceRecordTests {
    @Test(arguments: 0..<20) func `maintenance and notes written and read are the same`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let maintenance = LineMaker.maintenance(&random)
        #expect(try MaintenanceRecord(line: maintenance.json.encoded()) == maintenance)
        var note = LineMaker.note(&random)
        while note.text.isEmpty { note = LineMaker.note(&random) }
        #expect(try NoteRecord(line: note.json.encoded()) == note)
    }

    @Test func `instants are written in UTC`() throws {
        let record = MaintenanceRecord(
            id: "0a1b2c3d", job: "polisen", recordedAt: Samples.start,
            startsAt: try #require(Timestamp.date("2026-11-23T09:00:00+01:00")), reason: "new disk", author: "eva",
            host: "box", version: "1")
        #expect(
            record.json.text
                == #"{"schema":1,"type":"maintenance","id":"0a1b2c3d","job":"polisen","#
                + #""recorded_at":"2026-11-23T07:30:00.123Z","starts_at":"2026-11-23T08:00:00.000Z","#
                + #""reason":"new disk","author":"eva","host":"box","version":"1"}"#)
    }

    @Test(
        arguments: [
            ("type", "\"note\"", .invalid(member: "type")), ("schema", "2", .newerSchema(2)),
            ("schema", "null", .invalid(member: "schema")), ("id", "\"\"", .invalid(member: "id")),
            ("starts_at", "7", .invalid(member: "starts_at")), ("ends_at", "\"soon\"", .invalid(member: "ends_at")),
            ("recorded_at", "null", .invalid(member: "recorded_at")), ("cancelled", "1", .invalid(member: "cancelled")),
            ("pauses_runs", "\"yes\"", .invalid(member: "pauses_runs")),
        ] as [(String, String, RecordError)])
    func `a damaged record of maintenance says which member`(name: String, value: String, error: RecordError) {
        var random = SeededGenerator(seed: 1)
        let line = changed(LineMaker.maintenance(&random).json, name, value)
        #expect(throws: error) { try MaintenanceRecord(line: line) }
    }

    @Test(
        arguments: [
            ("type", "\"maintenance\"", .invalid(member: "type")), ("schema", "9", .newerSchema(9)),
            ("kind", "\"gossip\"", .invalid(member: "kind")), ("text", "\"\"", .invalid(member: "text")),
            ("at", "\"2026-02-30T00:00:00Z\"", .invalid(member: "at")),
            ("lines_counted", "-1", .invalid(member: "lines_counted")),
            ("duplicates", "0.5", .invalid(member: "duplicates")), ("run_id", "\"1\"", .invalid(member: "run_id")),
            ("due_at", "7", .invalid(member: "due_at")),
        ] as [(String, String, RecordError)])
    func `a damaged note says which member`(name: String, value: String, error: RecordError) {
        let note = NoteRecord(
            id: "0a1b2c3d", kind: .note, job: "polisen", recordedAt: Samples.start, at: Samples.start, text: "hello",
            author: "eva", host: "box", version: "1")
        #expect(throws: error) { try NoteRecord(line: changed(note.json, name, value)) }
    }

    @Test func `members that a later version added are passed over`() throws {
        var random = SeededGenerator(seed: 2)
        let maintenance = LineMaker.maintenance(&random)
        #expect(try MaintenanceRecord(line: changed(maintenance.json, "ticket", "{\"id\":7}")) == maintenance)
        var note = LineMaker.note(&random)
        while note.text.isEmpty { note = LineMaker.note(&random) }
        #expect(try NoteRecord(line: changed(note.json, "colour", "[1,null]")) == note)
        #expect(try NoteRecord(line: changed(note.json, "run_id", "null")).runID == nil)
    }

    @Test func `a torn line is no record`() {
        #expect(throws: RecordError.notJSON(.truncated(offset: 30))) {
            try MaintenanceRecord(line: Array(#"{"schema":1,"type":"maintenanc"#.utf8))
        }
    }

    @Test func `records lie in the month they are about and are handed out among the others`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            let later = Samples.start.addingTimeInterval(40 * 86_400)
            let maintenance = MaintenanceRecord(
                id: "0a1b2c3d", job: "polisen", recordedAt: Samples.start, startsAt: later, reason: "new disk",
                author: "eva", host: "box", version: "1")
            let note = NoteRecord(
                id: "11111111", kind: .action, job: "polisen", recordedAt: later, at: Samples.start, text: "look",
                author: "eva", host: "box", version: "1")
            try ledger.append(maintenance)
            try ledger.append(note)
            try ledger.append(Samples.small())
            var facts: [LedgerFact] = []
            try ledger.scan { facts.append($0) }
            #expect(facts == [.note(note), .run(RunSummary(Samples.small())), .maintenance(maintenance)])
            #expect(try ledger.last(5).damaged.isEmpty)
        }
    }

    private func changed(_ json: JSONValue, _ name: String, _ value: String) -> [UInt8] {
        let others = json.object?.filter { $0.name != name } ?? []
        let text = JSONValue.object(others).text.dropLast()
        return Array("\(text),\"\(name)\":\(value)}".utf8)
    }
}
