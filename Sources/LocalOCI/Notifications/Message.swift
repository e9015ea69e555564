// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// What was published to a topic.
struct Message: Sendable {
    let id: String
    let topic: String
    let title: String?
    let body: String
    /// `RAW_TEXT`, or what the publisher called it.
    let type: String
    let time: Date
    /// The alarm that sent it; nil for what somebody published.
    var alarm: Origin?
    /// What a webhook gets where `body` is for people; nil: `body`.
    var webhookBody: String?

    /// Which alarm a message is of, and why it was sent.
    struct Origin: Sendable, Hashable {
        let id: String
        let displayName: String
        /// `OK_TO_FIRING` `FIRING_TO_OK` `REPEAT` `RESET`.
        let transition: String
        /// The minute that was evaluated.
        let label: Date
    }

    /// A message under a new id.
    init(topic: String, title: String?, body: String, type: String = "RAW_TEXT", time: Date, alarm: Origin? = nil) {
        id = UUID().uuidString.lowercased()
        self.topic = topic
        self.title = title
        self.body = body
        self.type = type
        self.time = time
        self.alarm = alarm
    }

    var json: JSONValue {
        [
            "id": .string(id), "topic": .string(topic), "title": .optional(title), "body": .string(body),
            "type": .string(type), "time": .string(WireTime.rfc3339(time)), "alarm": alarm?.json ?? .null,
        ]
    }

    /// Reads `json`; nil for anything else.
    init?(json: JSONValue) {
        guard let id = json["id"]?.string, let topic = json["topic"]?.string, let body = json["body"]?.string,
            let type = json["type"]?.string, let time = json["time"]?.string.flatMap(WireTime.date(rfc3339:))
        else { return nil }
        self.id = id
        self.topic = topic
        title = json["title"]?.string
        self.body = body
        self.type = type
        self.time = time
        alarm = json["alarm"].flatMap(Origin.init(json:))
    }
}

extension Message.Origin {
    var json: JSONValue {
        [
            "id": .string(id), "display_name": .string(displayName), "transition": .string(transition),
            "label": .string(WireTime.rfc3339(label)),
        ]
    }

    init?(json: JSONValue) {
        guard let id = json["id"]?.string, let displayName = json["display_name"]?.string,
            let transition = json["transition"]?.string,
            let label = json["label"]?.string.flatMap(WireTime.date(rfc3339:))
        else { return nil }
        self.init(id: id, displayName: displayName, transition: transition, label: label)
    }
}
