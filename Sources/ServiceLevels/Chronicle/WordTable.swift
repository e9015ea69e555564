// SPDX-License-Identifier: MIT

/// Words that come again and again, kept once; there are few of them.
struct WordTable: Sendable {
    private(set) var words: [String] = []
    private var indices: [String: Int] = [:]
    /// Words beyond it become the last one, `_OTHER`.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func index(of word: String) -> Int {
        if let index = indices[word] { return index }
        if words.count == limit - 1, word != Self.other { return index(of: Self.other) }
        words.append(word)
        indices[word] = words.count - 1
        return words.count - 1
    }

    private static let other = "_OTHER"
}
