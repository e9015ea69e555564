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

    /// About a day of runs and checks.
    private static let firstBytes = 1 << 17

    /// Newest first, and whether an older run was met.
    private func recent(in file: String, since date: Date) throws(FileError) -> ([RunRecord], Bool) {
        var limit = Self.firstBytes
        while let tail = try FileSystem.readTail(file, limitBytes: limit) {
            let lines = tail.bytes.split(separator: UInt8(ascii: "\n"))
            let (found, isEnough) = Self.newest(tail.isWhole ? lines[...] : lines.dropFirst(), since: date)
            if isEnough || tail.isWhole { return (found, isEnough) }
            limit *= 4
        }
        return ([], false)
    }

    private static func newest(
        _ lines: ArraySlice<ArraySlice<UInt8>>, since date: Date
    ) -> (runs: [RunRecord], isEnough: Bool) {
        var runs: [RunRecord] = []
        for line in lines.reversed() {
            // A damaged line is reported by whoever reads the ledger to show it.
            guard let record = try? RunRecord(line: Array(line)) else { continue }
            // A run that was noticed dead is written down after later ones.
            if record.startedAt < date, record.outcome != .killed { return (runs, true) }
            if record.startedAt >= date { runs.append(record) }
        }
        return (runs, false)
    }
}
