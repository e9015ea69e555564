// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger

extension RunLedger {
    /// Planned work and notes of the months before the one that comes before `date`, oldest month first: a maintenance may
    /// have begun long ago, and an action be open for a year. Of those files nothing else is taken, and lines that cannot
    /// be read are left out: a report that reaches back so far tells of them.
    func lasting(before date: Date) throws(FileError) -> [LedgerFact] {
        // `scan` begins a month earlier.
        let day = CalendarDay(date)
        let month =
            day.month == 1
            ? CalendarDay(year: day.year - 1, month: 12, day: 1)
            : CalendarDay(year: day.year, month: day.month - 1, day: 1)
        guard let month else { return [] }
        let first = FileSystem.join(directory, "\(name)-\(month.monthText).jsonl")
        var facts: [LedgerFact] = []
        for file in try files() where file < first {
            try FileSystem.forEachBlock(of: file) { Self.addLasting(in: $0, to: &facts) }
        }
        return facts
    }

    private static let maintenance = Array(#"{"schema":1,"type":"maintenance","#.utf8)
    private static let note = Array(#"{"schema":1,"type":"note","#.utf8)

    private static func addLasting(in bytes: Span<UInt8>, to facts: inout [LedgerFact]) {
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: 0x0A, from: start) ?? bytes.count
            if bytes.holds(maintenance.span, 0..<maintenance.count, at: start) {
                if let record = try? MaintenanceRecord(line: line(bytes, start..<end)) {
                    facts.append(.maintenance(record))
                }
            } else if bytes.holds(note.span, 0..<note.count, at: start) {
                if let record = try? NoteRecord(line: line(bytes, start..<end)) { facts.append(.note(record)) }
            }
            start = end + 1
        }
    }

    private static func line(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] { range.map { bytes[$0] } }
}
