// SPDX-License-Identifier: MIT

import YAML

/// Walks the tree of one file and gathers all that is wrong with it, so that nobody has to correct one thing at a time.
struct OpenSLOReading {
    let path: String
    let source: [UInt8]
    private(set) var problems: [SLOProblem] = []

    init(path: String, source: [UInt8]) {
        self.path = path
        self.source = source
    }

    /// The root of the text; what keeps it from being read becomes a problem.
    mutating func root() -> YAMLNode? {
        do throws(YAMLError) {
            let node = try YAMLParser().parse(source)
            if node == nil { note("the file is empty", at: YAMLMark(line: 1, column: 1)) }
            return node
        } catch {
            let mark = error.mark ?? YAMLMark(line: 1, column: 1)
            problems.append(SLOProblem(path: path, mark: mark, message: error.message, excerpt: error.excerpt))
            return nil
        }
    }

    mutating func note(_ message: String, at mark: YAMLMark) {
        problems.append(SLOProblem(path: path, mark: mark, message: message, excerpt: SourceExcerpt(source, at: mark)))
    }

    /// The entries of a mapping by name. Fields nobody knows, those of OpenSLO that are not read here, and required ones
    /// that are missing are problems.
    mutating func fields(_ node: YAMLNode?, of what: String, _ set: FieldSet) -> Fields {
        guard let node else { return Fields(what: what, entries: [:]) }
        guard let mapping = node.mapping else {
            note("\(what) must be a mapping with the fields \(set.known.joined(separator: ", "))", at: node.mark)
            return Fields(what: what, entries: [:])
        }
        var entries: [String: YAMLNode] = [:]
        for entry in mapping {
            if set.known.contains(entry.key) {
                entries[entry.key] = entry.value
            } else if let reason = set.refused[entry.key] {
                note(
                    "\(what).\(entry.key) is a field of OpenSLO that is not supported here: \(reason)",
                    at: entry.keyMark)
            } else {
                let hint = FieldSpelling.hint(for: entry.key, among: set.known)
                note("\(what) has no field \"\(entry.key)\"\(hint)", at: entry.keyMark)
            }
        }
        for name in set.required where entries[name] == nil {
            note("\(what) needs the field \"\(name)\"", at: node.mark)
        }
        return Fields(what: what, entries: entries)
    }

    /// The one element of a list.
    mutating func only(_ node: YAMLNode?, of what: String, because reason: String) -> YAMLNode? {
        guard let node else { return nil }
        guard let list = node.sequence else {
            note("\(what) must be a list", at: node.mark)
            return nil
        }
        guard list.count == 1 else {
            note("\(what) must have exactly one element, not \(list.count): \(reason)", at: node.mark)
            return nil
        }
        return list[0]
    }

    mutating func text(_ node: YAMLNode?, of what: String) -> String? {
        guard let node else { return nil }
        if let scalar = node.scalar, !scalar.isNull, !scalar.text.isEmpty { return scalar.text }
        note("\(what) must be a text", at: node.mark)
        return nil
    }

    /// The `description` of a mapping, which OpenSLO limits.
    mutating func description(_ fields: Fields) -> String? {
        guard let node = fields["description"], let text = text(node, of: fields.path("description")) else {
            return nil
        }
        if text.count > 1_050 {
            note("\(fields.path("description")) must be 1050 characters long at most, not \(text.count)", at: node.mark)
        }
        return text
    }

    /// One of a few words; `reasons` say why a word of OpenSLO is none of them.
    mutating func word(
        _ node: YAMLNode?, of what: String, among words: [String], reasons: [String: String] = [:]
    ) -> String? {
        guard let node, let text = text(node, of: what) else { return nil }
        if words.contains(text) { return text }
        let list = words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
        let reason = reasons[text].map { ": \($0)" } ?? FieldSpelling.hint(for: text, among: words)
        note("\(what) must be \(list), not \"\(text)\"\(reason)", at: node.mark)
        return nil
    }

    mutating func flag(_ node: YAMLNode?, of what: String) -> Bool? {
        guard let word = word(node, of: what, among: ["true", "false"]) else { return nil }
        return word == "true"
    }

    /// A length of time; see `DurationShorthand`.
    mutating func duration(_ node: YAMLNode?, of what: String, units: [Character]) -> DurationShorthand? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let duration = DurationShorthand(text, units: units) { return duration }
        let list = units.map(String.init).joined(separator: ", ")
        note("\(what) must be a length of time like 5\(units[0]), not \"\(text)\"; units are \(list)", at: node.mark)
        return nil
    }

    /// A number in plain decimal digits, times ten to the power of `places`: exactly, since no Double is on the way.
    mutating func decimal(_ node: YAMLNode?, of what: String, places: Int, finest: String) -> Int? {
        guard let node else { return nil }
        guard let scalar = node.scalar, scalar.style == .plain, let number = Decimal(scalar.text) else {
            note("\(what) must be a number in digits, like 0.995, without quotes", at: node.mark)
            return nil
        }
        if let value = number.scaled(places) { return value }
        let isTooFine = number.places > places
        let fineness = "has \(number.places) digits behind the point; at most \(places): \(finest)"
        note("\(what) \(isTooFine ? fineness : "is too large")", at: node.mark)
        return nil
    }

    /// A map of texts; a null one is empty.
    mutating func texts(_ node: YAMLNode?, of what: String) -> [(name: String, text: String, mark: YAMLMark)] {
        entries(node, of: what).compactMap { entry in
            guard let scalar = entry.value.scalar else {
                note("\(what).\(entry.key) must be a text", at: entry.value.mark)
                return nil
            }
            return (entry.key, scalar.text, entry.keyMark)
        }
    }

    /// Labels, which are for people: a map of texts or lists of them.
    mutating func labels(_ metadata: Fields) {
        let what = metadata.path("labels")
        for entry in entries(metadata["labels"], of: what) {
            let values = entry.value.sequence ?? [entry.value]
            for value in values where value.scalar == nil {
                note("\(what).\(entry.key) must be a text or a list of texts", at: value.mark)
            }
        }
    }

    private mutating func entries(_ node: YAMLNode?, of what: String) -> [YAMLEntry] {
        guard let node, node.scalar?.isNull != true else { return [] }
        guard let mapping = node.mapping else {
            note("\(what) must be a mapping of names to texts", at: node.mark)
            return []
        }
        return mapping
    }
}

/// The entries of one mapping and how messages call it.
struct Fields {
    /// `spec.objectives[0]`
    let what: String
    let entries: [String: YAMLNode]

    subscript(name: String) -> YAMLNode? { entries[name] }

    func path(_ name: String) -> String { what + "." + name }
}
