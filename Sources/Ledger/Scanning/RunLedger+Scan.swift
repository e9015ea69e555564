// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials

extension RunLedger {
    /// Hands what every line says to `body`, in the order of the files: oldest month first, then line by line.
    ///
    /// Memory is flat whatever the length of the ledger, and nothing is built that a fact does not hold. `from` and
    /// `until` choose whole months, with one more before, where a run of the next one may have begun: facts outside of
    /// the two are handed on. Empty lines hold nothing. A line that cannot be read, as one torn by a crash, is handed on
    /// as damaged.
    package func scan(
        from: Date? = nil, until: Date? = nil, _ body: (LedgerFact) -> Void
    ) throws(FileError) {
        var reader = FactReader()
        for file in try files(from: from, until: until) {
            var number = 0
            try FileSystem.forEachBlock(of: file) { block in
                var start = 0
                while start < block.count {
                    let end = block.firstIndex(of: 0x0A, from: start) ?? block.count
                    number += 1
                    if end > start {
                        body(reader.fact(of: block.extracting(start..<end), file: file, number: number))
                    }
                    start = end + 1
                }
            }
        }
    }

    /// The months' files that may hold facts between two instants.
    private func files(from: Date?, until: Date?) throws(FileError) -> [String] {
        let first = from.map { path(Self.monthBefore(CalendarDay($0))) }
        let last = until.map { path(CalendarDay($0).monthText) }
        return try files().filter { file in
            first.map { file >= $0 } ?? true && last.map { file <= $0 } ?? true
        }
    }

    private static func monthBefore(_ day: CalendarDay) -> String {
        let (year, month) = day.month > 1 ? (day.year, day.month - 1) : (day.year - 1, 12)
        return CalendarDay(year: year, month: month, day: 1)?.monthText ?? day.monthText
    }
}

/// Reads lines one after the other: fast where they are written as this program writes them, exactly where not.
struct FactReader {
    private var runs = RunLineReader()
    private var checks = CheckLineReader()

    /// - Parameter line: without its LF, not empty.
    mutating func fact(of line: Span<UInt8>, file: String, number: Int) -> LedgerFact {
        do throws(NotPlain) {
            return try plainFact(of: line)
        } catch {
            return LedgerFact(
                LedgerEntry(LedgerLine(file: file, number: number, bytes: line.bytes(0..<line.count)[...])))
        }
    }

    private mutating func plainFact(of line: Span<UInt8>) throws(NotPlain) -> LedgerFact {
        if line.begins(with: RunLineReader.head) { return .run(try runs.read(line)) }
        if line.begins(with: CheckLineReader.head) { return .check(try checks.read(line)) }
        throw NotPlain()
    }
}

extension Span<UInt8> {
    fileprivate func begins(with head: [UInt8]) -> Bool { holds(head.span, 0..<head.count, at: 0) }
}
