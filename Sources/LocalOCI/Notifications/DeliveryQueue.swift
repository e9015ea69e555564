// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import Synchronization
import Transport

/// Takes messages to webhooks on this machine, again and again where they do not arrive, also after a restart: at least
/// once each.
final class DeliveryQueue: Sendable {
    private let path: String
    private let clock: LocalClock
    private let deliveries: Mutex<[Delivery]>
    private let waiting: AsyncStream<Delivery>
    private let enqueue: AsyncStream<Delivery>.Continuation

    /// Seconds of local-oci's clock before the second attempt; each further wait is twice as long.
    private static let firstPause = 1.0
    private static let longestPause = 60.0
    private static let timeout: Duration = .seconds(10)

    /// - Parameter path: a file of JSON lines, one for each change of a delivery; the last one of an id counts.
    init(path: String, clock: LocalClock) throws {
        self.path = path
        self.clock = clock
        var known: [Delivery] = []
        var places: [String: Int] = [:]
        for delivery in try JSONLines.read(path).compactMap(Delivery.init(json:)) {
            if let place = places[delivery.id] {
                known[place] = delivery
            } else {
                places[delivery.id] = known.count
                known.append(delivery)
            }
        }
        deliveries = Mutex(known)
        (waiting, enqueue) = AsyncStream.makeStream(of: Delivery.self)
        for delivery in known where delivery.state == .waiting { enqueue.yield(delivery) }
    }

    func all() -> [Delivery] { deliveries.withLock { $0 } }

    /// Forgets what has ended.
    func clear() { deliveries.withLock { $0.removeAll { $0.state != .waiting } } }

    /// Keeps it, and sends it as soon as `run` comes to it.
    func add(_ delivery: Delivery) throws(FileError) {
        deliveries.withLock { $0.append(delivery) }
        try keep(delivery)
        if delivery.state == .waiting { enqueue.yield(delivery) }
    }

    private func keep(_ delivery: Delivery) throws(FileError) {
        try FileSystem.append(path, delivery.json.encoded() + [UInt8(ascii: "\n")], durable: false)
    }

    /// Delivers until the task is cancelled. To be called once.
    func run(_ transport: HTTPTransport) async {
        await withDiscardingTaskGroup { group in
            for await delivery in waiting {
                group.addTask { await self.deliver(delivery, transport) }
            }
        }
    }

    private func deliver(_ delivery: Delivery, _ transport: HTTPTransport) async {
        var delivery = delivery
        var pause = Self.firstPause
        var waited = 0.0
        while delivery.state == .waiting {
            await attempt(&delivery, transport)
            if Task.isCancelled { return }
            if delivery.state == .waiting, waited + pause > Double(delivery.retrySeconds) { delivery.state = .failed }
            note(delivery)
            guard delivery.state == .waiting else { return }
            // A clock that runs fast shortens the wait; one that stands still does not make it endless.
            try? await Task.sleep(for: .seconds(pause / max(1, clock.rate)))
            if Task.isCancelled { return }
            waited += pause
            pause = min(Self.longestPause, pause * 2)
        }
    }

    private func note(_ delivery: Delivery) {
        deliveries.withLock { deliveries in
            if let place = deliveries.lastIndex(where: { $0.id == delivery.id }) { deliveries[place] = delivery }
        }
        // The list in memory is right; at worst a message is delivered again after a restart.
        try? keep(delivery)
    }

    private func attempt(_ delivery: inout Delivery, _ transport: HTTPTransport) async {
        delivery.attempts += 1
        delivery.status = nil
        guard let address = WebhookAddress(delivery.endpoint), address.isLoopback else {
            delivery.state = .failed
            delivery.problem = "the endpoint is not on this machine"
            return
        }
        do throws(TransportError) {
            let status = try await transport.send(Self.call(delivery, to: address)).status
            delivery.status = status
            delivery.problem = (200...299).contains(status) ? nil : "the endpoint answered \(status)"
            if (200...299).contains(status) { delivery.state = .delivered }
            if (300...499).contains(status), status != 408, status != 429 { delivery.state = .failed }
        } catch {
            delivery.problem = "\(error)"
        }
    }

    private static func call(_ delivery: Delivery, to address: WebhookAddress) -> HTTPCall {
        var request = HTTPRequest(
            method: .post, scheme: address.scheme, authority: address.authority, path: address.path)
        for (name, value) in delivery.headers {
            if let name = HTTPField.Name(name) { request.headerFields[name] = value }
        }
        request.headerFields[.authorization] = address.authorization
        var call = HTTPCall(request, body: Array(delivery.body.utf8))
        call.timeout = timeout
        call.usesProxy = false
        return call
    }
}
