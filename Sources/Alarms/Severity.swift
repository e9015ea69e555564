// SPDX-License-Identifier: MIT

/// How bad it is if an alarm fires, worst first.
package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    case critical = "CRITICAL"
    case error = "ERROR"
    case warning = "WARNING"
    case info = "INFO"

    /// The lesser is the milder.
    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .critical: 3
        case .error: 2
        case .warning: 1
        case .info: 0
        }
    }
}
