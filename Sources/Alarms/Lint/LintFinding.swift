// SPDX-License-Identifier: MIT

package import YAML

/// How much a finding matters.
package enum LintSeverity: String, Sendable, Hashable, CaseIterable, Comparable {
    /// The alarm does not do its work, or the service refuses it.
    case error
    /// It probably does not do what its author wants.
    case warning
    /// Worth knowing.
    case info

    /// The lesser is the milder.
    package static func < (left: LintSeverity, right: LintSeverity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .error: 2
        case .warning: 1
        case .info: 0
        }
    }
}

/// What one rule says of one place.
package struct LintFinding: Sendable, Hashable {
    /// `L001`
    package var code: String
    package var severity: LintSeverity
    /// The alarm's key; empty where the whole set is meant.
    package var key: String
    /// The file, as it was named to the linter.
    package var path: String
    /// The place in the alarm, for example `overrides[0].query`.
    package var place: DocumentPath
    /// Line and column of that place; nil where it does not exist.
    package var mark: YAMLMark?
    /// What is wrong here; one sentence, a query error with its caret below.
    package var message: String
    /// What mends it, where that is safe.
    package var fix: LintFix?
    /// Why the alarm wants it ignored; nil: it counts.
    package var ignoredBecause: String?
}

extension LintFinding: CustomStringConvertible {
    /// `alarms/x.json:7:12: error L003 query: …`
    package var description: String {
        let line = mark.map { "\(path):\($0)" } ?? path
        let spot = place.steps.isEmpty ? "" : " \(place):"
        let ignored = ignoredBecause.map { " (ignored: \($0))" } ?? ""
        return "\(line): \(severity.rawValue) \(code)\(spot) \(message)\(ignored)"
    }
}

/// A change of an alarm's file that mends a finding without changing what the author can have meant.
package struct LintFix: Sendable, Hashable {
    /// What it does, as an order.
    package var message: String
    package var edits: [JSONEdit]

    package init(_ message: String, _ edits: [JSONEdit]) {
        self.message = message
        self.edits = edits
    }
}

/// One alarm as a file has it.
package struct LintFile: Sendable {
    /// For messages.
    package var path: String
    /// The alarm's key: the file's base name.
    package var key: String
    /// The file's text, placeholders not filled in.
    package var bytes: [UInt8]

    package init(path: String, key: String, bytes: [UInt8]) {
        self.path = path
        self.key = key
        self.bytes = bytes
    }
}
