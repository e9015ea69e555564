// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Synchronization

/// CreateSubscription, GetSubscription, ListSubscriptions, UpdateSubscription, DeleteSubscription, and the links by which
/// a receiver says yes or no.
extension NotificationsService {
    private static let endpointLimit = 512

    /// Whether a request is one of the links a receiver follows, which nobody signs.
    static func isLink(_ request: ServerRequest) -> Bool {
        let parts = request.segments
        return request.method == "GET" && parts.count == 4 && parts[1] == "subscriptions"
            && ["confirmation", "unsubscription"].contains(parts[3])
    }

    func subscriptions(
        _ request: ServerRequest, _ parts: [String], base: String, now: Date
    ) throws(ServiceError) -> ServerResponse {
        switch (request.method, parts.count) {
        case ("POST", 1): return try subscribe(request, base: base, now: now)
        case ("GET", 1): return try listSubscriptions(request)
        case ("GET", 2): return Self.answer(try subscription(parts[1]))
        case ("PUT", 2): return try updateSubscription(parts[1], request)
        case ("DELETE", 2):
            try request.requireMatch(try subscription(parts[1]).etag)
            try write { (state) throws(ServiceError) in state.subscriptions.removeAll { $0.id == parts[1] } }
            return ServerResponse(status: 204)
        case ("GET", 3) where parts[2] == "confirmation": return try confirm(parts[1], request, base: base)
        case ("GET", 3) where parts[2] == "unsubscription": return try unsubscribe(parts[1], request)
        case ("POST", 3) where parts[2] == "resendConfirmation":
            let subscription = try subscription(parts[1])
            try invite(subscription, base: base, now: now)
            return Self.answer(subscription)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    private static func answer(_ subscription: Subscription) -> ServerResponse {
        .json(subscription.json, headers: [("etag", subscription.etag)])
    }

    private func subscription(_ id: String) throws(ServiceError) -> Subscription {
        guard let found = state.withLock({ state in state.subscriptions.first { $0.id == id } }) else {
            throw .notFoundOrDenied
        }
        return found
    }

    private func subscribe(_ request: ServerRequest, base: String, now: Date) throws(ServiceError) -> ServerResponse {
        let token = try RetryToken(request, now: now)
        let details = try request.json()
        func text(_ name: String) throws(ServiceError) -> String {
            guard let text = details[name]?.string, !text.isEmpty else { throw .missing(name) }
            return text
        }
        let new = Subscription(
            topic: try topic(try text("topicId")).id, compartment: try text("compartmentId"),
            deliveryProtocol: try text("protocol"), endpoint: try text("endpoint"), tags: Self.tags(details),
            token: token, now: now)
        try Self.check(new)
        let made = try write { (state) throws(ServiceError) in
            if let token {
                for subscription in state.subscriptions {
                    if let earlier = subscription.token, try earlier.isRepeated(by: token) { return subscription }
                }
            }
            state.subscriptions.append(new)
            return new
        }
        if made.id == new.id { try invite(new, base: base, now: now) }
        return Self.answer(made)
    }

    private static func check(_ subscription: Subscription) throws(ServiceError) {
        guard Subscription.protocols.contains(subscription.deliveryProtocol) else {
            throw .invalid("protocol must be one of \(Subscription.protocols.joined(separator: " ")).")
        }
        guard subscription.endpoint.utf8.count <= endpointLimit else {
            throw .invalid("endpoint may have \(endpointLimit) characters.")
        }
        guard ["CUSTOM_HTTPS", "HTTPS"].contains(subscription.deliveryProtocol) else { return }
        guard let address = WebhookAddress(subscription.endpoint) else {
            throw .invalid("endpoint must be an http:// or https:// URL.")
        }
        guard address.isLoopback else {
            throw .invalid(
                "local-oci delivers to this machine only: endpoint must be on 127.0.0.1, [::1] or localhost.")
        }
    }

    /// Asks the receiver to confirm.
    private func invite(_ subscription: Subscription, base: String, now: Date) throws(ServiceError) {
        guard subscription.state == .pending else { return }
        let topic = try topic(subscription.topic)
        do {
            try deliveries.add(Delivery(confirming: subscription, of: topic, base: base, now: now))
        } catch {
            throw ServiceError.unkept(error)
        }
    }

    /// The subscription a link is for; throws where its token is another one.
    private func linked(_ id: String, _ request: ServerRequest) throws(ServiceError) -> Subscription {
        guard let token = request.parameter("token") else { throw .missing("token") }
        guard let name = request.parameter("protocol") else { throw .missing("protocol") }
        let found = try subscription(id)
        guard found.secret == token, found.deliveryProtocol == name else { throw .notFoundOrDenied }
        return found
    }

    private func confirm(_ id: String, _ request: ServerRequest, base: String) throws(ServiceError) -> ServerResponse {
        let subscription = try linked(id, request)
        try write { (state) throws(ServiceError) in
            for index in state.subscriptions.indices where state.subscriptions[index].id == id {
                state.subscriptions[index].state = .active
            }
        }
        let topic = try topic(subscription.topic)
        return .json([
            "topicName": .string(topic.name), "topicId": .string(topic.id), "endpoint": .string(subscription.endpoint),
            "unsubscribeUrl": .string(subscription.link("unsubscription", base: base)),
            "message": .string("You have subscribed \(subscription.endpoint) to topic \(topic.name)."),
            "subscriptionId": .string(id),
        ])
    }

    private func unsubscribe(_ id: String, _ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        let subscription = try linked(id, request)
        try write { (state) throws(ServiceError) in state.subscriptions.removeAll { $0.id == id } }
        return .json(.string("\(subscription.endpoint) gets nothing more."))
    }

    private func listSubscriptions(_ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        let isWanted = try request.compartmentFilter()
        let topic = request.parameter("topicId")
        let found = state.withLock(\.subscriptions).filter { subscription in
            isWanted(subscription.compartment) && (topic == nil || subscription.topic == topic)
        }
        return try ListPage(request).answer(found.map(\.summary))
    }

    private func updateSubscription(_ id: String, _ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        let details = try request.json()
        let milliseconds = details["deliveryPolicy"]?["backoffRetryPolicy"]?["maxRetryDuration"]
        let range = 60_000...Subscription.longestRetrySeconds * 1_000
        if let milliseconds, !milliseconds.isNull {
            guard let number = milliseconds.int, range.contains(number) else {
                throw .invalid("maxRetryDuration must be \(range.lowerBound) to \(range.upperBound) milliseconds.")
            }
        }
        let subscription = try write { (state) throws(ServiceError) in
            guard let index = state.subscriptions.firstIndex(where: { $0.id == id }) else {
                throw ServiceError.notFoundOrDenied
            }
            try request.requireMatch(state.subscriptions[index].etag)
            if let number = milliseconds?.int { state.subscriptions[index].retrySeconds = number / 1_000 }
            let tags = Self.tags(details)
            state.subscriptions[index].tags.removeAll { old in tags.contains { $0.name == old.name } }
            state.subscriptions[index].tags += tags
            state.subscriptions[index].etag = AlarmRecord.newTag()
            return state.subscriptions[index]
        }
        return Self.answer(subscription)
    }
}
