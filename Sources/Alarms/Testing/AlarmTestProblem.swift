// SPDX-License-Identifier: MIT

package import YAML

/// Everything that is wrong with a test file, an incident list or a list of equivalent mutants.
package struct AlarmTestError: Error, Sendable, Hashable {
    /// At least one, in the order of the text.
    package let problems: [AlarmTestProblem]

    package init(problems: [AlarmTestProblem]) { self.problems = problems }
}

extension AlarmTestError: CustomStringConvertible {
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong, and where.
package struct AlarmTestProblem: Error, Sendable, Hashable {
    /// The file, as it was named to the reader.
    package let path: String
    /// nil where the whole file is at fault.
    package let mark: YAMLMark?
    /// What is wrong and what to write instead; may have several lines.
    package let message: String
    /// The line in question.
    package let excerpt: SourceExcerpt?

    package init(path: String, mark: YAMLMark?, message: String, excerpt: SourceExcerpt? = nil) {
        self.path = path
        self.mark = mark
        self.message = message
        self.excerpt = excerpt
    }
}

extension AlarmTestProblem: CustomStringConvertible {
    /// `path:line:column: message`, then the line with a caret under the column.
    package var description: String {
        let place = mark.map { "\(path):\($0)" } ?? path
        return (["\(place): \(message)"] + (excerpt?.lines(width: 80) ?? [])).joined(separator: "\n")
    }
}
