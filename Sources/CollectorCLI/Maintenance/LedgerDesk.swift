// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import Logging
import Transport

/// Where the commands about planned work and notes read and write; what goes wrong is told, and becomes an exit code.
struct LedgerDesk: Sendable {
    let live: Live
    let surroundings: Surroundings
    let now: Date

    var ledger: RunLedger { RunLedger(statePath: live.state.root) }

    init(_ options: GlobalOptions, _ surroundings: Surroundings) throws(ExitStatus) {
        live = try options.live(in: surroundings, for: .reading)
        self.surroundings = surroundings
        // The ledger keeps milliseconds; what is told is what is kept.
        now = Timestamp.date(milliseconds: Timestamp.milliseconds(live.time.now()))
    }

    /// Runs `body` on what the ledger holds while no other command of this kind writes.
    func changing(_ body: (LedgerBook) throws(ExitStatus) -> ExitStatus) throws(ExitStatus) -> ExitStatus {
        guard FileSystem.exists(live.state.root) else {
            surroundings.complain(
                "there is no directory \(live.state.root): correct state.path; the first run makes the right one")
            throw .configuration
        }
        let lock: FileLock?
        do throws(FileError) {
            lock = try FileLock.acquire(live.state.maintenance + ".lock", within: .seconds(5))
        } catch {
            throw surroundings.cannotWrite(error)
        }
        guard let lock else {
            surroundings.complain("another command is writing into \(live.state.root): try again in a moment")
            throw .temporary
        }
        defer { lock.release() }
        return try body(try book())
    }

    func book() throws(ExitStatus) -> LedgerBook {
        do throws(FileError) {
            return try LedgerBook(ledger)
        } catch {
            surroundings.complain("the ledger cannot be read: \(error)")
            throw error.isForbidden ? .denied : .badData
        }
    }

    /// Writes the record down, then the file that runs look at.
    func write(_ record: MaintenanceRecord, _ book: LedgerBook) throws(ExitStatus) {
        do throws(FileError) {
            try ledger.append(record)
            let after = LedgerBook(maintenance: book.maintenance + [record])
            try OpenMaintenance(after.open(at: now)).write(live.state.maintenance)
        } catch {
            throw surroundings.cannotWrite(error)
        }
    }

    func write(_ note: NoteRecord) throws(ExitStatus) {
        do throws(FileError) {
            try ledger.append(note)
        } catch {
            throw surroundings.cannotWrite(error)
        }
    }

    /// A note of this host, written down now.
    func note(_ id: String, _ kind: NoteRecord.Kind, _ text: String, at date: Date) -> NoteRecord {
        NoteRecord(
            id: id, kind: kind, job: live.configuration.job, recordedAt: now, at: date, text: text,
            author: surroundings.author, host: HostFacts.hostName, version: Product.version)
    }
}

extension Surroundings {
    /// Who types: the user before sudo, else the one who signed in.
    var author: String {
        let names = ["SUDO_USER", "LOGNAME", "USER"].lazy.compactMap { environment[$0] }
        return names.first { !$0.isEmpty } ?? "uid \(HostFacts.effectiveUserID)"
    }

    /// An error, at most 80 columns wide.
    func complain(_ text: String) {
        tell(wrapped("polisen-collector: \(text)", width: 80, indent: 4).joined(separator: "\n"))
    }

    fileprivate func cannotWrite(_ error: FileError) -> ExitStatus {
        complain("nothing more was written: \(error)")
        return .cannotWrite
    }
}

/// The text of a reason or a note: one that says something, in one paragraph, and fits a report.
enum Sentence {
    static let limit = 500

    /// nil where it says nothing or too much.
    static func read(_ text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty || words.count > limit ? nil : words
    }
}
