// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// Who gets what is published to a topic.
struct Subscription: Sendable, Hashable {
    enum State: String, Sendable {
        case pending = "PENDING"
        case active = "ACTIVE"
    }

    let id: String
    let topic: String
    let compartment: String
    let deliveryProtocol: String
    let endpoint: String
    var state: State
    let created: Date
    /// What the confirmation URL carries.
    let secret: String
    var etag: String
    /// How long a delivery is tried.
    var retrySeconds: Int
    var tags: [JSONMember]
    let token: RetryToken?

    static let protocols = [
        "CUSTOM_HTTPS", "EMAIL", "HTTPS", "ORACLE_FUNCTIONS", "PAGERDUTY", "SLACK", "SMS",
    ]
    /// Two hours, the most the service allows.
    static let longestRetrySeconds = 7_200

    /// A subscription nobody has confirmed yet; functions need no confirmation.
    init(
        topic: String, compartment: String, deliveryProtocol: String, endpoint: String, tags: [JSONMember],
        token: RetryToken?, now: Date
    ) {
        id = "ocid1.onssubscription.oc1.\(Tenant.region).localoci\(AlarmRecord.newTag().filter { $0 != "-" })"
        self.topic = topic
        self.compartment = compartment
        self.deliveryProtocol = deliveryProtocol
        self.endpoint = endpoint
        state = deliveryProtocol == "ORACLE_FUNCTIONS" ? .active : .pending
        created = now
        secret = AlarmRecord.newTag()
        etag = AlarmRecord.newTag()
        retrySeconds = Self.longestRetrySeconds
        self.tags = tags
        self.token = token
    }

    /// Where it is confirmed or ended, by a GET that nobody signs.
    func link(_ action: String, base: String) -> String {
        "\(base)/20181201/subscriptions/\(id)/\(action)?token=\(secret)&protocol=\(deliveryProtocol)"
    }

    private var policy: JSONValue {
        ["backoffRetryPolicy": ["maxRetryDuration": .int(retrySeconds * 1_000), "policyType": "EXPONENTIAL"]]
    }

    private var members: [JSONMember] {
        [
            JSONMember("id", .string(id)), JSONMember("topicId", .string(topic)),
            JSONMember("protocol", .string(deliveryProtocol)), JSONMember("endpoint", .string(endpoint)),
            JSONMember("lifecycleState", .string(state.rawValue)), JSONMember("compartmentId", .string(compartment)),
            JSONMember("createdTime", .int(Int(created.timeIntervalSince1970 * 1_000))),
            JSONMember("etag", .string(etag)),
        ] + tags
    }

    /// The Subscription of the API: its policy is a text.
    var json: JSONValue { .object(members + [JSONMember("deliverPolicy", .string(policy.text))]) }
    /// The SubscriptionSummary of the API: its policy is an object.
    var summary: JSONValue { .object(members + [JSONMember("deliveryPolicy", policy)]) }

    var stored: JSONValue {
        [
            "id": .string(id), "topic": .string(topic), "compartment": .string(compartment),
            "protocol": .string(deliveryProtocol), "endpoint": .string(endpoint), "state": .string(state.rawValue),
            "created": .string(WireTime.rfc3339(created)), "secret": .string(secret), "etag": .string(etag),
            "retry_s": .int(retrySeconds), "tags": .object(tags), "token": token?.stored ?? .null,
        ]
    }

    /// Reads `stored`; nil for anything else.
    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string, let topic = stored["topic"]?.string,
            let compartment = stored["compartment"]?.string, let name = stored["protocol"]?.string,
            let endpoint = stored["endpoint"]?.string,
            let state = stored["state"]?.string.flatMap(State.init(rawValue:)),
            let created = stored["created"]?.string.flatMap(WireTime.date(rfc3339:)),
            let secret = stored["secret"]?.string, let etag = stored["etag"]?.string,
            let retrySeconds = stored["retry_s"]?.int
        else { return nil }
        self.id = id
        self.topic = topic
        self.compartment = compartment
        deliveryProtocol = name
        self.endpoint = endpoint
        self.state = state
        self.created = created
        self.secret = secret
        self.etag = etag
        self.retrySeconds = retrySeconds
        tags = stored["tags"]?.object ?? []
        token = stored["token"].flatMap(RetryToken.init(stored:))
    }
}
