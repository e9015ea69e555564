// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCIMetrics
import Testing

@Suite struct MetricPointTests {
    @Test func `points of one stream differ by their instant`() {
        let first = MetricPoint(name: "a", dimensions: ["job": "x"], value: 1, at: Date(timeIntervalSince1970: 0))
        var second = first
        second.at = Date(timeIntervalSince1970: 60)
        #expect(first != second)
    }
}
