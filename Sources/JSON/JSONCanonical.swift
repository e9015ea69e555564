// SPDX-License-Identifier: MIT

/// A form of a JSON value that is the same for the same decoded content, whatever its spacing, escaping or order of
/// names: names sorted by their bytes, strings decoded with their length before them, number tokens exactly as written.
///
/// Made to be hashed, not read: `{` name value … `}`, `[` value … `]`, strings as `s<length>:<bytes>`, numbers as
/// `n<token>;`, `t`, `f` and `z` for true, false and null.
package enum JSONCanonical {
    /// A member of the outermost object, for readers that want a few of them on the way.
    package struct Member: Sendable, Hashable {
        package enum Value: Sendable, Hashable {
            case string(JSONScanner.Text)
            case number(Range<Int>)
            case other
        }
        package let name: JSONScanner.Text
        package let value: Value

        /// Whether the name, decoded, is `name` (ASCII).
        package func isNamed(_ name: StaticString, _ text: Span<UInt8>) -> Bool {
            guard !self.name.hasEscapes else { return self.name.decoded(text) == "\(name)" }
            guard self.name.range.count == name.utf8CodeUnitCount else { return false }
            return zip(self.name.range, "\(name)".utf8).allSatisfy { text[$0] == $1 }
        }
    }

    /// Appends the canonical form of the value at `start` to `out` and returns where it ends in the text.
    ///
    /// - Parameter members: filled with the members of the outermost object, in the order written.
    /// - Throws: also `tooDeep` past `maxDepth` open brackets, and `duplicateName` for an object with a name twice.
    package static func append(
        _ text: Span<UInt8>, from start: Int, maxDepth: Int, to out: inout [UInt8], members: inout [Member]
    ) throws(JSONError) -> Int {
        var scanner = JSONScanner(at: start)
        scanner.skipWhitespace(text)
        guard try scanner.peek(text) == 0x7B else {
            _ = try scanner.canonicalValue(text, depth: maxDepth, to: &out)
            return scanner.position
        }
        try scanner.canonicalObject(text, depth: maxDepth, to: &out, members: &members)
        return scanner.position
    }
}

extension JSONScanner {
    fileprivate mutating func canonicalValue(
        _ text: Span<UInt8>, depth: Int, to out: inout [UInt8]
    ) throws(JSONError) -> JSONCanonical.Member.Value {
        skipWhitespace(text)
        switch try peek(text) {
        case 0x22:
            let token = try string(text)
            Self.appendString(token, text, to: &out)
            return .string(token)
        case 0x7B:
            var members: [JSONCanonical.Member] = []
            try canonicalObject(text, depth: depth, to: &out, members: &members)
        case 0x5B: try canonicalArray(text, depth: depth, to: &out)
        case 0x2D, 0x30...0x39:
            let range = try number(text)
            out.append(0x6E)
            for index in range { out.append(text[index]) }
            out.append(0x3B)
            return .number(range)
        default: out.append(try literal(text).canonicalByte)
        }
        return .other
    }

    private mutating func canonicalArray(
        _ text: Span<UInt8>, depth: Int, to out: inout [UInt8]
    ) throws(JSONError) {
        guard depth > 0 else { throw .tooDeep(offset: position) }
        try expect(0x5B, text)
        out.append(0x5B)
        if !consume(0x5D, text) {
            repeat {
                _ = try canonicalValue(text, depth: depth - 1, to: &out)
            } while try continues(until: 0x5D, text)
        }
        out.append(0x5D)
    }

    /// Members are written one behind the other as they come, then put in order.
    fileprivate mutating func canonicalObject(
        _ text: Span<UInt8>, depth: Int, to out: inout [UInt8], members: inout [JSONCanonical.Member]
    ) throws(JSONError) {
        guard depth > 0 else { throw .tooDeep(offset: position) }
        let start = position
        try expect(0x7B, text)
        var written: [UInt8] = []
        written.reserveCapacity(512)
        var places: [(name: Range<Int>, whole: Range<Int>)] = []
        if !consume(0x7D, text) {
            repeat {
                let from = written.count
                let name = try string(text)
                Self.appendString(name, text, to: &written)
                let nameEnd = written.count
                try expect(0x3A, text)
                let value = try canonicalValue(text, depth: depth - 1, to: &written)
                places.append((from..<nameEnd, from..<written.count))
                members.append(.init(name: name, value: value))
            } while try continues(until: 0x7D, text)
        }
        places.sort { written[$0.name].lexicographicallyPrecedes(written[$1.name]) }
        for index in places.indices.dropFirst() where written[places[index].name] == written[places[index - 1].name] {
            throw .duplicateName(offset: start)
        }
        out.append(0x7B)
        for place in places { out += written[place.whole] }
        out.append(0x7D)
    }

    private static func appendString(_ token: Text, _ text: Span<UInt8>, to out: inout [UInt8]) {
        guard token.hasEscapes else {
            appendLength(token.range.count, to: &out)
            for index in token.range { out.append(text[index]) }
            return
        }
        var decoded: [UInt8] = []
        token.decode(text, into: &decoded)
        appendLength(decoded.count, to: &out)
        out += decoded
    }

    private static func appendLength(_ length: Int, to out: inout [UInt8]) {
        out.append(0x73)
        var power = 1
        while length / power >= 10 { power *= 10 }
        while power > 0 {
            out.append(0x30 + UInt8(length / power % 10))
            power /= 10
        }
        out.append(0x3A)
    }
}

extension JSONValue {
    fileprivate var canonicalByte: UInt8 {
        switch self {
        case .bool(true): 0x74
        case .bool(false): 0x66
        default: 0x7A
        }
    }
}
