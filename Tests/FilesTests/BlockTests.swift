// SPDX-License-Identifier: MIT

import TestSupport
import Testing

@testable import Files

@Suite struct BlockTests {
    @Test(arguments: [1, 2, 3, 5, 16, 4096])
    func `blocks are whole lines and together the file`(blockBytes: Int) throws {
        try withTemporaryDirectory { directory in
            for text in [
                "", "\n", "a", "a\n", "\n\nab\ncdefghij\nk", "a\r\nb\n", String(repeating: "x", count: 100) + "\ny",
            ] {
                let path = FileSystem.join(directory, "lines")
                try FileSystem.replace(path, Array(text.utf8))
                var blocks: [[UInt8]] = []
                try FileSystem.forEachBlock(of: path, blockBytes: blockBytes) { block in
                    blocks.append((0..<block.count).map { block[$0] })
                }
                #expect(Array(blocks.joined()) == Array(text.utf8))
                #expect(blocks.dropLast().allSatisfy { $0.last == 0x0A })
                #expect(!blocks.contains([]))
            }
        }
    }

    @Test func `a file that is missing has no blocks, a directory is an error`() throws {
        try withTemporaryDirectory { directory in
            var count = 0
            try FileSystem.forEachBlock(of: FileSystem.join(directory, "none")) { _ in count += 1 }
            #expect(count == 0)
            #expect(throws: FileError.self) { try FileSystem.forEachBlock(of: directory) { _ in } }
        }
    }

    @Test func `the end of plain text is found at every place and for every byte`() {
        for length in 0..<20 {
            for place in 0..<length {
                for byte in UInt8.min...UInt8.max {
                    var bytes = [UInt8](repeating: 0x61, count: length)
                    bytes[place] = byte
                    let isPlain = byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
                    for start in [0, place] {
                        #expect(bytes.span.endOfPlainText(from: start) == (isPlain ? length : place))
                    }
                }
            }
        }
    }

    @Test func `bytes beside a hit do not hide it`() {
        for first in UInt8.min...UInt8.max {
            for second in [0x00, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA0, 0xFF] as [UInt8] {
                let bytes: [UInt8] = [0x61, first, second, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61]
                let expected = bytes.firstIndex { $0 < 0x20 || $0 >= 0x80 || $0 == 0x22 || $0 == 0x5C } ?? bytes.count
                #expect(bytes.span.endOfPlainText(from: 0) == expected)
            }
        }
    }

    @Test(arguments: [(0..<5, 4), (0..<4, 1), (2..<4, nil), (0..<0, nil)] as [(Range<Int>, Int?)])
    func `the last of a byte in a range is found`(range: Range<Int>, place: Int?) {
        let bytes: [UInt8] = [1, 7, 2, 3, 7]
        #expect(bytes.span.lastIndex(of: 7, in: range) == place)
    }
}
