// SPDX-License-Identifier: MIT

package import JSON

/// An alarm's file before it is known where it will live: its texts hold `${placeholders}`.
package struct AlarmTemplate: Sendable, Hashable {
    /// What differs from place to place.
    package enum Placeholder: String, Sendable, Hashable, CaseIterable {
        /// Where the alarm lives.
        case compartmentID = "compartment_id"
        /// Where its metrics live.
        case metricCompartmentID = "metric_compartment_id"
        /// The topic that people listen to.
        case topicID = "topic_id"
        /// The topic that the dead man's switch listens to.
        case watchdogTopicID = "watchdog_topic_id"
        /// The namespace of the metrics.
        case namespace
        /// The value of the dimension `job`.
        case job
        /// Where runbooks are read, without a slash at its end.
        case runbookBaseURL = "runbook_base_url"
    }

    /// The file's base name.
    package let key: String
    /// The document, placeholders and all.
    package let json: JSONValue
    /// Those it holds, each once, in the order of `allCases`.
    package let placeholders: [Placeholder]

    /// Looks for the placeholders of a document.
    ///
    /// - Throws: an error with all texts that hold a placeholder nobody knows, or one that does not end.
    package init(_ json: JSONValue, key: String) throws(AlarmError) {
        var problems: [AlarmProblem] = []
        var found: Set<Placeholder> = []
        _ = Self.filled(json, at: DocumentPath(), problems: &problems) {
            found.insert($0)
            return ""
        }
        guard problems.isEmpty else { throw AlarmError(key: key, problems) }
        self.key = key
        self.json = json
        placeholders = Placeholder.allCases.filter(found.contains)
    }

    /// The document with its placeholders replaced.
    ///
    /// - Throws: an error with every place of a placeholder that has no value here.
    package func filled(with values: [Placeholder: String]) throws(AlarmError) -> JSONValue {
        var problems: [AlarmProblem] = []
        let filled = Self.filled(json, at: DocumentPath(), problems: &problems) { values[$0] }
        guard problems.isEmpty else { throw AlarmError(key: key, problems) }
        return filled
    }

    /// The alarm for one place.
    package func alarm(with values: [Placeholder: String]) throws(AlarmError) -> Alarm {
        try Alarm(json: try filled(with: values), key: key)
    }

    /// Those of the placeholders that have no value.
    package func unresolved(by values: [Placeholder: String]) -> [Placeholder] {
        placeholders.filter { values[$0] == nil }
    }

    /// Values that are well formed and name nothing, for tests and lints away from any tenancy.
    package static func standIns(
        namespace: String = "polisen_collector", job: String = "polisen"
    ) -> [Placeholder: String] {
        [
            .compartmentID: "ocid1.compartment.oc1..standin", .metricCompartmentID: "ocid1.compartment.oc1..standin",
            .topicID: "ocid1.onstopic.oc1.eu-stockholm-1.standin",
            .watchdogTopicID: "ocid1.onstopic.oc1.eu-stockholm-1.standinwatchdog", .namespace: namespace, .job: job,
            .runbookBaseURL: "https://example.org/runbooks",
        ]
    }
}

extension AlarmTemplate {
    private static func filled(
        _ value: JSONValue, at path: DocumentPath, problems: inout [AlarmProblem],
        _ replacement: (Placeholder) -> String?
    ) -> JSONValue {
        switch value {
        case .string(let text):
            return .string(filled(text, at: path, problems: &problems, replacement))
        case .array(let elements):
            return .array(
                elements.enumerated().map {
                    filled($0.element, at: path.element($0.offset), problems: &problems, replacement)
                })
        case .object(let members):
            return .object(
                members.map {
                    let below = path.member($0.name)
                    return JSONMember($0.name, filled($0.value, at: below, problems: &problems, replacement))
                })
        default: return value
        }
    }

    private static func filled(
        _ text: String, at path: DocumentPath, problems: inout [AlarmProblem],
        _ replacement: (Placeholder) -> String?
    ) -> String {
        var out = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            out += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                problems.append(AlarmProblem(path, .string(text), "holds \"${\" without a closing brace"))
                return text
            }
            let name = String(rest[start.upperBound..<end])
            rest = rest[rest.index(after: end)...]
            guard let placeholder = Placeholder(rawValue: name) else {
                let all = Placeholder.allCases.map(\.rawValue)
                let rule = "holds the unknown placeholder ${\(name)}; known are \(all.joined(separator: " "))"
                let meant = Spelling.nearest(to: name, among: all).map { "${\($0)}" }
                problems.append(AlarmProblem(path, .string(text), rule, suggestion: meant))
                continue
            }
            if let value = replacement(placeholder) {
                out += value
            } else {
                problems.append(AlarmProblem(path, .string(text), "needs a value for ${\(name)}"))
            }
        }
        return out + rest
    }
}
