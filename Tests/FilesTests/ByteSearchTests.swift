// SPDX-License-Identifier: MIT

import Files
import Testing

@Suite struct ByteSearchTests {
    @Test(arguments: [
        ("a,b,c", 0, 1), ("a,b,c", 1, 1), ("a,b,c", 2, 3), ("a,b,c", 4, nil), ("", 0, nil), ("a", 9, nil),
    ])
    func `a byte is found where it stands first from a place on`(text: String, start: Int, expected: Int?) {
        let bytes = Array(text.utf8)
        #expect(bytes.span.firstIndex(of: UInt8(ascii: ","), from: start) == expected)
    }

    @Test(
        arguments: [
            ("xxabcyy", 2, 0..<3, true), ("xxabdyy", 2, 0..<3, false), ("xxab", 2, 0..<3, false),
            ("bc", 0, 1..<3, true),
            ("", 0, 1..<1, true), ("abc", 3, 0..<1, false), ("abc", -1, 0..<1, false),
        ] as [(String, Int, Range<Int>, Bool)])
    func `bytes are compared with a part of others and never past their end`(
        text: String, position: Int, range: Range<Int>, expected: Bool
    ) {
        let (bytes, other) = (Array(text.utf8), Array("abc".utf8))
        #expect(bytes.span.holds(other.span, range, at: position) == expected)
    }
}
