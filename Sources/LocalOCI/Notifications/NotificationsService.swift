// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Synchronization

/// Topics, their subscriptions, and what is published to them (contract §7.5).
final class NotificationsService: Sendable {
    struct State: Sendable {
        var topics: [Topic] = []
        var subscriptions: [Subscription] = []
        var messages: [Message] = []
    }

    private static let bodyLimitBytes = 64 << 10
    private let path: String
    private let settingsPath: String
    let state: Mutex<State>
    let deliveries: DeliveryQueue

    /// - Parameters:
    ///   - path: a file of JSON lines that keeps what was published.
    ///   - settingsPath: the file that keeps topics and subscriptions.
    init(path: String, settingsPath: String, deliveries: DeliveryQueue, now: Date) throws {
        self.path = path
        self.settingsPath = settingsPath
        self.deliveries = deliveries
        let stored = try FileSystem.read(settingsPath).map { try JSONValue.parse($0) }
        let topics = stored?["topics"]?.array?.compactMap(Topic.init(stored:))
        state = Mutex(
            State(
                topics: topics ?? [.standard(now: now)],
                subscriptions: (stored?["subscriptions"]?.array ?? []).compactMap(Subscription.init(stored:)),
                messages: try JSONLines.read(path).compactMap(Message.init(json:))))
    }

    func all() -> [Message] { state.withLock(\.messages) }

    /// Forgets all messages, for good.
    func clear() throws(ServiceError) {
        state.withLock { $0.messages.removeAll() }
        do { try FileSystem.replace(path, []) } catch { throw .unkept(error) }
    }

    /// Whether there is a topic of this OCID.
    func isTopic(_ id: String) -> Bool { state.withLock { state in state.topics.contains { $0.id == id } } }

    /// - Parameter base: where local-oci listens; what GetTopic answers as `apiEndpoint`.
    func answer(_ request: ServerRequest, base: String, now: Date) throws(ServiceError) -> ServerResponse {
        let parts = Array(request.segments.dropFirst())
        switch parts.first {
        case "topics": return try topics(request, parts, base: base, now: now)
        case "subscriptions": return try subscriptions(request, parts, base: base, now: now)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    // MARK: Publishing

    /// PublishMessage.
    func publish(_ request: ServerRequest, topic: String, now: Date) throws(ServiceError) -> ServerResponse {
        guard request.body.count <= Self.bodyLimitBytes else {
            throw ServiceError(413, "RequestEntityTooLarge", "A message may have 64 KB.")
        }
        let details = try request.json()
        guard let body = details["body"]?.string, !body.isEmpty else { throw .missing("body") }
        let message = Message(
            topic: topic, title: details["title"]?.string, body: body,
            type: request.header("messagetype") ?? "RAW_TEXT", time: now)
        try publish(message)
        return .json(
            status: 202,
            ["messageId": .string(message.id), "timeStamp": .string(WireTime.rfc3339(now))])
    }

    /// Keeps the message and sends it to every confirmed subscription of its topic.
    func publish(_ message: Message) throws(ServiceError) {
        let (topic, receivers) = state.withLock { state in
            state.messages.append(message)
            let receivers = state.subscriptions.filter { $0.topic == message.topic && $0.state == .active }
            return (state.topics.first { $0.id == message.topic }, receivers)
        }
        do {
            try FileSystem.append(path, message.json.encoded() + [UInt8(ascii: "\n")], durable: false)
            for receiver in receivers {
                guard let topic else { continue }
                try deliveries.add(Delivery(message, to: receiver, of: topic))
            }
        } catch {
            throw ServiceError.unkept(error)
        }
    }

    // MARK: Keeping

    /// Changes topics and subscriptions, and keeps them.
    func write<Value: Sendable>(
        _ edit: (inout State) throws(ServiceError) -> Value
    ) throws(ServiceError) -> Value {
        let outcome: Result<Value, ServiceError> = state.withLock { state in
            do throws(ServiceError) {
                let value = try edit(&state)
                try keep(state)
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private func keep(_ state: State) throws(ServiceError) {
        let stored: JSONValue = [
            "topics": .array(state.topics.map(\.stored)), "subscriptions": .array(state.subscriptions.map(\.stored)),
        ]
        do {
            try FileSystem.replace(settingsPath, stored.encoded() + [UInt8(ascii: "\n")])
        } catch {
            throw ServiceError.unkept(error)
        }
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
