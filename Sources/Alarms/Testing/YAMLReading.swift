// SPDX-License-Identifier: MIT

import YAML

/// Walks the tree of one YAML file and gathers all that is wrong with it, so that nobody has to correct one thing at a time.
struct YAMLReading {
    let path: String
    let source: [UInt8]
    var problems: [AlarmTestProblem] = []

    init(path: String, source: [UInt8]) {
        self.path = path
        self.source = source
    }

    /// The root of the text; what keeps it from being read becomes a problem.
    mutating func root(limitBytes: Int = 16 << 20) -> YAMLNode? {
        do throws(YAMLError) {
            let node = try YAMLParser(limitBytes: limitBytes).parse(source)
            if node == nil { problems.append(AlarmTestProblem(path: path, mark: nil, message: "the file is empty")) }
            return node
        } catch {
            problems.append(
                AlarmTestProblem(path: path, mark: error.mark, message: error.message, excerpt: error.excerpt))
            return nil
        }
    }

    /// Notes a problem at a place.
    mutating func fail(_ message: String, at mark: YAMLMark) {
        let excerpt = SourceExcerpt(source, at: mark)
        problems.append(AlarmTestProblem(path: path, mark: mark, message: message, excerpt: excerpt))
    }

    /// The entries of a mapping by key; keys that are not `known`, and `required` ones that are missing, are problems.
    mutating func entries(
        _ node: YAMLNode, of what: String, known: [String], required: [String] = []
    ) -> [String: YAMLNode] {
        guard let mapping = node.mapping else {
            fail("\(what) must be a mapping with the keys \(known.joined(separator: ", "))", at: node.mark)
            return [:]
        }
        var entries: [String: YAMLNode] = [:]
        for entry in mapping {
            if known.contains(entry.key) {
                entries[entry.key] = entry.value
            } else {
                let hint = Spelling.hint(for: entry.key, among: known)
                fail("\(what) has no key \"\(entry.key)\"\(hint)", at: entry.keyMark)
            }
        }
        for key in required where entries[key] == nil { fail("\(what) needs the key \"\(key)\"", at: node.mark) }
        return entries
    }

    /// The elements of a sequence; nothing for an absent node.
    mutating func elements(_ node: YAMLNode?, of what: String) -> [YAMLNode] {
        guard let node else { return [] }
        if let elements = node.sequence { return elements }
        fail("\(what) must be a list", at: node.mark)
        return []
    }

    /// The text of a scalar that is not null.
    mutating func text(_ node: YAMLNode?, of what: String) -> String? {
        guard let node else { return nil }
        if let scalar = node.scalar, !scalar.isNull { return scalar.text }
        fail("\(what) must be a text", at: node.mark)
        return nil
    }

    /// A mapping of texts, such as dimensions; a null or absent node has none.
    mutating func texts(_ node: YAMLNode?, of what: String) -> [String: String] {
        guard let node, node.scalar?.isNull != true else { return [:] }
        guard let mapping = node.mapping else {
            fail("\(what) must be a mapping of names to values", at: node.mark)
            return [:]
        }
        var texts: [String: String] = [:]
        for entry in mapping { texts[entry.key] = text(entry.value, of: "\(what).\(entry.key)") }
        return texts
    }

    /// A length such as `90m`, above 0.
    mutating func length(_ node: YAMLNode?, of what: String) -> Int64? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let length = TestTime.length(text), length > 0 { return length }
        fail("\(what) must be a length such as 90m or 1h30m, not \"\(text)\"", at: node.mark)
        return nil
    }

    /// An offset from `start` or an RFC 3339 instant, in milliseconds since 1970.
    mutating func instant(_ node: YAMLNode?, of what: String, from start: Int64) -> Int64? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let length = TestTime.length(text) { return start + length }
        if let instant = UTCTime.milliseconds(text) { return instant }
        fail("\(what) must be an offset such as 1h30m or an RFC 3339 time, not \"\(text)\"", at: node.mark)
        return nil
    }

    /// The same on a whole minute, as labels are.
    mutating func label(_ node: YAMLNode?, of what: String, from start: Int64) -> Int64? {
        guard let node, let instant = instant(node, of: what, from: start) else { return nil }
        if instant % 60_000 == 0 { return instant }
        fail("\(what) must lie on a whole minute, as evaluations do", at: node.mark)
        return nil
    }

    /// A finite number.
    mutating func number(_ node: YAMLNode?, of what: String) -> Double? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let number = Double(text), number.isFinite { return number }
        fail("\(what) must be a number, not \"\(text)\"", at: node.mark)
        return nil
    }

    /// A whole number from 0 on.
    mutating func count(_ node: YAMLNode?, of what: String) -> Int? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let count = Int(text), count >= 0 { return count }
        fail("\(what) must be a whole number, not \"\(text)\"", at: node.mark)
        return nil
    }

    /// One of the words of an enumeration.
    mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ node: YAMLNode?, of what: String, _ type: Word.Type = Word.self
    ) -> Word? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue)
        let hint = Spelling.hint(for: text, among: known)
        fail("\(what) must be one of \(known.joined(separator: ", ")), not \"\(text)\"\(hint)", at: node.mark)
        return nil
    }
}
