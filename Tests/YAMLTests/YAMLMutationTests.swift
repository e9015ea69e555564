// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import YAML

@Suite struct YAMLMutationTests {
    private static let seed = Array(
        """
        # comment
        feed: {url: "https://polisen.se/api/events", contact: 'a@b.se'}
        metrics:
          backend: [oci, textfile]
          text: |
            one
            two
        list:
        - a
        - ? b
          : c
        ...
        """.utf8)

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `no damaged text traps the parser, and its errors lie inside the text`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(" \n\t:-[]{},'\"|>&*!#%@`?\\a0~".utf8) + [0x00, 0x85, 0xC2, 0xE2, 0xFF]
        for _ in 0..<400 {
            var text = Self.seed
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                if Bool.random(using: &random) { text[place] = byte } else { text.insert(byte, at: place) }
            }
            do throws(YAMLError) {
                _ = try YAMLParser().parse(text)
            } catch {
                #expect(error.reason != .outOfMemory)
                #expect((error.mark?.line ?? 0) <= text.count + 1)
                #expect(error.excerpt?.lines(width: 80).allSatisfy { $0.count <= 80 } != false)
            }
        }
    }
}
