// SPDX-License-Identifier: MIT

package import YAML

/// What came of the tests of one file.
package struct AlarmTestReport: Sendable {
    /// The test file.
    package let path: String
    /// In the order of the file.
    package let results: [AlarmTestResult]

    /// Whether all tests passed.
    package var hasPassed: Bool { results.allSatisfy(\.hasPassed) }
}

/// What came of one test.
package struct AlarmTestResult: Sendable {
    package let name: String
    package let mark: YAMLMark
    /// Empty: it passed.
    package let failures: [AlarmTestFailure]
    /// What the test shows of its alarms, where it passed.
    package let evidence: [AlarmEvidence]

    package var hasPassed: Bool { failures.isEmpty }
}

/// An expectation that was not met.
package struct AlarmTestFailure: Sendable, Hashable {
    /// Where the expectation stands.
    package let mark: YAMLMark
    /// What was looked at: `alarm feed-stale: states`.
    package let subject: String
    /// Expected and got, lines of at most 76 columns.
    package let lines: [String]
}

/// The ways in which an alarm can prove itself.
package enum CoverageKind: String, Sendable, Hashable, CaseIterable {
    /// It goes from OK to FIRING, and the test says so.
    case fire
    /// Its query has values, and the test says that it is OK all the time.
    case silent
    /// It goes from FIRING to OK since its condition ended, not by a reset, and the test says so.
    case clear
    /// Its data stop or never come, and the test says what it does all the time.
    case absent
}

/// What one passed test shows of one alarm.
package struct AlarmEvidence: Sendable, Hashable {
    package let alarm: String
    package let kinds: Set<CoverageKind>
    /// Overrides that the test has seen firing, and says so.
    package let rules: Set<String>
}
