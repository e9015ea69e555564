// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@Suite struct RunIDTests {
    static let date = Date(timeIntervalSince1970: 1_795_419_000.123)

    @Test func `the example of RFC 9562 reads and writes the same`() throws {
        // Appendix A.6 of the RFC: 2022-02-22 14:22:22.000 at -05:00.
        let id = try #require(RunID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
        #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(id.hex == "017f22e279b07cc398c4dc0c0c07398f")
        #expect(Timestamp.text(id.date) == "2022-02-22T19:22:22.000Z")
        #expect(RunID(id.hex) == id)
    }

    @Test func `a new id holds its instant, version and variant, and reads back`() {
        var random = SeededGenerator(seed: 5)
        for offset in 0..<1000 {
            let date = Self.date.addingTimeInterval(Double(offset))
            let id = RunID(at: date, using: &random)
            #expect(Timestamp.milliseconds(id.date) == Timestamp.milliseconds(date))
            #expect(Array(id.hex)[12] == "7")
            #expect("89ab".contains(Array(id.hex)[16]))
            #expect(RunID(id.description) == id)
        }
    }

    @Test func `ids of one millisecond differ, and later ones sort later as ids and as text`() {
        var random = SeededGenerator(seed: 5)
        let same = Set((0..<5000).map { _ in RunID(at: Self.date, using: &random) })
        #expect(same.count == 5000)
        let series = (0..<500).map { RunID(at: Self.date.addingTimeInterval(Double($0) / 1000), using: &random) }
        #expect(series == series.sorted())
        #expect(series.map(\.description) == series.map(\.description).sorted())
    }

    @Test func `an id made from a hash is the same every time and uses 74 of its bits`() {
        let hash = (0..<16).map { UInt8($0 * 17) }
        let id = RunID(at: Self.date, hash: hash)
        #expect(id == RunID(at: Self.date, hash: hash))
        #expect(id.description.hasSuffix("-7011-a233-445566778899"))
        for index in 0..<10 {
            var other = hash
            other[index] ^= 1
            #expect(RunID(at: Self.date, hash: other) != id)
        }
        #expect(RunID(at: Self.date, hash: []) == RunID(at: Self.date, hash: [0, 0, 0]))
    }

    @Test(arguments: [
        "", "017f22e2", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
        "017f22e279b0-7cc3-98c4-dc0c0c07398f-", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "+17f22e279b07cc398c4dc0c0c07398f", "017f22e2_79b0_7cc3_98c4_dc0c0c07398f",
    ])
    func `what is no UUID of version 7 is refused`(text: String) {
        #expect(RunID(text) == nil)
    }
}
