// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// One message on its way to one subscription.
struct Delivery: Sendable, Hashable {
    enum State: String, Sendable {
        case waiting, delivered
        /// Refused for good, or tried for as long as the subscription allows.
        case failed
        /// Of a protocol that would leave this machine: only noted.
        case noted
    }

    let id: String
    /// Of the message; for a confirmation, of its own.
    let message: String
    let subscription: String
    let endpoint: String
    let headers: [String: String]
    let body: String
    /// How long it is tried.
    let retrySeconds: Int
    let time: Date
    var state: State
    var attempts = 0
    /// The status of the last answer; nil where none came.
    var status: Int?
    /// Why the last attempt failed.
    var problem: String?

    /// A message of the topic for a subscription.
    init(_ message: Message, to subscription: Subscription, of topic: Topic) {
        self.init(
            message: message.id, subscription, topic, body: message.webhookBody ?? message.body, time: message.time,
            headers: ["x-oci-ns-messagetype": "Notification"])
    }

    /// The question whether the receiver wants messages (docs.oracle.com, "Confirming a Subscription").
    init(confirming subscription: Subscription, of topic: Topic, base: String, now: Date) {
        let link = subscription.link("confirmation", base: base)
        let body: JSONValue = ["ConfirmationURL": .string(link)]
        self.init(
            message: UUID().uuidString.lowercased(), subscription, topic, body: body.text, time: now,
            headers: ["x-oci-ns-messagetype": "SubscriptionConfirmation", "x-oci-ns-confirmationurl": link])
    }

    private init(
        message: String, _ subscription: Subscription, _ topic: Topic, body: String, time: Date,
        headers: [String: String]
    ) {
        id = UUID().uuidString.lowercased()
        self.message = message
        self.subscription = subscription.id
        endpoint = subscription.endpoint
        self.body = body
        retrySeconds = subscription.retrySeconds
        self.time = time
        state = ["CUSTOM_HTTPS", "HTTPS"].contains(subscription.deliveryProtocol) ? .waiting : .noted
        // Text that is no JSON goes as text.
        let isJSON = (try? JSONValue.parse(body))?.object != nil
        self.headers = headers.merging(
            [
                "content-type": isJSON ? "application/json" : "text/plain; charset=UTF-8",
                "x-oci-ns-messageid": message, "x-oci-ns-topicocid": topic.id, "x-oci-ns-topicname": topic.name,
                "x-oci-ns-subscriptionid": subscription.id, "x-oci-ns-timestamp": WireTime.rfc3339(time),
                "x-oci-ns-state": subscription.state == .active ? "Active" : "Pending",
            ], uniquingKeysWith: { own, _ in own })
    }

    var json: JSONValue {
        [
            "id": .string(id), "message": .string(message), "subscription": .string(subscription),
            "endpoint": .string(endpoint),
            "headers": .object(headers.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }),
            "body": .string(body), "retry_s": .int(retrySeconds), "time": .string(WireTime.rfc3339(time)),
            "state": .string(state.rawValue), "attempts": .int(attempts), "status": .optional(status),
            "problem": .optional(problem),
        ]
    }

    /// Reads `json`; nil for anything else.
    init?(json: JSONValue) {
        guard let id = json["id"]?.string, let message = json["message"]?.string,
            let subscription = json["subscription"]?.string, let endpoint = json["endpoint"]?.string,
            let body = json["body"]?.string, let retrySeconds = json["retry_s"]?.int,
            let time = json["time"]?.string.flatMap(WireTime.date(rfc3339:)),
            let state = json["state"]?.string.flatMap(State.init(rawValue:)), let attempts = json["attempts"]?.int
        else { return nil }
        self.id = id
        self.message = message
        self.subscription = subscription
        self.endpoint = endpoint
        var headers: [String: String] = [:]
        for member in json["headers"]?.object ?? [] { headers[member.name] = member.value.string }
        self.headers = headers
        self.body = body
        self.retrySeconds = retrySeconds
        self.time = time
        self.state = state
        self.attempts = attempts
        status = json["status"]?.int
        problem = json["problem"]?.string
    }
}
