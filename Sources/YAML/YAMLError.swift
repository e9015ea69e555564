// SPDX-License-Identifier: MIT

/// Why bytes are not one readable YAML document.
package struct YAMLError: Error, Sendable, Hashable {
    package let reason: Reason
    /// One sentence without the place; never quotes values.
    package let message: String
    /// nil where the whole text is at fault.
    package let mark: YAMLMark?
    /// The line in question; nil where there is none to show.
    package let excerpt: SourceExcerpt?

    package init(_ reason: Reason, _ message: String, mark: YAMLMark? = nil, excerpt: SourceExcerpt? = nil) {
        self.reason = reason
        self.message = message
        self.mark = mark
        self.excerpt = excerpt
    }

    package enum Reason: String, Sendable, Hashable {
        case syntax, encoding
        case duplicateKey = "duplicate_key"
        /// Valid YAML that this program does not read: aliases, several documents, collections as keys.
        case unsupported
        case tooDeep = "too_deep"
        case tooLarge = "too_large"
        case outOfMemory = "out_of_memory"
    }
}

extension YAMLError: CustomStringConvertible {
    /// `4:12: message`, then the line and a caret under the column.
    package var description: String {
        let head = mark.map { "\($0): \(message)" } ?? message
        return ([head] + (excerpt?.lines(width: 80) ?? [])).joined(separator: "\n")
    }
}
