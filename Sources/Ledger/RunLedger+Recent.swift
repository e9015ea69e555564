// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials

extension RunLedger {
    /// The runs that started since `date`, newest first; of the files only what is needed is read. Lines that cannot be
    /// read are left out.
    package func recent(since date: Date) throws(FileError) -> [RunRecord] { try stretch(since: date).runs }

    /// As `recent`, and whether the ledger reaches back so far: an older run was met.
    package func stretch(since date: Date) throws(FileError) -> (runs: [RunRecord], isWhole: Bool) {
        var runs: [RunRecord] = []
        for file in try files().reversed() {
            let (found, isEnough) = try recent(in: file, since: date)
            runs += found
            if isEnough { return (runs, true) }
        }
        return (runs, false)
    }

    /// The newest run since `date` that is wanted; the files are read from their ends, only as far as needed.
    package func newest(since date: Date, where isWanted: (RunRecord) -> Bool) throws(FileError) -> RunRecord? {
        for file in try files().reversed() {
            let (found, isEnough) = try recent(in: file, since: date, upTo: isWanted)
            if let last = found.last, isWanted(last) { return last }
            if isEnough { return nil }
        }
        return nil
    }

    /// About a day of runs and checks.
    private static let firstBytes = 1 << 17

    /// Newest first, and whether an older run, or the last one wanted, was met.
    private func recent(
        in file: String, since date: Date, upTo isLast: (RunRecord) -> Bool = { _ in false }
    ) throws(FileError) -> ([RunRecord], Bool) {
        var limit = Self.firstBytes
        while let tail = try FileSystem.readTail(file, limitBytes: limit) {
            let lines = tail.bytes.split(separator: UInt8(ascii: "\n"))
            let whole = tail.isWhole ? lines[...] : lines.dropFirst()
            let (found, isEnough) = Self.newest(whole, since: date, upTo: isLast)
            if isEnough || tail.isWhole { return (found, isEnough) }
            limit *= 4
        }
        return ([], false)
    }

    private static func newest(
        _ lines: ArraySlice<ArraySlice<UInt8>>, since date: Date, upTo isLast: (RunRecord) -> Bool
    ) -> (runs: [RunRecord], isEnough: Bool) {
        var runs: [RunRecord] = []
        for line in lines.reversed() {
            // A damaged line is reported by whoever reads the ledger to show it.
            guard let record = try? RunRecord(line: Array(line)) else { continue }
            // A run that was noticed dead is written down after later ones.
            if record.startedAt < date, record.outcome != .killed { return (runs, true) }
            guard record.startedAt >= date else { continue }
            runs.append(record)
            if isLast(record) { return (runs, true) }
        }
        return (runs, false)
    }
}
