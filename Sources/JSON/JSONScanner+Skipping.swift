// SPDX-License-Identifier: MIT

extension JSONScanner {
    /// Passes over one value; what is wrong with it is found as by `value`, but nothing is built.
    ///
    /// - Parameter depth: how many brackets may be open at once.
    package mutating func skipValue(_ text: Span<UInt8>, depth: Int) throws(JSONError) {
        skipWhitespace(text)
        switch try peek(text) {
        case 0x22: _ = try string(text)
        case 0x7B: try skipMembers(text, depth: depth)
        case 0x5B: try skipElements(text, depth: depth)
        case 0x2D, 0x30...0x39: _ = try number(text)
        default: _ = try literal(text)
        }
    }

    private mutating func skipMembers(_ text: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth > 0 else { throw .tooDeep(offset: position) }
        try expect(0x7B, text)
        if consume(0x7D, text) { return }
        repeat {
            _ = try string(text)
            try expect(0x3A, text)
            try skipValue(text, depth: depth - 1)
        } while try continues(until: 0x7D, text)
    }

    private mutating func skipElements(_ text: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth > 0 else { throw .tooDeep(offset: position) }
        try expect(0x5B, text)
        if consume(0x5D, text) { return }
        repeat {
            try skipValue(text, depth: depth - 1)
        } while try continues(until: 0x5D, text)
    }
}
