// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// A topic.
struct Topic: Sendable, Hashable {
    let id: String
    let name: String
    let compartment: String
    var description: String?
    let created: Date
    var etag: String
    /// `freeformTags` and `definedTags`, where they were given.
    var tags: [JSONMember]
    let token: RetryToken?

    /// A new topic.
    init(
        id: String, name: String, compartment: String, description: String?, tags: [JSONMember] = [],
        token: RetryToken? = nil, now: Date
    ) {
        self.id = id
        self.name = name
        self.compartment = compartment
        self.description = description
        self.tags = tags
        self.token = token
        created = now
        etag = AlarmRecord.newTag()
    }

    /// The one that is there from the start.
    static func standard(now: Date) -> Topic {
        Topic(
            id: Tenant.topic, name: "polisen-alarms", compartment: Tenant.compartment, description: nil, now: now)
    }

    /// The NotificationTopic of the API.
    func json(base: String) -> JSONValue {
        .object(
            [
                JSONMember("name", .string(name)), JSONMember("topicId", .string(id)),
                JSONMember("shortTopicId", .string(String(id.suffix(8)))),
                JSONMember("compartmentId", .string(compartment)), JSONMember("lifecycleState", "ACTIVE"),
                JSONMember("description", .optional(description)),
                JSONMember("timeCreated", .string(WireTime.rfc3339(created))), JSONMember("etag", .string(etag)),
                JSONMember("apiEndpoint", .string(base)),
            ] + tags)
    }

    var stored: JSONValue {
        [
            "id": .string(id), "name": .string(name), "compartment": .string(compartment),
            "description": .optional(description), "created": .string(WireTime.rfc3339(created)),
            "etag": .string(etag), "tags": .object(tags), "token": token?.stored ?? .null,
        ]
    }

    /// Reads `stored`; nil for anything else.
    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string, let name = stored["name"]?.string,
            let compartment = stored["compartment"]?.string, let etag = stored["etag"]?.string,
            let created = stored["created"]?.string.flatMap(WireTime.date(rfc3339:))
        else { return nil }
        self.id = id
        self.name = name
        self.compartment = compartment
        description = stored["description"]?.string
        self.created = created
        self.etag = etag
        tags = stored["tags"]?.object ?? []
        token = stored["token"].flatMap(RetryToken.init(stored:))
    }
}
