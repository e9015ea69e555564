// SPDX-License-Identifier: MIT

import MQL
import TestSupport
import Testing

struct PrinterTests {
    @Test(arguments: 0..<8)
    func `a printed tree reads as the same tree, and prints the same again`(seed: Int) throws {
        var generator = TreeGenerator(seed: UInt64(seed))
        for _ in 0..<300 {
            let tree = generator.tree(depth: 5)
            let text = tree.canonicalText
            let query: Query
            do {
                query = try Query(parsing: text)
            } catch {
                Issue.record("\(text)\n\(error)")
                return
            }
            #expect(query.root == tree, "\(text)\n\(tree.notation)\n\(query.root.notation)")
            #expect(query.canonicalText == text)
            let expected: Set = ["W-EMPTY-DIMS", "W-ABSENT-UNIT"]
            #expect(Set(query.diagnostics.map(\.code)).isSubset(of: expected), "\(text)")
        }
    }

    @Test(
        arguments: [
            (0, "0"), (80, "80"), (0.5, "0.5"), (-1.5, "-1.5"), (1000.0, "1000"), (1e6, "1000000"),
            (1e15, "1000000000000000"),
            (53_687_091_200, "53687091200"), (1e21, "1000000000000000000000"), (1e22, "1e22"), (1.5e300, "1.5e300"),
            (1e-7, "0.0000001"), (1.25e-5, "0.0000125"), (1e-8, "1e-8"), (-2.5e-9, "-2.5e-9"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123_456_789_012_345_680, "123456789012345680"),
        ] as [(Double, String)])
    func `a number is written without exponent where that is readable`(value: Double, text: String) {
        #expect(value.mqlText == text)
        #expect(Double(text) == value)
    }

    @Test func `functions and selectors can be printed alone`() {
        #expect(Function.statistic(.percentile(0.9)).canonicalText == "percentile(0.9)")
        #expect(Function.groupBy(["a", "b c"]).canonicalText == "groupBy(a, \"b c\")")
        #expect(Selector(metric: "m", interval: Interval(5, .minutes)).canonicalText == "m[5m]")
    }

    @Test func `trees are equal wherever they stand`() throws {
        let one = try Query(parsing: "a[1m].sum()>1").root
        let other = try Query(parsing: "  ((a[1m].sum()) > (1))").root
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
    }
}
