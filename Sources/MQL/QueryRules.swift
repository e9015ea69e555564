// SPDX-License-Identifier: MIT

/// The static rules that need no grammar: limits of this library, and what intervals and periods are allowed.
public enum QueryRules {
    /// The longest text that is parsed, in bytes. The service's own limit is not documented; the longest published query
    /// has 600 bytes.
    public static let maximumBytes = 65_536
    /// How deep a tree may be; deeper ones are refused with `E-DEPTH`. A chain of operators is as deep as it is long.
    /// Parsing that deep takes under 0.8 MB of stack in a release build, 1.5 MB in a debug build (measured 2026-11).
    public static let maximumDepth = 128
    /// More errors, and more warnings, than this are not reported for one text.
    public static let maximumDiagnostics = 20
    /// What stands in brackets, for messages.
    static let intervals = "intervals are 1m to 60m, 1h to 24h, and 1d"
    /// What stands in `absent()`, for messages.
    static let absencePeriods = "the absence detection period is 1m to 3d, as in absent(20m)"

    /// What a word in brackets or in `absent()` says.
    enum Reading: Equatable {
        case valid(Interval)
        /// Not allowed; what to write instead, if that can be told.
        case invalid(suggestion: String?, isSafe: Bool)
    }

    /// Reads `5m`: one of `1m` to `60m`, `1h` to `24h`, `1d`.
    static func interval(_ word: String) -> Reading {
        guard let (interval, isAsWritten) = length(word) else {
            return .invalid(suggestion: minutes(word), isSafe: false)
        }
        if isAsWritten, isInterval(interval) { return .valid(interval) }
        if isInterval(interval) { return .invalid(suggestion: interval.text, isSafe: !word.hasSuffix("M")) }
        guard let same = equalInterval(minutes: interval.minutes) else {
            return .invalid(suggestion: nil, isSafe: false)
        }
        return .invalid(suggestion: same.text, isSafe: true)
    }

    /// Reads the argument of `absent()`: `1m` to `3d`. A bare number has no unit and is not read here.
    static func absencePeriod(_ word: String) -> Reading {
        guard let (interval, isAsWritten) = length(word) else { return .invalid(suggestion: nil, isSafe: false) }
        let isAllowed = (1...4320).contains(interval.minutes)
        if isAsWritten, isAllowed { return .valid(interval) }
        if isAllowed { return .invalid(suggestion: interval.text, isSafe: !word.hasSuffix("M")) }
        return .invalid(suggestion: interval.minutes > 4320 ? "3d" : nil, isSafe: false)
    }

    /// A count and a unit, and whether it is written as the language wants it: no leading zero, `m`, `h` or `d`.
    private static func length(_ word: String) -> (Interval, Bool)? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 6, let count = Int(digits) else { return nil }
        let unit = word.dropFirst(digits.count).drop { $0 == " " }
        let isPlain = !digits.hasPrefix("0") && word.utf8.count == digits.utf8.count + unit.utf8.count
        switch unit {
        case "m": return (Interval(count, .minutes), isPlain)
        case "h": return (Interval(count, .hours), isPlain)
        case "d": return (Interval(count, .days), isPlain)
        case "M", "min", "mins", "minute", "minutes": return (Interval(count, .minutes), false)
        case "H", "hr", "hrs", "hour", "hours": return (Interval(count, .hours), false)
        case "D", "day", "days": return (Interval(count, .days), false)
        default: return nil
        }
    }

    private static func isInterval(_ interval: Interval) -> Bool {
        switch interval.unit {
        case .minutes: (1...60).contains(interval.count)
        case .hours: (1...24).contains(interval.count)
        case .days: interval.count == 1
        }
    }

    /// The allowed interval of the same length.
    private static func equalInterval(minutes: Int) -> Interval? {
        guard minutes > 0, minutes <= 1440, minutes % 60 == 0 else { return nil }
        return minutes == 1440 ? Interval(1, .days) : Interval(minutes / 60, .hours)
    }

    /// `5` as `5m`.
    private static func minutes(_ word: String) -> String? {
        guard let count = Int(word), isInterval(Interval(count, .minutes)) else { return nil }
        return Interval(count, .minutes).text
    }
}
