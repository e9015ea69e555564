// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

/// What the commands about planned work and notes make of the ledger's records.
@Suite struct LedgerBookTests {
    private static let start = Date(timeIntervalSince1970: 1_795_420_800)

    private static func work(
        _ id: String, _ from: Double, _ to: Double?, isCancelled: Bool = false
    ) -> MaintenanceRecord {
        var record = MaintenanceRecord(
            id: id, job: "polisen", recordedAt: start, startsAt: start.addingTimeInterval(from),
            endsAt: to.map(start.addingTimeInterval), reason: "new disk", author: "eva", host: "box", version: "1")
        record.isCancelled = isCancelled
        return record
    }

    private static func note(_ id: String, _ kind: NoteRecord.Kind, _ second: Double) -> NoteRecord {
        NoteRecord(
            id: id, kind: kind, job: "polisen", recordedAt: start, at: start.addingTimeInterval(second), text: "t",
            author: "eva", host: "box", version: "1")
    }

    @Test func `the newest record of an id counts`() {
        let book = LedgerBook(maintenance: [Self.work("b", 10, nil), Self.work("a", 10, 50), Self.work("b", 10, 20)])
        #expect(book.maintenance.map(\.id) == ["a", "b"])
        #expect(book.maintenance.last?.endsAt == Self.start.addingTimeInterval(20))
    }

    @Test(
        arguments: [
            (9, nil, false, .planned), (10, nil, false, .active), (1e6, nil, false, .active), (19, 20, false, .active),
            (20, 20, false, .ended), (9, 20, true, .cancelled), (30, 20, true, .cancelled), (10, 10, false, .ended),
        ] as [(Double, Double?, Bool, MaintenanceRecord.State)])
    func `work is planned, active, ended or called off`(
        second: Double, end: Double?, isCancelled: Bool, state: MaintenanceRecord.State
    ) {
        let record = Self.work("a", 10, end, isCancelled: isCancelled)
        #expect(record.state(at: Self.start.addingTimeInterval(second)) == state)
    }

    @Test(arguments: 0..<100) func `two overlap where a second lies in both`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let spans = (0..<6).map { _ in
            let from = Int.random(in: 0..<20, using: &random)
            return from..<from + Int.random(in: 1..<10, using: &random)
        }
        let records = spans.enumerated().map { index, span in
            Self.work("\(index)", Double(span.lowerBound), Double(span.upperBound), isCancelled: index == 5)
        }
        let book = LedgerBook(maintenance: records)
        for (index, span) in spans.enumerated() {
            let expected = spans.indices.filter { $0 != index && $0 != 5 && spans[$0].overlaps(span) }.map { "\($0)" }
            #expect(book.overlapping(records[index]).map(\.id).sorted() == expected)
        }
    }

    @Test func `work without an end overlaps with all that comes later`() {
        let book = LedgerBook(maintenance: [Self.work("a", 0, nil), Self.work("b", 1e7, 2e7), Self.work("c", -9, 0)])
        #expect(book.overlapping(Self.work("a", 0, nil)).map(\.id) == ["b"])
        #expect(book.overlapping(Self.work("b", 1e7, 2e7)).map(\.id) == ["a"])
    }

    @Test func `actions are open until they are done, whichever was written first`() {
        let notes = [
            Self.note("1", .done, 1), Self.note("1", .action, 5), Self.note("2", .action, 4), Self.note("3", .note, 3),
            Self.note("4", .cause, 2),
        ]
        let book = LedgerBook(notes: notes)
        #expect(book.openActions.map(\.id) == ["2"])
        #expect(book.notes.map(\.id) == ["1", "4", "3", "2", "1"])
    }

    @Test func `an id is 8 hex digits that nothing has`() {
        var random = SeededGenerator(seed: 1)
        var same = SeededGenerator(seed: 1)
        let first = LedgerBook().newID(using: &random)
        #expect(first.count == 8 && first.allSatisfy { "0123456789abcdef".contains($0) })
        let book = LedgerBook(maintenance: [Self.work(first, 0, nil)])
        #expect(book.newID(using: &same) != first)
    }

    @Test(
        arguments: [(86_399, nil, false), (86_400, nil, true), (200_000, nil, true), (200_000, 300_000, false)]
            as [(Double, Double?, Bool)])
    func `work that nobody has ended for a day is told`(second: Double, end: Double?, isTold: Bool) {
        let now = Self.start.addingTimeInterval(second)
        let rows = Self.work("0a1b2c3d", 0, end).rows(at: now).joined(separator: " ")
            .split(separator: " ").joined(separator: " ")
        #expect(rows.contains("`polisen-collector maintenance end 0a1b2c3d`") == isTold)
        let until = end.map(Self.start.addingTimeInterval)
        let told = ActiveMaintenance.forgotten("0a1b2c3d", since: Self.start, until: until, at: now)
        #expect((told != nil) == isTold)
    }
}
