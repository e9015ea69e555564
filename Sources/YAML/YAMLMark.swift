// SPDX-License-Identifier: MIT

/// A place in a text, as editors show it.
package struct YAMLMark: Sendable, Hashable {
    /// From 1.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension YAMLMark: CustomStringConvertible {
    package var description: String { "\(line):\(column)" }
}
