// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger

extension RunLedger {
    /// Planned work and notes of the months before the one that comes before `date`, oldest month first: a maintenance may
    /// have begun long ago, and an action be open for a year. Of those files nothing else is taken, and lines that cannot
    /// be read are left out: a report that reaches back so far tells of them.
    ///
    /// - Parameter known: what earlier looks found, and afterwards what this one did.
    func lasting(before date: Date, _ known: inout LastingLines) throws(FileError) -> [LedgerFact] {
        // `scan` begins a month earlier.
        let day = CalendarDay(date)
        let month =
            day.month == 1
            ? CalendarDay(year: day.year - 1, month: 12, day: 1)
            : CalendarDay(year: day.year, month: day.month - 1, day: 1)
        guard let month else { return [] }
        let first = FileSystem.join(directory, "\(name)-\(month.monthText).jsonl")
        var facts: [LedgerFact] = []
        var found = LastingLines()
        for file in try files() where file < first {
            let size = try FileSystem.size(file) ?? 0
            let lines: [[UInt8]]
            if let seen = known.lines(file, size: size) {
                lines = seen
            } else {
                lines = try Self.lastingLines(of: file)
            }
            found.note(file, size: size, lines)
            for line in lines { Self.add(line, to: &facts) }
        }
        known = found
        return facts
    }

    private static let maintenance = Array(#"{"schema":1,"type":"maintenance","#.utf8)
    private static let note = Array(#"{"schema":1,"type":"note","#.utf8)

    private static func lastingLines(of file: String) throws(FileError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try FileSystem.forEachBlock(of: file) { addLastingLines(in: $0, to: &lines) }
        return lines
    }

    private static func addLastingLines(in bytes: Span<UInt8>, to lines: inout [[UInt8]]) {
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: 0x0A, from: start) ?? bytes.count
            if bytes.holds(maintenance.span, 0..<maintenance.count, at: start)
                || bytes.holds(note.span, 0..<note.count, at: start)
            {
                lines.append((start..<end).map { bytes[$0] })
            }
            start = end + 1
        }
    }

    private static func add(_ line: [UInt8], to facts: inout [LedgerFact]) {
        if let record = try? MaintenanceRecord(line: line) {
            facts.append(.maintenance(record))
        } else if let record = try? NoteRecord(line: line) {
            facts.append(.note(record))
        }
    }
}
