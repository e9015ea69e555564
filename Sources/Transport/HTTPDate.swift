// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// Dates as HTTP writes them, always in English and GMT whatever the locale.
///
/// Source: RFC 9110, 5.6.7.
package enum HTTPDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let longWeekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Tue, 21 Jul 2026 12:00:00 GMT`: the whole second at or before `date`, for years 0 to 9999.
    package static func format(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let days = floorDivide(seconds, 86_400)
        let (year, month, day) = civil(days)
        let secondOfDay = seconds - days * 86_400
        let weekday = weekdays[((days + 4) % 7 + 7) % 7]
        let time = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { padded($0, 2) }
        let date = "\(padded(day, 2)) \(months[month - 1]) \(padded(year, 4))"
        return "\(weekday), \(date) \(time.joined(separator: ":")) GMT"
    }

    /// The instant a header names, in any of the three forms HTTP knows; nil where it is none of them.
    ///
    /// The name of the weekday has to be one, not the right one. Two-digit years are 1969 to 2068, as in POSIX.
    package static func parse(_ text: String) -> Date? {
        let parts = text.split(separator: " ").map(String.init)
        switch parts.count {
        case 6:  // Sun, 06 Nov 1994 08:49:37 GMT
            guard isWeekday(parts[0], weekdays, ","), isZone(parts[5]), parts[3].utf8.count == 4 else { return nil }
            return date(year: number(parts[3]), month: parts[2], day: parts[1], time: parts[4])
        case 5:  // Sun Nov  6 08:49:37 1994
            guard isWeekday(parts[0], weekdays, ""), parts[4].utf8.count == 4 else { return nil }
            return date(year: number(parts[4]), month: parts[1], day: parts[2], time: parts[3])
        case 4:  // Sunday, 06-Nov-94 08:49:37 GMT
            let dayMonthYear = parts[1].split(separator: "-").map(String.init)
            guard isWeekday(parts[0], longWeekdays, ","), isZone(parts[3]), dayMonthYear.count == 3,
                dayMonthYear[2].utf8.count == 2, let year = number(dayMonthYear[2])
            else { return nil }
            let century = year < 69 ? 2000 : 1900
            return date(year: century + year, month: dayMonthYear[1], day: dayMonthYear[0], time: parts[2])
        default:
            return nil
        }
    }

    private static func date(year: Int?, month: String, day: String, time: String) -> Date? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0)) }
        guard let year, let month = months.firstIndex(of: month), day.utf8.count <= 2, let day = number(day),
            time.utf8.count == 8, clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = self.days(year, month + 1, day)
        // 31 February would come back as a day of March.
        guard day >= 1, civil(days) == (year, month + 1, day) else { return nil }
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 + second))
    }

    private static func isWeekday(_ text: String, _ names: [String], _ end: String) -> Bool {
        text.hasSuffix(end) && names.contains(String(text.dropLast(end.count)))
    }

    private static func isZone(_ text: String) -> Bool { text == "GMT" || text == "UTC" }

    /// Digits only: `Int` would take a sign.
    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// The proleptic Gregorian calendar, counted from 1 March so that the leap day ends the year.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
extension HTTPDate {
    /// Days since 1970-01-01.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : (a - b + 1) / b }
}
