// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials

extension RunLedger {
    /// Hands the lines of the months that can hold what began at `start` or later to `body`, oldest first; what began
    /// before and lies in the same month comes with them. `body` says whether to go on.
    package func forEach(since start: Date, _ body: (LedgerEntry) -> Bool) throws(FileError) {
        // A check is written to the month it was made in, a run to the month it began in: at most a day before it ended.
        let month = CalendarDay(start.addingTimeInterval(-86_400)).monthText
        let first = FileSystem.join(directory, "\(name)-\(month).jsonl")
        for file in try files() where file >= first {
            let bytes = try FileSystem.read(file) ?? []
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() where !line.isEmpty {
                guard body(LedgerEntry(LedgerLine(file: file, number: index + 1, bytes: line))) else { return }
            }
        }
    }
}
