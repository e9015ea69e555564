// SPDX-License-Identifier: MIT

import Alarms
import Testing

struct SeverityTests {
    @Test func `severities are ordered from INFO up to CRITICAL`() {
        #expect(Severity.allCases.sorted() == [.info, .warning, .error, .critical])
    }
}
