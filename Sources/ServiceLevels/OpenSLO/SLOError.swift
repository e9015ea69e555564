// SPDX-License-Identifier: MIT

package import YAML

/// One thing in a file that keeps it from being a service level objective.
package struct SLOProblem: Sendable, Hashable {
    /// The file, as it was named to the reader.
    package let path: String
    package let mark: YAMLMark
    /// One sentence that begins with the field it is about.
    package let message: String
    /// The line in question; nil where there is none to show.
    package let excerpt: SourceExcerpt?

    package init(path: String, mark: YAMLMark, message: String, excerpt: SourceExcerpt? = nil) {
        self.path = path
        self.mark = mark
        self.message = message
        self.excerpt = excerpt
    }
}

extension SLOProblem: CustomStringConvertible {
    /// `slos/freshness.yaml:12:5: message`, then the line and a caret under the column.
    package var description: String {
        (["\(path):\(mark): \(message)"] + (excerpt?.lines(width: 80) ?? [])).joined(separator: "\n")
    }
}

/// Why a file is no service level objective: everything that is wrong with it.
package struct SLOError: Error, Sendable, Hashable {
    /// At least one, in the order of the file.
    package let problems: [SLOProblem]

    package init(_ problems: [SLOProblem]) {
        self.problems = problems.sorted {
            ($0.mark.line, $0.mark.column, $0.message) < ($1.mark.line, $1.mark.column, $1.message)
        }
    }
}

extension SLOError: CustomStringConvertible {
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
