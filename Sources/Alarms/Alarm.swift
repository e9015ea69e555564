// SPDX-License-Identifier: MIT

package import JSON

/// An alarm as OCI's CreateAlarmDetails has it, placeholders filled in. Times are milliseconds, as in MQL.
package struct Alarm: Sendable, Hashable {
    /// The file's base name, or the alarm's key in a list.
    package var key = ""
    package var displayName = ""
    package var compartmentID: String?
    package var metricCompartmentID: String?
    package var metricCompartmentIDInSubtree = false
    package var namespace = ""
    /// nil: only streams without one.
    package var resourceGroup: String?
    package var query = ""
    package var severity = Severity.critical
    /// How long the condition has to hold.
    package var pendingMilliseconds: Int64 = 60_000
    package var body: String?
    package var notificationTitle: String?
    package var alarmSummary: String?
    package var messageFormat = MessageFormat.raw
    /// nil: never repeated; 0: a message for every firing label.
    package var repeatMilliseconds: Int64?
    /// How long an evaluation waits for points.
    package var slackMilliseconds: Int64 = 180_000
    /// Split notifications.
    package var isPerStream = false
    package var isEnabled = true
    package var destinations: [String] = []
    package var overrides: [AlarmOverride] = []
    /// The name of the base rule.
    package var ruleName = "BASE"
    package var notificationVersion: String?
    package var suppression: AlarmSuppression?
    package var freeformTags: [String: String] = [:]
    /// By tag namespace, then by key.
    package var definedTags: [String: [String: JSONValue]] = [:]

    /// An alarm with everything as the service takes it where nothing is said.
    package init() {}
}

/// How a message is written.
package enum MessageFormat: String, Sendable, Hashable, CaseIterable {
    case raw = "RAW"
    case prettyJSON = "PRETTY_JSON"
    case onsOptimized = "ONS_OPTIMIZED"
}

/// A rule that goes before the base rule; nil: as the base has it.
package struct AlarmOverride: Sendable, Hashable {
    package var ruleName: String
    package var query: String?
    package var severity: Severity?
    package var body: String?
    package var pendingMilliseconds: Int64?

    /// An override that changes nothing yet.
    package init(ruleName: String) { self.ruleName = ruleName }
}

/// A time without messages, both ends inclusive.
package struct AlarmSuppression: Sendable, Hashable {
    package var description: String?
    package var from: Int64
    package var until: Int64
    /// nil: the whole alarm; else only streams that have these dimensions.
    package var dimensions: [String: String]?
    package var recurrence: SuppressionRecurrence?

    /// A suppression of the whole alarm.
    package init(from: Int64, until: Int64) {
        self.from = from
        self.until = until
    }
}

/// `FREQ=DAILY|WEEKLY` with a length: the suppression holds from each occurrence for this long.
package struct SuppressionRecurrence: Sendable, Hashable {
    /// Days of the week, 1 = Monday … 7 = Sunday; empty: every day.
    package var weekdays: Set<Int>
    /// Seconds since midnight UTC at which it begins.
    package var secondsOfDay: [Int]
    package var durationMilliseconds: Int64

    /// A recurrence of these parts.
    package init(weekdays: Set<Int>, secondsOfDay: [Int], durationMilliseconds: Int64) {
        self.weekdays = weekdays
        self.secondsOfDay = secondsOfDay
        self.durationMilliseconds = durationMilliseconds
    }
}
