// SPDX-License-Identifier: MIT

import Files
import Ledger
import OCI

/// The records of answers that are about to be committed: a replay killed between its commit and its ledger finds them
/// here, and so does the ledger.
struct PendingRecords: Sendable {
    /// One for each archive: another one's commits tell nothing about these.
    private let path: String

    init(state: StatePaths, place: String) {
        let name = Hex.encode(Array(Digest.sha256(Array(place.utf8)).prefix(8)))
        path = FileSystem.join(state.root, "replay-pending-\(name).jsonl")
    }

    /// Survives a crash when it returns.
    func write(_ records: [RunRecord]) throws(FileError) {
        try FileSystem.replace(path, Array(records.map { $0.encoded() + [0x0A] }.joined()))
    }

    func clear() throws(FileError) { try FileSystem.remove(path) }

    /// Puts those that were committed and never recorded into the ledger; the others will be taken again.
    ///
    /// - Parameters:
    ///   - known: the runs in the ledger.
    ///   - commits: which commits of the archive name a run.
    func settle(in ledger: RunLedger, known: Set<RunID>, commits: [RunID: [Int]]) throws(FileError) {
        guard let bytes = try FileSystem.read(path) else { return }
        var late: [RunRecord] = []
        for line in bytes.split(separator: 0x0A) {
            // The file is replaced as a whole; what cannot be read was not written by this program.
            guard var record = try? RunRecord(line: Array(line)), !known.contains(record.runID) else { continue }
            guard let numbers = commits[record.runID] else { continue }
            record.commits = numbers.sorted()
            late.append(record)
        }
        if !late.isEmpty { try ledger.append(late) }
        try clear()
    }
}
