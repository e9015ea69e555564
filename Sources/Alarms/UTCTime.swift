// SPDX-License-Identifier: MIT

/// Instants as RFC 3339 text, as milliseconds since 1970. Integer arithmetic on the Gregorian calendar, no time zones.
package enum UTCTime {
    /// Milliseconds in a minute, the distance of labels.
    package static let minute: Int64 = 60_000
    /// Milliseconds in a day.
    package static let day: Int64 = 86_400_000

    /// `2026-01-05T02:00:00Z`; with three digits of a fraction where it is no whole second.
    package static func text(_ milliseconds: Int64) -> String {
        let (days, inDay) = floorDivide(milliseconds, day)
        let (year, month, dayOfMonth) = date(daysSince1970: days)
        let seconds = inDay / 1000
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        let fraction = inDay % 1000 == 0 ? "" : "." + padded(inDay % 1000, 3)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(time)\(fraction)Z"
    }

    /// The instant of a date, a time and `Z` or an offset; what is finer than a millisecond is cut off. nil for everything
    /// else: days that do not exist, leap seconds, no zone.
    package static func milliseconds(_ text: String) -> Int64? {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2, in: 1...12),
            reader.skip("-"), let dayOfMonth = reader.number(2, in: 1...daysIn(month, of: year)), reader.skip("Tt"),
            let hour = reader.number(2, in: 0...23), reader.skip(":"), let minutes = reader.number(2, in: 0...59),
            reader.skip(":"), let second = reader.number(2, in: 0...59), let fraction = reader.fraction(),
            let offset = reader.zone(), reader.isAtEnd
        else { return nil }
        let days = daysSince1970(year: year, month: month, day: dayOfMonth)
        return days * day + ((hour * 60 + minutes) * 60 + second - offset) * 1000 + fraction
    }

    /// The first whole minute at or after an instant, 100 000 years around 1970.
    package static func minuteUp(_ milliseconds: Int64) -> Int64 {
        let (quotient, rest) = floorDivide(min(max(milliseconds, -horizon), horizon), minute)
        return (rest == 0 ? quotient : quotient + 1) * minute
    }

    /// The last whole minute at or before an instant, 100 000 years around 1970.
    package static func minuteDown(_ milliseconds: Int64) -> Int64 {
        floorDivide(min(max(milliseconds, -horizon), horizon), minute).0 * minute
    }

    /// Instants further from 1970 are taken for this one, so that sums of them fit.
    private static let horizon: Int64 = 36_525_000 * day

    /// 1 = Monday … 7 = Sunday.
    package static func weekday(_ milliseconds: Int64) -> Int {
        Int(floorDivide(floorDivide(milliseconds, day).0 + 3, 7).1) + 1
    }

    /// Quotient rounded towards minus infinity, and a remainder that is never negative.
    static func floorDivide(_ value: Int64, _ by: Int64) -> (Int64, Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: by)
        return rest < 0 ? (quotient - 1, rest + by) : (quotient, rest)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Source: as above, civil_from_days.
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

/// Walks over a text of digits and marks.
struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    /// Exactly `width` digits.
    mutating func number(_ width: Int, in range: ClosedRange<Int64>? = nil) -> Int64? {
        let start = position
        guard let value = digits(), position == start + width, range?.contains(value) ?? true else { return nil }
        return value
    }

    /// As many digits as there are, at least one and at most 9.
    mutating func digits() -> Int64? {
        let found = bytes[position...].prefix { 0x30...0x39 ~= $0 }
        guard (1...9).contains(found.count) else { return nil }
        position += found.count
        return found.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// One of the characters of `choices` (ASCII).
    mutating func skip(_ choices: String) -> Bool {
        guard position < bytes.count, choices.utf8.contains(bytes[position]) else { return false }
        position += 1
        return true
    }

    /// Milliseconds; 0 where there is no fraction, nil where a point has no digit behind it.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        let found = bytes[position...].prefix { 0x30...0x39 ~= $0 }
        guard !found.isEmpty else { return nil }
        position += found.count
        let kept = Array(found.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - found.count))
        return kept.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int64? {
        if skip("Zz") { return 0 }
        let isWest = position < bytes.count && bytes[position] == 0x2D
        guard skip("+-"), let hours = number(2, in: 0...23), skip(":"), let minutes = number(2, in: 0...59)
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }
}
