// SPDX-License-Identifier: MIT

/// Cuts values for readers that would cut them without a word.
enum LongValue {
    /// The text, or as much of its beginning as fits into `limit` characters together with a remark on its length.
    ///
    /// Counts Unicode scalars. nil stands for no limit.
    static func cut(_ text: String, to limit: Int?) -> String {
        // No text has more scalars than bytes, and that count costs nothing.
        guard let limit, text.utf8.count > limit else { return text }
        let count = text.unicodeScalars.count
        guard count > limit else { return text }
        let mark = "… [cut: \(count) characters in all]"
        return String(text.unicodeScalars.prefix(max(0, limit - mark.unicodeScalars.count))) + mark
    }
}
