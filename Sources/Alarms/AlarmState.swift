// SPDX-License-Identifier: MIT

package import MQL

/// What an alarm, or one of its streams, is in.
package enum AlarmState: String, Sendable, Hashable, CaseIterable {
    case ok = "OK"
    case firing = "FIRING"
}

/// What an evaluation found for one stream and one label.
package enum Truth: UInt8, Sendable, Hashable {
    /// No value.
    case missing = 0
    /// Zero.
    case no = 1
    /// Anything else.
    case yes = 2

    /// The truth of a value of an answer; NaN: no value.
    package init(_ value: Double) { self = value.isNaN ? .missing : value == 0 ? .no : .yes }
}

/// Whether one stream fires by one rule, from label to label.
///
/// Source: "Monitoring Overview" and "About the Internal Reset Period", docs.oracle.com.
package struct StreamMachine: Sendable, Hashable {
    /// What a step did.
    package enum Change: Sendable, Hashable {
        case none
        /// From OK to FIRING.
        case fired
        /// From FIRING to OK since the condition ended.
        case cleared
        /// From FIRING to OK since nothing was seen for the internal reset period.
        case reset
    }

    /// How long a firing stream may be without a value.
    package static let resetPeriod = 10 * UTCTime.minute

    /// Present state.
    package private(set) var state = AlarmState.ok
    /// The first of the labels without value; `.min` while there is none.
    private var missingSince = Int64.min

    /// A stream that nobody knows anything about: OK.
    package init() {}

    /// Takes the next label.
    ///
    /// - Parameters:
    ///   - truth: what was found at it.
    ///   - isSustained: whether it and all labels before it, over the pending duration, are true.
    ///   - label: milliseconds, later than the last one.
    ///   - rule: what becomes of a firing stream without a value.
    @inline(__always)
    package mutating func step(
        _ truth: Truth, isSustained: Bool, at label: Int64, missing rule: Knobs.MissingWhileFiring = .hold
    ) -> Change {
        guard state == .firing else {
            guard truth == .yes, isSustained else { return .none }
            state = .firing
            missingSince = .min
            return .fired
        }
        switch truth {
        case .yes:
            missingSince = .min
            return .none
        case .no:
            state = .ok
            return .cleared
        case .missing: return missing(at: label, rule)
        }
    }

    private mutating func missing(at label: Int64, _ rule: Knobs.MissingWhileFiring) -> Change {
        if rule == .clear {
            state = .ok
            return .cleared
        }
        if missingSince == .min { missingSince = label }
        guard label - missingSince >= Self.resetPeriod else { return .none }
        state = .ok
        return .reset
    }
}
