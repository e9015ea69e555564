// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Synchronization

/// What was asked of local-oci, in order; admin requests are left out.
final class RequestLog: Sendable {
    struct Entry: Sendable {
        let time: Date
        let service: ServiceName
        let method: String
        let target: String
        let status: Int
        let requestBytes: Int
        let responseBytes: Int
        let connection: Int
        let clientRequestID: String?
        let requestID: String
        /// Why it was refused, or which part of it a fault struck.
        let note: String?

        var json: JSONValue {
            [
                "time": .string(WireTime.rfc3339(time)), "service": .string(service.rawValue),
                "method": .string(method), "target": .string(target), "status": .int(status),
                "request_bytes": .int(requestBytes), "response_bytes": .int(responseBytes),
                "connection": .int(connection), "client_request_id": .optional(clientRequestID),
                "request_id": .string(requestID), "note": .optional(note),
            ]
        }
    }

    /// Enough for any test; a soak run does not fill the memory.
    private static let limit = 100_000
    private let path: String?
    private let entries = Mutex<[Entry]>([])

    /// - Parameter path: each entry is also appended to this file, as a line of JSON.
    init(path: String? = nil) { self.path = path }

    func add(_ entry: Entry) {
        entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeFirst(Self.limit / 10) }
            entries.append(entry)
        }
        guard let path else { return }
        // A log that cannot be written must not fail the request it tells of; the list in memory is complete.
        try? FileSystem.append(path, entry.json.encoded() + [UInt8(ascii: "\n")], durable: false)
    }

    func all() -> [Entry] { entries.withLock { $0 } }

    func clear() { entries.withLock { $0.removeAll() } }
}
