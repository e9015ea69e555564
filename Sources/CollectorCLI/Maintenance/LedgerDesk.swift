// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import Logging
import ServiceLevels
import Transport

/// Where the commands about planned work and notes read and write; what goes wrong is told, and becomes an exit code.
struct LedgerDesk: Sendable {
    let live: Live
    let surroundings: Surroundings
    let now: Date
    /// Who types.
    let author: String

    var ledger: RunLedger { RunLedger(statePath: live.state.root) }

    init(_ options: GlobalOptions, _ surroundings: Surroundings) throws(ExitStatus) {
        // Before root goes on as the user to whom the state belongs.
        author = surroundings.author
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
        let book = try book()
        mend(book)
        return try body(book)
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
        } catch {
            throw surroundings.cannotWrite(error)
        }
        let after = LedgerBook(maintenance: book.maintenance + [record])
        do throws(FileError) {
            try OpenMaintenance(after.open(at: now)).write(live.state.maintenance)
        } catch {
            surroundings.complain(
                "the ledger has maintenance \(record.id), but runs, `status` and notices do not know of it: \(error); "
                    + "then type any `annotate` or `maintenance` command, which makes the file anew")
            throw .cannotWrite
        }
    }

    /// The file that runs look at says what the ledger says, also after a command that was killed between the two, and
    /// where somebody took the file away.
    private func mend(_ book: LedgerBook) {
        let whole = OpenMaintenance(book.open(at: now))
        let kept = OpenMaintenance(reading: live.state.maintenance)
        guard kept?.unended(at: now) != whole.entries else { return }
        // A disk that cannot be written is told by the record that is to be written next.
        try? whole.write(live.state.maintenance)
    }

    /// Refuses what the ledger would not keep, or what is a slip of the finger.
    func check(_ date: Date, _ flag: String) throws(ExitStatus) {
        let (years, day) = (5.0, 86_400.0)
        guard date < now.addingTimeInterval(-years * 365 * day) || date > now.addingTimeInterval(366 * day) else {
            return
        }
        surroundings.complain(
            "\(flag) is \(WrittenTime.text(date)): the ledger keeps five years, and plans for one; correct the date")
        throw .usage
    }

    func write(_ note: NoteRecord) throws(ExitStatus) {
        do throws(FileError) {
            try ledger.append(note)
        } catch {
            throw surroundings.cannotWrite(error)
        }
    }

    /// The run whose id begins so.
    func run(_ id: String) throws(ExitStatus) -> RunRecord {
        let match: RunMatch
        do throws(FileError) {
            match = try ledger.find(id)
        } catch {
            surroundings.complain("the ledger cannot be read: \(error)")
            throw error.isForbidden ? .denied : .badData
        }
        switch match {
        case .found(let record): return record
        case .none: surroundings.complain("there is no run '\(id)': `polisen-collector runs` lists them")
        case .ambiguous(let runs):
            surroundings.complain("\(runs.count) runs begin with '\(id)': give more of the id")
        case .unreadable(let line): surroundings.complain("the record of run '\(id)' is damaged: \(line)")
        }
        throw .badData
    }

    /// A note of this host, written down now.
    func note(_ id: String, _ kind: NoteRecord.Kind, _ text: String, at date: Date) -> NoteRecord {
        NoteRecord(
            id: id, kind: kind, job: live.configuration.job, recordedAt: now, at: date, text: text,
            author: author, host: HostFacts.hostName, version: Product.version)
    }
}

extension Surroundings {
    /// Who types: the user before sudo, else the one who signed in.
    var author: String {
        let names = ["SUDO_USER", "LOGNAME", "USER"].lazy.compactMap { environment[$0].flatMap(Sentence.read) }
        return names.first ?? Sentence.read(ProcessInfo.processInfo.userName) ?? "uid \(HostFacts.effectiveUserID)"
    }

    /// An error, at most 80 columns wide.
    func complain(_ text: String) {
        tell(wrapped("polisen-collector: \(text)", width: 80, indent: 4).joined(separator: "\n"))
    }

    fileprivate func cannotWrite(_ error: FileError) -> ExitStatus {
        complain("nothing was written: \(error)")
        return .cannotWrite
    }
}

/// The text of a reason or a note: one that says something, in one paragraph, and fits a report.
enum Sentence {
    static let limit = 500

    /// nil where it says nothing or too much. Line feeds become blanks, terminal escapes U+FFFD.
    static func read(_ text: String) -> String? {
        let words = text.harmless.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty || words.count > limit ? nil : words
    }
}
