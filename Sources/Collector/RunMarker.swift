// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import JSON
package import Ledger

/// `running.json`: names the run in progress, so that others can tell of a run that died.
package struct RunMarker: Sendable, Hashable {
    package let run: RunID
    package let startedAt: Date
    /// systemd's id of the start; nil for a run started by hand.
    package var invocationID: String?
    package var plannedAt: Date?
    /// The run has died, is in the ledger, and its metrics are told; the marker stays for the next run to look closely.
    package var isTold = false

    package init(run: RunID, startedAt: Date, invocationID: String? = nil, plannedAt: Date? = nil) {
        self.run = run
        self.startedAt = startedAt
        self.invocationID = invocationID
        self.plannedAt = plannedAt
    }

    package func write(_ path: String) throws(FileError) {
        var members = [
            JSONMember("schema", 1), JSONMember("run_id", .string(run.description)),
            JSONMember("started_at", .string(Timestamp.text(startedAt))),
        ]
        if let invocationID { members.append(JSONMember("invocation_id", .string(invocationID))) }
        if let plannedAt { members.append(JSONMember("planned_at", .string(Timestamp.text(plannedAt)))) }
        if isTold { members.append(JSONMember("told", .bool(true))) }
        members.append(JSONMember("pid", .int(HostFacts.processID)))
        try FileSystem.replace(path, JSONValue.object(members).encoded() + [0x0A], durable: false)
    }

    /// What a run that died left behind: the marker, or nil inside if it cannot be read; nothing at all is `.none`.
    package static func leftBehind(_ path: String) throws(FileError) -> RunMarker?? {
        guard let bytes = try FileSystem.read(path) else { return .none }
        // A marker torn by the crash it tells of still tells of it.
        guard let marker = try? JSONValue.parse(bytes), let run = marker["run_id"]?.string.flatMap(RunID.init),
            let time = marker["started_at"]?.string.flatMap(Timestamp.date)
        else { return .some(nil) }
        var found = RunMarker(
            run: run, startedAt: time, invocationID: marker["invocation_id"]?.string,
            plannedAt: marker["planned_at"]?.string.flatMap(Timestamp.date))
        found.isTold = marker["told"] == .bool(true)
        return .some(found)
    }
}
