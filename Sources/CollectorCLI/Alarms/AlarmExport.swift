// SPDX-License-Identifier: MIT

import Alarms
import JSON

/// What is written for other tools: alarms with their placeholders left open, as variables of the tool's.
enum AlarmExport {
    /// What people read beside a variable.
    static func meaning(_ placeholder: AlarmTemplate.Placeholder) -> String {
        switch placeholder {
        case .compartmentID: "OCID of the compartment in which the alarms live"
        case .metricCompartmentID: "OCID of the compartment that holds the metrics"
        case .topicID: "OCID of the Notifications topic that people listen to"
        case .watchdogTopicID: "OCID of the topic whose receiver misses the watchdog's hourly message"
        case .namespace: "Namespace of the metrics"
        case .job: "Value of the metrics' dimension job"
        case .runbookBaseURL: "Where runbooks are read, without a slash at the end"
        }
    }

    /// Placeholders that at least one of the alarms holds, in their own order.
    static func placeholders(_ templates: [AlarmTemplate]) -> [AlarmTemplate.Placeholder] {
        AlarmTemplate.Placeholder.allCases.filter { placeholder in
            templates.contains { $0.placeholders.contains(placeholder) }
        }
    }

    /// The document with tags set, or taken out where the value is nil; other tags stay.
    static func tagged(_ json: JSONValue, _ tags: [(name: String, value: String?)]) -> JSONValue {
        var members = json.object ?? []
        var own = json["freeformTags"]?.object ?? []
        for tag in tags {
            own.removeAll { $0.name == tag.name }
            if let value = tag.value { own.append(JSONMember(tag.name, .string(value))) }
        }
        members.removeAll { $0.name == "freeformTags" }
        return .object(members + [JSONMember("freeformTags", .object(own))])
    }

    /// Splits a text at its placeholders.
    static func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            if start.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<start.lowerBound]))) }
            let name = String(rest[start.upperBound..<end])
            // `AlarmTemplate` lets no other name through.
            pieces.append(AlarmTemplate.Placeholder(rawValue: name).map(Piece.placeholder) ?? .text("${\(name)}"))
            rest = rest[rest.index(after: end)...]
        }
        return rest.isEmpty ? pieces : pieces + [.text(String(rest))]
    }

    /// Part of a text.
    enum Piece: Sendable, Hashable {
        case text(String)
        case placeholder(AlarmTemplate.Placeholder)
    }
}
