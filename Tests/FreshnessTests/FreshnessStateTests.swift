// SPDX-License-Identifier: MIT

import Testing

@testable import Freshness

@Suite struct FreshnessStateTests {
    @Test func `the six states have the names of the dimension's values`() {
        #expect(FreshnessState.allCases.map(\.rawValue) == ["fresh", "missed", "failing", "stuck", "quiet", "unknown"])
    }
}
