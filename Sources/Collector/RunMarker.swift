// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import JSON
package import Ledger

/// `running.json`: names the run in progress, so that the next one can tell of a run that died.
package struct RunMarker: Sendable, Hashable {
    package let run: RunID
    package let startedAt: Date

    package init(run: RunID, startedAt: Date) {
        self.run = run
        self.startedAt = startedAt
    }

    package func write(_ path: String) throws(FileError) {
        let marker: JSONValue = [
            "schema": 1, "run_id": .string(run.description), "started_at": .string(Timestamp.text(startedAt)),
            "pid": .int(HostFacts.processID),
        ]
        try FileSystem.replace(path, marker.encoded() + [0x0A], durable: false)
    }

    /// What a run that died left behind: the marker, or nil inside if it cannot be read; nothing at all is `.none`.
    package static func leftBehind(_ path: String) throws(FileError) -> RunMarker?? {
        guard let bytes = try FileSystem.read(path) else { return .none }
        // A marker torn by the crash it tells of still tells of it.
        guard let marker = try? JSONValue.parse(bytes), let run = marker["run_id"]?.string.flatMap(RunID.init),
            let time = marker["started_at"]?.string.flatMap(Timestamp.date)
        else { return .some(nil) }
        return .some(RunMarker(run: run, startedAt: time))
    }
}
