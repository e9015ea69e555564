// SPDX-License-Identifier: MIT

import Files
import Testing

@Suite struct OutputTailTests {
    @Test(arguments: [1, 7, 64, 100, 1_000])
    func `the tail is the end of all that went by, whatever its pieces`(piece: Int) {
        let all = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var tail = OutputTail(limitBytes: 64)
        for start in stride(from: 0, to: all.count, by: piece) {
            tail.add(Array(all[start..<min(start + piece, all.count)]))
        }
        #expect(tail.bytes == Array(all.suffix(64)))
        #expect(tail.totalBytes == 1_000)
    }
}
