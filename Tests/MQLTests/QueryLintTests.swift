// SPDX-License-Identifier: MIT

import MQL
import Testing

struct QueryLintTests {
    /// The codes for a query about a metric with these traits.
    private func codes(_ text: String, _ traits: MetricTraits = MetricTraits()) throws -> [String] {
        QueryLint { _ in traits }.findings(in: try Query(parsing: text)).map(\.code)
    }

    @Test(arguments: [
        "q[1m].count() < 1", "q[1m].count() <= 0", "q[1m].count() == 0", "1 > q[1m].count()", "0 == q[1m].count()",
        "q[1m].count() in (0, 0)", "q[1m].count() < 1 || q[1m].groupBy(a).absent(1h)",
    ])
    func `a count that would have to be zero is never true, whatever is posted`(text: String) throws {
        for isZeroFilled in [true, false] {
            let query = try Query(parsing: text)
            let found = QueryLint { _ in MetricTraits(isZeroFilled: isZeroFilled) }.findings(in: query)
            #expect(found.map(\.code) == ["W-COUNT-ZERO"])
            #expect(found.first?.message.contains("never true") == true)
        }
    }

    @Test(arguments: [
        "q[1m].sum() < 1", "q[1m].sum() == 0", "q[1m].groupBy(a).sum() <= 10", "5 >= q[1m].sum()",
        "q[1m].sum() in (-1, 1)",
        "q[1m].count() < 3", "(q[1m].sum() == 0).grouping().count() > 2",
    ])
    func `a sum near zero is warned of unless zeros are posted`(text: String) throws {
        #expect(try codes(text) == ["W-COUNT-ZERO"])
        #expect(try codes(text, MetricTraits(isZeroFilled: true)) == [])
    }

    @Test(arguments: [
        "q[1m].sum() > 0", "q[1m].sum() >= 0", "q[1m].sum() != 3", "q[1m].count() > 0", "q[1m].mean() == 0",
        "q[1m].sum() == 5",
        "q[1m].sum() in (1, 9)", "q[1m].sum() not in (1, 9)", "q[1m].sum() < -1",
        "q[1m].sum() < 1 || q[1m].grouping().absent(3d)",
        "q[1m].sum() + 1 < 5",
    ])
    func `other comparisons are fine`(text: String) throws {
        #expect(try codes(text) == [])
    }

    @Test func `what is known of a metric goes before its name`() throws {
        #expect(try codes("CpuUtilization[1m].grouping().sum()") == ["W-PERCENT-FLEET"])
        #expect(try codes("CpuUtilization[1m].grouping().sum()", MetricTraits(isPercentage: false)) == [])
        #expect(try codes("load[1m].grouping().sum()", MetricTraits(isPercentage: true)) == ["W-PERCENT-FLEET"])
        #expect(try codes("run_duration_seconds[1m].grouping().sum()") == [])
        #expect(try codes("CpuUtilization[1m].sum()") == [])
        #expect(try codes("CpuUtilization[1m].grouping().mean()") == [])
    }

    @Test(arguments: [
        ("a[1m].Mean()", "a[1m].mean()"), ("a[1m].groupby(h).sum()", "a[1m].groupBy(h).sum()"),
        ("a[1m].mean().max()", "(a[1m].mean()).max()"), ("a[1m]{}.sum()", "a[1m].sum()"),
        ("a[1m].groupBy(h).absent(20)", "a[1m].groupBy(h).absent(20h)"),
    ])
    func `warnings about the notation have a safe fix that ends them`(text: String, fixed: String) throws {
        let query = try Query(parsing: text)
        #expect(FixIt.apply(query.diagnostics.safeFixes, to: text) == fixed)
        #expect(try Query(parsing: fixed).diagnostics == [])
    }

    @Test func `findings come in the order of the text and point at what they are about`() throws {
        let text = "a[1m]{}.absent() == 1 || b[1m]{c =~ \"x.*\"}.grouping().rate() > a[1m].sum()"
        let query = try Query(parsing: text)
        let found = QueryLint().findings(in: query)
        #expect(
            found.map(\.code) == [
                "W-EMPTY-DIMS", "W-ABSENT-DEFAULT", "W-ABSENT-NO-GROUPBY", "W-CMP-QUERY", "W-REGEX-LIKE",
                "W-RATE-GROUPED",
            ])
        let places = found.map {
            String(text.utf8.dropFirst($0.range.start).prefix($0.range.end - $0.range.start)) ?? ""
        }
        #expect(places.first == "{}")
        #expect(places[1] == ".absent()")
        #expect(places.last == ".rate()")
        #expect(found.allSatisfy { $0.severity == .warning && !$0.rendered(in: text).isEmpty })
    }

    @Test(arguments: [
        ("web-*|db", false), ("web.*", true), ("^web", true), ("we[bc]", true), ("(a|b)", true), ("a.b", false),
    ])
    func `only what regular expressions use is taken for one`(pattern: String, isSuspicious: Bool) throws {
        #expect(try codes("a[1m]{h =~ \"\(pattern)\"}.sum()") == (isSuspicious ? ["W-REGEX-LIKE"] : []))
        #expect(try codes("a[1m]{h = \"\(pattern)\"}.sum()") == [])
    }
}
