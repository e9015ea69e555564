// SPDX-License-Identifier: MIT

import Files
import Ledger
import Logging

/// The way of run records into the archive: `runs/YYYY/MM/DD/<run-id>.json`, each created once.
struct RecordOutbox: Sendable {
    let directory: String
    let log: Logger

    /// How many records of earlier runs one run sends along.
    private static let batch = 20

    static func object(_ record: RunRecord) -> String {
        "runs/\(CalendarDay(record.startedAt).text(separator: "/"))/\(record.runID).json"
    }

    /// Keeps a record for a later run to send.
    func keep(_ record: RunRecord) {
        do throws(FileError) {
            try FileSystem.replace(FileSystem.join(directory, "\(record.runID).json"), record.encoded() + [0x0A])
        } catch {
            log.warning(
                "the run's record cannot wait for a later run to copy it into the archive",
                metadata: ["error": "\(error)"])
        }
    }

    /// Sends a record, and those that wait.
    func send(_ record: RunRecord, to store: ArchiveStore) async {
        do throws(ArchiveError) {
            _ = try await store.create(Self.object(record), record.encoded() + [0x0A])
        } catch {
            log.warning("the run's record could not be copied into the archive", metadata: ["error": "\(error)"])
            return keep(record)
        }
        for name in waiting().prefix(Self.batch) where !(await sendWaiting(name, to: store)) { return }
    }

    private func waiting() -> [String] {
        // An outbox that cannot be listed waits for a run that can.
        ((try? FileSystem.list(directory)) ?? []).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    }

    private func sendWaiting(_ name: String, to store: ArchiveStore) async -> Bool {
        let path = FileSystem.join(directory, name)
        guard let bytes = try? FileSystem.read(path), let record = try? RunRecord(line: bytes) else { return true }
        do throws(ArchiveError) {
            _ = try await store.create(Self.object(record), bytes)
        } catch {
            log.warning("a waiting run record could not be sent", metadata: ["object": "\(name)", "error": "\(error)"])
            return false
        }
        // Sent twice is as good as sent once: it is created only where it is missing.
        try? FileSystem.remove(path)
        return true
    }
}
