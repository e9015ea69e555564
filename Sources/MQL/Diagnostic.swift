// SPDX-License-Identifier: MIT

/// One thing that is wrong, or suspicious, in a query.
public struct Diagnostic: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The service would refuse the query, or the query cannot mean anything.
        case error
        /// The query is valid, but probably does not do what its author wants.
        case warning
    }

    /// What kind of problem: `E-…` for errors, `W-…` for warnings. A closed set; this library's own, not the service's.
    public let code: String
    /// Error or warning; the code's first letter says the same.
    public let severity: Severity
    /// What is wrong, in one sentence. Text from the query is shortened and holds no control characters.
    public let message: String
    /// Where, in bytes of the query's UTF-8 form.
    public let range: SourceRange
    /// What to do about it or why it matters.
    public let hint: String?
    /// A change that mends it.
    public let fix: FixIt?

    /// A diagnostic; its severity comes from the code.
    public init(code: String, _ message: String, at range: SourceRange, hint: String? = nil, fix: FixIt? = nil) {
        self.code = code
        self.severity = code.hasPrefix("W-") ? .warning : .error
        self.message = message
        self.range = range
        self.hint = hint
        self.fix = fix
    }
}

/// Why a text is not a query.
public struct QueryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text as given.
    public let text: String
    /// What was found, in the order of the text: at least one error, and warnings.
    public let diagnostics: [Diagnostic]

    /// An error about a text; `diagnostics` holds at least one.
    init(text: String, diagnostics: [Diagnostic]) {
        self.text = text
        self.diagnostics = diagnostics
    }

    /// The first error, which is the one to mend first.
    public var first: Diagnostic? { diagnostics.first { $0.severity == .error } ?? diagnostics.first }

    /// All diagnostics as text, for 80 columns.
    public var description: String { diagnostics.map { $0.rendered(in: text) }.joined(separator: "\n") }
}

extension String {
    /// A stretch of a query as it may stand in a message: quoted, at most `limit` characters, nothing that moves a cursor.
    func quotedForMessage(limit: Int = 32) -> String {
        let cut = prefix(limit + 1)
        let shown = cut.count > limit ? cut.prefix(limit - 1) + "…" : cut
        return "\"" + String(shown.map { $0.isPrintable ? $0 : "\u{FFFD}" }) + "\""
    }
}

extension Character {
    /// Whether it can be shown in a terminal without doing anything else there.
    var isPrintable: Bool {
        unicodeScalars.count <= 8
            && unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
                default: true
                }
            }
    }
}
