// SPDX-License-Identifier: MIT

import HTTPTypes
import JSON

/// OCI Notifications (contract §7.5).
package struct Notifications: Sendable {
    package let client: OCIClient

    package init(client: OCIClient) { self.client = client }

    /// The service takes at most this much in one request.
    package static let sizeLimitBytes = 64 << 10

    /// A topic, as far as publishing to it needs.
    package struct Topic: Sendable, Hashable {
        package let id: String
        package let name: String?
        /// `ACTIVE` `DELETING` `CREATING`, or a text of later years.
        package let state: String?
        /// Where messages are published: `https://…`.
        package let apiEndpoint: String?
    }

    /// GetTopic.
    package func topic(_ id: String) async throws(OCIError) -> Topic {
        var call = OCIClient.Call("GetTopic", .notifications, .get, "/topics/\(id)")
        call.subject = id
        let body = try await client.send(call).json()
        return Topic(
            id: body.text("topicId") ?? id, name: body.text("name"), state: body.text("lifecycleState"),
            apiEndpoint: body.text("apiEndpoint"))
    }

    /// PublishMessage: the title is an e-mail's subject. Gives the message's id.
    ///
    /// Sent to the topic's own endpoint (`topic(_:)` tells it), unless `oci.endpoints.notifications` overrides all
    /// of them; to the region's where neither is known. Tried again only where nothing was published for sure.
    package func publish(title: String?, body: String, to topic: Topic) async throws(OCIError) -> String? {
        var call = OCIClient.Call("PublishMessage", .notifications, .post, "/topics/\(topic.id)/messages")
        call.subject = topic.name ?? topic.id
        call.endpoint = try endpoint(of: topic)
        call.headers[.messageType] = "RAW_TEXT"
        call.repeats = .undelivered
        let message = JSONValue.present([("title", title.map(JSONValue.string)), ("body", .string(body))]).encoded()
        guard message.count <= Self.sizeLimitBytes else {
            throw .unusable(
                operation: call.title,
                problem: "the message has \(message.count) bytes, \(Self.sizeLimitBytes) are allowed; shorten it")
        }
        call.body = message
        return try await client.send(call).json().text("messageId")
    }

    /// A subscription of a topic: what it speaks and whether its receiver has said yes.
    package struct Subscription: Sendable, Hashable {
        package let id: String?
        /// `EMAIL` `CUSTOM_HTTPS` `SLACK` and others.
        package let deliveryProtocol: String?
        /// `PENDING` `ACTIVE` `DELETED`, or a text of later years.
        package let state: String?
    }

    /// ListSubscriptions: those of one topic, all pages. Addresses are left out: they may be secrets.
    package func subscriptions(
        topic: String, compartment: String
    ) async throws(OCIError) -> [Subscription] {
        var call = OCIClient.Call("ListSubscriptions", .notifications, .get, "/subscriptions")
        call.subject = topic
        call.ask("compartmentId", compartment)
        call.ask("topicId", topic)
        return try await client.allPages(call).map { json in
            Subscription(
                id: json.text("id"), deliveryProtocol: json.text("protocol"), state: json.text("lifecycleState"))
        }
    }

    private func endpoint(of topic: Topic) throws(OCIError) -> Endpoint? {
        guard !client.endpoints.isOverridden(.notifications), let text = topic.apiEndpoint else { return nil }
        return try Endpoint.parse(text, for: .notifications)
    }
}
