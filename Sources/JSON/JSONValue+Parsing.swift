// SPDX-License-Identifier: MIT

extension JSONValue {
    /// Reads one JSON text. White space around it is fine, anything else is an error.
    ///
    /// - Parameter maxDepth: how many brackets may be open at once.
    package static func parse(_ bytes: [UInt8], maxDepth: Int = 128) throws(JSONError) -> JSONValue {
        let text = bytes.span
        var scanner = JSONScanner()
        let value = try scanner.value(text, depth: maxDepth)
        try scanner.end(text)
        return value
    }

    package static func parse(_ text: String, maxDepth: Int = 128) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), maxDepth: maxDepth)
    }
}

extension JSONScanner {
    /// Consumes one value and builds its tree.
    package mutating func value(_ text: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
        skipWhitespace(text)
        switch try peek(text) {
        case 0x22: return .string(try string(text).decoded(text))
        case 0x7B: return .object(try members(text, depth: depth))
        case 0x5B: return .array(try elements(text, depth: depth))
        case 0x2D, 0x30...0x39:
            let range = try number(text)
            return .number(String(decoding: range.map { text[$0] }, as: UTF8.self))
        default: return try literal(text)
        }
    }

    private mutating func members(_ text: Span<UInt8>, depth: Int) throws(JSONError) -> [JSONMember] {
        guard depth > 0 else { throw .tooDeep(offset: position) }
        try expect(0x7B, text)
        var members: [JSONMember] = []
        if consume(0x7D, text) { return members }
        repeat {
            let name = try string(text).decoded(text)
            try expect(0x3A, text)
            members.append(JSONMember(name, try value(text, depth: depth - 1)))
        } while try continues(until: 0x7D, text)
        return members
    }

    private mutating func elements(_ text: Span<UInt8>, depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth > 0 else { throw .tooDeep(offset: position) }
        try expect(0x5B, text)
        var elements: [JSONValue] = []
        if consume(0x5D, text) { return elements }
        repeat {
            elements.append(try value(text, depth: depth - 1))
        } while try continues(until: 0x5D, text)
        return elements
    }
}
