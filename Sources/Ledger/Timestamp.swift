// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// Instants as RFC 3339 text in UTC with milliseconds: `2026-11-23T07:30:00.123Z`.
///
/// Integer arithmetic on purpose: the formatters of Foundation cost milliseconds at their first use.
package enum Timestamp {
    /// Rounded to the nearest millisecond; what lies outside the years 1970 to 9999 becomes the nearest end of them.
    package static func text(_ date: Date) -> String {
        let milliseconds = milliseconds(date)
        let (seconds, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let (days, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let day = CalendarDay(daysSince1970: days)
        var out: [UInt8] = []
        out.reserveCapacity(24)
        day.write(separator: UInt8(ascii: "-"), into: &out)
        for (mark, value) in [("T", time / 3600), (":", time / 60 % 60), (":", time % 60)] as [(Unicode.Scalar, Int)] {
            out.append(UInt8(ascii: mark))
            writeDigits(value, 2, into: &out)
        }
        out.append(UInt8(ascii: "."))
        writeDigits(fraction, 3, into: &out)
        out.append(UInt8(ascii: "Z"))
        return String(decoding: out, as: UTF8.self)
    }

    /// The instant of an RFC 3339 text: any number of fraction digits, `Z` or an offset such as `+01:00`.
    ///
    /// nil for everything else: other separators, days or hours that do not exist, leap seconds, years before 1970.
    package static func date(_ text: String) -> Date? {
        var reader = TimestampReader(Array(text.utf8))
        guard let year = reader.digits(4, 1970...9999), reader.take("-"), let month = reader.digits(2, 1...12),
            reader.take("-"), let day = reader.digits(2, 1...31), reader.take("T"),
            let hour = reader.digits(2, 0...23), reader.take(":"), let minute = reader.digits(2, 0...59),
            reader.take(":"), let second = reader.digits(2, 0...59), let nanoseconds = reader.fraction(),
            let offset = reader.offset(), reader.isAtEnd,
            let date = CalendarDay(year: year, month: month, day: day)
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + Double(nanoseconds) / 1e9)
    }

    /// Milliseconds since 1970, at least 0 and within the year 9999.
    package static func milliseconds(_ date: Date) -> Int {
        let value = (date.timeIntervalSince1970 * 1000).rounded()
        return Int(min(max(value, 0), 253_402_300_799_999))
    }

    /// The instant so many milliseconds after 1970.
    package static func date(milliseconds: Int) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// A day of the Gregorian calendar, years 1970 to 9999.
package struct CalendarDay: Sendable, Hashable, Comparable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// nil where the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard 1970...9999 ~= year, 1...12 ~= month, 1...Self.days(in: month, year) ~= day else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day in UTC.
    package init(_ date: Date) {
        self.init(daysSince1970: Timestamp.milliseconds(date) / 86_400_000)
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    init(daysSince1970: Int) {
        let shifted = daysSince1970 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Source: as above, days_from_civil.
    package var daysSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return shiftedYear / 400 * 146_097 + dayOfEra - 719_468
    }

    /// `2026-11-23` for `-`, `2026/11/23` for `/`.
    package func text(separator: Unicode.Scalar = "-") -> String {
        var out: [UInt8] = []
        write(separator: UInt8(ascii: separator), into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// `2026-11`.
    package var monthText: String { String(text().prefix(7)) }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    func write(separator: UInt8, into out: inout [UInt8]) {
        writeDigits(year, 4, into: &out)
        out.append(separator)
        writeDigits(month, 2, into: &out)
        out.append(separator)
        writeDigits(day, 2, into: &out)
    }

    private static func days(in month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

private func writeDigits(_ value: Int, _ count: Int, into out: inout [UInt8]) {
    var divisor = count == 4 ? 1000 : count == 3 ? 100 : 10
    while divisor > 0 {
        out.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
        divisor /= 10
    }
}

/// Reads the parts of a timestamp one after the other.
private struct TimestampReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard !isAtEnd, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    mutating func digits(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return range ~= value ? value : nil
    }

    /// Nanoseconds; 0 where there is no fraction, nil where a point has no digit behind it.
    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        guard var value = digit() else { return nil }
        var count = 1
        while let digit = digit() {
            if count < 9 { value = value * 10 + digit }
            count += 1
        }
        for _ in min(count, 9)..<9 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if take("Z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = digits(2, 0...23), take(":"), let minutes = digits(2, 0...59) else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func digit() -> Int? {
        guard !isAtEnd, 0x30...0x39 ~= bytes[position] else { return nil }
        position += 1
        return Int(bytes[position - 1] - 0x30)
    }
}
