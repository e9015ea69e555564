// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// A date and time of day as people write it, in some offset from UTC.
package struct CivilTime: Sendable, Hashable {
    /// Of the Gregorian calendar.
    package var year: Int
    /// 1…12.
    package var month: Int
    /// 1…31.
    package var day: Int
    /// 0…23.
    package var hour: Int
    /// 0…59.
    package var minute: Int
    /// 0…59.
    package var second: Int
    /// 0 = Monday … 6 = Sunday.
    package var weekday: Int

    /// The civil time `offset` seconds east of UTC at `epochSeconds`, which count from 1970.
    package init(epochSeconds: Int, offset: Int = 0) {
        let local = epochSeconds + offset
        let days = local.flooredDivision(by: 86_400)
        let second = local - days * 86_400
        (year, month, day) = Self.date(fromDays: days)
        hour = second / 3_600
        minute = second / 60 % 60
        self.second = second % 60
        weekday = (days + 3) - (days + 3).flooredDivision(by: 7) * 7
    }

    /// Days since 1970-01-01 of a date in the Gregorian calendar.
    ///
    /// The usual arithmetic on years that begin in March, so that the leap day comes last.
    package static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Int {
    /// The quotient rounded towards minus infinity.
    func flooredDivision(by divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// Decimal digits, filled up with zeros to `width`.
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

/// Swedish legal time, by the rule in force since 1996: an hour ahead of UTC, two between the last Sundays of March and
/// October, changing at 01:00 UTC.
package enum StockholmTime {
    /// Seconds east of UTC.
    package static func offset(at epochSeconds: Int) -> Int {
        let year = CivilTime(epochSeconds: epochSeconds).year
        let summer = lastSunday(of: 3, year: year)..<lastSunday(of: 10, year: year)
        return summer.contains(epochSeconds) ? 7_200 : 3_600
    }

    /// The civil time in Stockholm.
    package static func civil(at epochSeconds: Int) -> CivilTime {
        CivilTime(epochSeconds: epochSeconds, offset: offset(at: epochSeconds))
    }

    /// 01:00 UTC on the last Sunday of a month of 31 days.
    private static func lastSunday(of month: Int, year: Int) -> Int {
        let last = CivilTime.days(year: year, month: month, day: 31)
        let weekday = CivilTime(epochSeconds: last * 86_400).weekday
        return (last - (weekday + 1) % 7) * 86_400 + 3_600
    }
}

/// The spellings of instants that occur on the wire.
package enum WireTime {
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Tue, 21 Jul 2026 12:00:00 GMT`; the zone's name can be another one.
    package static func http(_ date: Date, zone: String = "GMT") -> String {
        let t = CivilTime(epochSeconds: seconds(date))
        return "\(weekdays[t.weekday]), \(t.day.padded(2)) \(months[t.month - 1]) \(t.year) "
            + "\(t.hour.padded(2)):\(t.minute.padded(2)):\(t.second.padded(2)) \(zone)"
    }

    /// Reads what `http` writes; nil for anything else.
    package static func date(http text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC", let day = Int(parts[1]),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3])
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3 else { return nil }
        let days = CivilTime.days(year: year, month: month + 1, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]))
    }

    /// `2026-07-21T12:00:00.000Z`, rounded down; without the fraction for whole seconds where `short`.
    package static func rfc3339(_ date: Date, short: Bool = false) -> String {
        let millis = Int((date.timeIntervalSince1970 * 1_000).rounded(.down))
        let whole = millis.flooredDivision(by: 1_000)
        let t = CivilTime(epochSeconds: whole)
        let text =
            "\(t.year.padded(4))-\(t.month.padded(2))-\(t.day.padded(2))"
            + "T\(t.hour.padded(2)):\(t.minute.padded(2)):\(t.second.padded(2))"
        return short ? text + "Z" : text + ".\((millis - whole * 1_000).padded(3))Z"
    }

    /// Reads RFC 3339 with any number of fraction digits and `Z` or `±hh:mm`; nil for anything else.
    package static func date(rfc3339 text: String) -> Date? {
        let bytes = Array(text.utf8)
        func number(_ from: Int, _ count: Int) -> Int? {
            guard from + count <= bytes.count else { return nil }
            return Int(String(decoding: bytes[from..<from + count], as: UTF8.self))
        }
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] | 32 == 116 || bytes[10] == 32,
            bytes[13] == 58, bytes[16] == 58, let year = number(0, 4), let month = number(5, 2),
            let day = number(8, 2), let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 25, minute < 60, second < 61
        else { return nil }
        var index = 19
        var fraction = 0.0
        if bytes[index] == 46 {
            let digits = bytes[(index + 1)...].prefix { (48...57).contains($0) }
            fraction = Double("0." + String(decoding: digits, as: UTF8.self)) ?? 0
            index += 1 + digits.count
        }
        guard index < bytes.count, let offset = zone(Array(bytes[index...])) else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        let whole = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(whole) + fraction)
    }

    private static func zone(_ bytes: [UInt8]) -> Int? {
        if bytes.count == 1, bytes[0] | 32 == 122 { return 0 }
        guard bytes.count == 6, bytes[3] == 58, bytes[0] == 43 || bytes[0] == 45,
            let hours = Int(String(decoding: bytes[1...2], as: UTF8.self)),
            let minutes = Int(String(decoding: bytes[4...5], as: UTF8.self))
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (bytes[0] == 45 ? -1 : 1)
    }

    private static func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) }
}
