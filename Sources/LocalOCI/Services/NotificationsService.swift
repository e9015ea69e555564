// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Synchronization

/// Publishing to topics, and a look at one (contract §7.5).
final class NotificationsService: Sendable {
    struct Message: Sendable {
        let id: String
        let topic: String
        let title: String?
        let body: String
        let type: String
        let time: Date

        var json: JSONValue {
            [
                "id": .string(id), "topic": .string(topic), "title": .optional(title), "body": .string(body),
                "type": .string(type), "time": .string(WireTime.rfc3339(time)),
            ]
        }
    }

    private static let bodyLimitBytes = 64 << 10
    private let path: String
    private let messages: Mutex<[Message]>

    /// - Parameter path: a file of JSON lines that keeps what was published.
    init(path: String) throws {
        self.path = path
        messages = Mutex(try JSONLines.read(path).compactMap(Message.init(json:)))
    }

    func all() -> [Message] { messages.withLock { $0 } }

    func clear() { messages.withLock { $0.removeAll() } }

    /// - Parameter endpoint: what GetTopic answers as `apiEndpoint`.
    func answer(_ request: ServerRequest, endpoint: String, now: Date) throws(ServiceError) -> ServerResponse {
        let parts = request.segments
        guard parts.count >= 3, parts[1] == "topics" else { throw .unknownOperation(request.method, request.path) }
        guard parts[2] == Tenant.topic else { throw .notFoundOrDenied }
        switch (request.method, parts.count) {
        case ("GET", 3):
            return .json(
                [
                    "name": "polisen-alarms", "topicId": .string(Tenant.topic), "lifecycleState": "ACTIVE",
                    "compartmentId": .string(Tenant.compartment), "apiEndpoint": .string(endpoint),
                ], headers: [("etag", "topic-1")])
        case ("POST", 4) where parts[3] == "messages": return try publish(request, topic: parts[2], now: now)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    private func publish(_ request: ServerRequest, topic: String, now: Date) throws(ServiceError) -> ServerResponse {
        guard request.body.count <= Self.bodyLimitBytes else {
            throw ServiceError(413, "RequestEntityTooLarge", "A message may have 64 KB.")
        }
        let details = try request.json()
        guard let body = details["body"]?.string, !body.isEmpty else { throw .missing("body") }
        let message = Message(
            id: UUID().uuidString.lowercased(), topic: topic, title: details["title"]?.string, body: body,
            type: request.header("messagetype") ?? "RAW_TEXT", time: now)
        messages.withLock { $0.append(message) }
        do {
            try FileSystem.append(path, message.json.encoded() + [UInt8(ascii: "\n")], durable: false)
        } catch {
            throw ServiceError(500, "InternalServerError", "local-oci cannot keep its data: \(error)")
        }
        return .json(
            status: 202,
            ["messageId": .string(message.id), "timeStamp": .string(WireTime.rfc3339(now))])
    }
}

extension NotificationsService.Message {
    fileprivate init?(json: JSONValue) {
        guard let id = json["id"]?.string, let topic = json["topic"]?.string, let body = json["body"]?.string,
            let type = json["type"]?.string, let time = json["time"]?.string.flatMap(WireTime.date(rfc3339:))
        else { return nil }
        self.init(id: id, topic: topic, title: json["title"]?.string, body: body, type: type, time: time)
    }
}

/// A file with one JSON value a line.
enum JSONLines {
    /// What can be read of it; nothing where there is no such file. A torn last line is left out.
    static func read(_ path: String) throws(FileError) -> [JSONValue] {
        guard let bytes = try FileSystem.read(path) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONValue.parse(Array($0)) }
    }
}
