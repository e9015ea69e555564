// SPDX-License-Identifier: MIT

extension Spelling {
    /// ` (did you mean "x"?)` for the nearest of `known`, or nothing where none is near.
    static func hint(for word: String, among known: [String]) -> String {
        nearest(to: word, among: known).map { " (did you mean \"\($0)\"?)" } ?? ""
    }
}
