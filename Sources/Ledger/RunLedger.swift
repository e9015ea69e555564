// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import JSON

/// The append-only record of runs: one file of JSON Lines a month under `<state>/ledger/`.
///
/// A record lies in the file of the UTC month its run started in. Nothing is ever changed in place.
package struct RunLedger: Sendable {
    package let directory: String
    /// `runs`, or `replay` for replayed answers, which are no evidence of freshness.
    package let name: String

    package init(statePath: String, name: String = "runs") {
        directory = FileSystem.join(statePath, "ledger")
        self.name = name
    }

    /// Adds one record; when this returns it survives a crash.
    package func append(_ record: RunRecord) throws(FileError) {
        try append([record])
    }

    /// Adds records in this order, with one fsync for each month they start in.
    package func append(_ records: [RunRecord]) throws(FileError) {
        var rest = records[...]
        while let first = rest.first {
            let month = Self.month(first)
            let batch = rest.prefix { Self.month($0) == month }
            try FileSystem.append(path(month), batch.flatMap { $0.encoded() + [UInt8(ascii: "\n")] })
            rest = rest.dropFirst(batch.count)
        }
    }

    /// Adds records of other types to the file of a month (`2026-11`).
    func append(_ records: [JSONValue], month: String) throws(FileError) {
        try FileSystem.append(path(month), records.flatMap { $0.encoded() + [UInt8(ascii: "\n")] })
    }

    /// The newest records, newest first, at most `count` of those that `isWanted`.
    package func last(_ count: Int, where isWanted: (RunRecord) -> Bool = { _ in true }) throws(FileError)
        -> LedgerReading
    {
        var reading = LedgerReading()
        for file in try files().reversed() {
            for line in try lines(of: file).reversed() {
                guard reading.runs.count < count else { return reading }
                let entry = LedgerEntry(line)
                if case .run(let record) = entry.content, !isWanted(record) { continue }
                reading.add(entry)
            }
        }
        return reading
    }

    /// Hands every line to `body`, oldest first, one month in memory at a time; `body` says whether to go on.
    package func forEach(_ body: (LedgerEntry) -> Bool) throws(FileError) {
        for file in try files() {
            for line in try lines(of: file) where !body(LedgerEntry(line)) { return }
        }
    }

    /// The run whose id is `prefix` or starts with it; hyphens and case do not matter.
    package func find(_ prefix: String) throws(FileError) -> RunMatch {
        let wanted = prefix.lowercased().filter { $0 != "-" }
        guard !wanted.isEmpty else { return .none }
        // The newest readable line of an id counts.
        var found: [RunID: RunMatch] = [:]
        for file in try files() {
            for line in try lines(of: file) {
                guard let id = line.runID, id.hex.hasPrefix(wanted) else { continue }
                let match = Self.match(line)
                if case .unreadable = match, found[id] != nil { continue }
                found[id] = match
            }
        }
        return found.count > 1 ? .ambiguous(found.keys.sorted()) : found.values.first ?? .none
    }

    /// The ids of all runs in the ledger whose records are whole.
    package func runIDs() throws(FileError) -> Set<RunID> {
        var ids: Set<RunID> = []
        try forEach { entry in
            if case .run(let record) = entry.content { ids.insert(record.runID) }
            return true
        }
        return ids
    }

    /// Removes the files of months that ended more than `years` years before `now`; returns their paths.
    ///
    /// As many files as such a span has months are kept whatever their age: a clock that ran years ahead for a while
    /// makes a month or two of its own, and takes nothing that cannot be had again.
    package func removeFiles(olderThanYears years: Int = 5, now: Date) throws(FileError) -> [String] {
        let today = CalendarDay(now)
        guard let limit = CalendarDay(year: today.year - years, month: today.month, day: 1)?.monthText else {
            return []
        }
        let old = try files().dropLast(years * 12 + 1).filter { $0 < path(limit) }
        for file in old { try FileSystem.remove(file) }
        return old
    }

    /// Paths of the months' files, oldest first.
    package func files() throws(FileError) -> [String] {
        try FileSystem.list(directory).filter(isMonthFile).map { FileSystem.join(directory, $0) }
    }

    private func isMonthFile(_ file: String) -> Bool {
        guard file.hasPrefix("\(name)-"), file.hasSuffix(".jsonl") else { return false }
        let month = file.dropFirst(name.count + 1).dropLast(6)
        return Timestamp.date("\(month)-01T00:00:00Z") != nil
    }

    /// The file of a month such as `2026-11`.
    func path(_ month: String) -> String { FileSystem.join(directory, "\(name)-\(month).jsonl") }

    /// Empty lines hold nothing and are left out, but counted.
    private func lines(of file: String) throws(FileError) -> [LedgerLine] {
        let bytes = try FileSystem.read(file) ?? []
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.isEmpty }.map { LedgerLine(file: file, number: $0.offset + 1, bytes: $0.element) }
    }

    private static func month(_ record: RunRecord) -> String { CalendarDay(record.startedAt).monthText }

    private static func match(_ line: LedgerLine) -> RunMatch {
        do throws(RecordError) {
            return .found(try RunRecord(line: Array(line.bytes)))
        } catch {
            return .unreadable(DamagedLine(line, error))
        }
    }
}

/// What a search for a run by the beginning of its id found.
package enum RunMatch: Sendable, Hashable {
    case found(RunRecord)
    /// Several runs; sorted, oldest first.
    case ambiguous([RunID])
    /// The run is there, but its line cannot be read.
    case unreadable(DamagedLine)
    case none
}
