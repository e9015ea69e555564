// SPDX-License-Identifier: MIT

/// Reads one YAML document into a tree.
///
/// Strict on purpose: the same key twice, anchors and aliases, several documents and collections as keys are refused,
/// so that a short text can neither mean two things nor unfold into a long one. Time and memory are linear in the input.
package struct YAMLParser: Sendable {
    /// A longer text is refused unread.
    package var limitBytes: Int
    /// Open collections.
    package var limitDepth: Int

    package init(limitBytes: Int = 1 << 20, limitDepth: Int = 64) {
        self.limitBytes = limitBytes
        self.limitDepth = limitDepth
    }

    /// The document's root; nil where there is none (empty text, comments only).
    ///
    /// Throws with line and column when the text is not UTF-8, not YAML, or YAML that is refused.
    package func parse(_ text: [UInt8]) throws(YAMLError) -> YAMLNode? {
        guard text.count <= limitBytes else {
            let message = "the text has \(text.count) bytes; at most \(limitBytes) are read"
            throw YAMLError(.tooLarge, message)
        }
        // libyaml counts a byte order mark as a column, so that the first key would stand deeper than the second.
        let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
        guard !text.isEmpty else { return nil }  // libyaml asserts on the null pointer of an empty buffer
        let result = unsafe text.withUnsafeBufferPointer { buffer -> Result<YAMLNode?, YAMLError> in
            do throws(YAMLError) {
                var tree = unsafe TreeBuilder(reader: try EventReader(buffer), source: text, limitDepth: limitDepth)
                return .success(try tree.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// Turns libyaml's events into nodes.
private struct TreeBuilder: ~Copyable {
    let reader: EventReader
    let source: [UInt8]
    let limitDepth: Int
    var depth = 0

    init(reader: consuming EventReader, source: [UInt8], limitDepth: Int) {
        self.reader = reader
        self.source = source
        self.limitDepth = limitDepth
    }

    mutating func document() throws(YAMLError) -> YAMLNode? {
        _ = try next()  // the start of the stream
        guard case .documentStart = try next().event else { return nil }
        let root = try node(next())
        _ = try next()  // the end of the document
        let after = try next()
        guard case .streamEnd = after.event else {
            throw refusal(.unsupported, "a second document begins here; only one is read", after.mark)
        }
        return root
    }

    private func next() throws(YAMLError) -> PlacedEvent { try reader.next(of: source) }

    private func refusal(_ reason: YAMLError.Reason, _ message: String, _ mark: YAMLMark) -> YAMLError {
        YAMLError(reason, message, mark: mark, excerpt: SourceExcerpt(source, at: mark))
    }

    private mutating func node(_ start: PlacedEvent) throws(YAMLError) -> YAMLNode {
        switch start.event {
        case .scalar(let scalar, let properties):
            try refuseAnchor(properties, start.mark)
            return YAMLNode(.scalar(scalar), tag: properties.tag, mark: start.mark)
        case .sequenceStart(let properties):
            try enter(properties, start.mark)
            return YAMLNode(.sequence(try elements()), tag: properties.tag, mark: start.mark)
        case .mappingStart(let properties):
            try enter(properties, start.mark)
            return YAMLNode(.mapping(try entries()), tag: properties.tag, mark: start.mark)
        default:
            throw refusal(.unsupported, "aliases (*name) are not read; write the value out", start.mark)
        }
    }

    private func refuseAnchor(_ properties: Event.Properties, _ mark: YAMLMark) throws(YAMLError) {
        guard properties.isAnchored else { return }
        throw refusal(.unsupported, "anchors (&name) are not read; write the value out where it is used", mark)
    }

    private mutating func enter(_ properties: Event.Properties, _ mark: YAMLMark) throws(YAMLError) {
        try refuseAnchor(properties, mark)
        depth += 1
        guard depth <= limitDepth else {
            throw refusal(.tooDeep, "nested more than \(limitDepth) levels deep", mark)
        }
    }

    private mutating func elements() throws(YAMLError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let start = try next()
            if case .sequenceEnd = start.event { break }
            elements.append(try node(start))
        }
        depth -= 1
        return elements
    }

    private mutating func entries() throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var first: [String: YAMLMark] = [:]
        while true {
            let start = try next()
            if case .mappingEnd = start.event { break }
            let key = try key(start)
            if let earlier = first.updateValue(start.mark, forKey: key) {
                throw refusal(.duplicateKey, "the key \"\(key)\" stands here and at \(earlier)", start.mark)
            }
            entries.append(YAMLEntry(key: key, keyMark: start.mark, value: try node(next())))
        }
        depth -= 1
        return entries
    }

    private func key(_ start: PlacedEvent) throws(YAMLError) -> String {
        guard case .scalar(let scalar, let properties) = start.event else {
            throw refusal(.unsupported, "a key must be plain text", start.mark)
        }
        try refuseAnchor(properties, start.mark)
        return scalar.text
    }
}
