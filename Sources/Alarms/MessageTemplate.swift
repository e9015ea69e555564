// SPDX-License-Identifier: MIT

/// A text with dynamic variables: `{{severity}}` is escaped for HTML, `{{{severity}}}` is not.
///
/// Source: "Using Dynamic Variables in Alarm Messages", docs.oracle.com.
package struct MessageTemplate: Sendable, Hashable {
    /// A variable where it stands.
    package struct Variable: Sendable, Hashable {
        /// Between the braces.
        package let name: String
        /// Whether two braces stand there, not three.
        package let isEscaped: Bool
        /// Whether the service has such a variable.
        package var isKnown: Bool {
            MessageTemplate.names.contains(name)
                || (name.hasPrefix("dimensions.") && name.utf8.count > "dimensions.".utf8.count)
        }
    }

    /// All but `dimensions.<name>`.
    package static let names = [
        "dedupekey", "title", "type", "timestampEpochMillis", "timestamp", "version", "id", "status", "severity",
        "namespace", "query", "totalMetricsFiring", "metricValues", "alarmUrl", "alarmSummary", "notificationType",
    ]

    private enum Part: Sendable, Hashable {
        case text(String)
        case variable(Variable, source: String)
    }

    private let parts: [Part]

    /// Splits a text at its variables; braces that are no pair stay text.
    package init(_ text: String) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            let braces = rest[open.lowerBound...].hasPrefix("{{{") ? 3 : 2
            let start = rest.index(open.lowerBound, offsetBy: braces)
            let closing = String(repeating: "}", count: braces)
            guard let close = rest[start...].firstRange(of: closing), !rest[start..<close.lowerBound].contains("{")
            else {
                parts.append(.text(String(rest[..<start])))
                rest = rest[start...]
                continue
            }
            parts.append(.text(String(rest[..<open.lowerBound])))
            let name = rest[start..<close.lowerBound].filter { $0 != " " }
            let source = String(rest[open.lowerBound..<close.upperBound])
            parts.append(.variable(Variable(name: name, isEscaped: braces == 2), source: source))
            rest = rest[close.upperBound...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    /// In the order they stand.
    package var variables: [Variable] {
        parts.compactMap { part in
            guard case .variable(let variable, _) = part else { return nil }
            return variable
        }
    }

    /// The text with its variables replaced; one without a value stays as it is written.
    package func rendered(_ values: MessageValues) -> String {
        parts.reduce(into: "") { out, part in
            switch part {
            case .text(let text): out += text
            case .variable(let variable, let source):
                out += values[variable.name].map { variable.isEscaped ? Self.escaped($0) : $0 } ?? source
            }
        }
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.append(character)
            }
        }
    }
}

/// What the variables of a template stand for.
package struct MessageValues: Sendable, Hashable {
    /// By name; all but dimensions.
    package var texts: [String: String]
    /// Of the streams of a message, in its order.
    package var dimensions: [[String: String]]

    /// Values of a message.
    package init(texts: [String: String], dimensions: [[String: String]] = []) {
        self.texts = texts
        self.dimensions = dimensions
    }

    /// The value of a variable; a dimension's is that of the first stream that has it.
    package subscript(name: String) -> String? {
        guard name.hasPrefix("dimensions.") else { return texts[name] }
        let dimension = String(name.dropFirst("dimensions.".count))
        return dimensions.lazy.compactMap { $0[dimension] }.first
    }
}
