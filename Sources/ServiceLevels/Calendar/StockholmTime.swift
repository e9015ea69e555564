// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// The clock on the wall in Stockholm.
package enum StockholmTime {
    /// `2026-11-23 09:00`.
    package static func text(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: offsetMinutes(at: date.minute) * 60) ?? .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func two(_ value: Int?) -> String { String(String(100 + (value ?? 0)).suffix(2)) }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute))"
    }

    /// Minutes ahead of UTC: 120 from 01:00 UTC on the last Sunday of March to that of October.
    package static func offsetMinutes(at minute: Int) -> Int {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let date = Date(timeIntervalSince1970: Double(minute) * 60)
        let year = calendar.component(.year, from: date)
        func lastSunday(_ month: Int) -> Date {
            let last = calendar.date(from: DateComponents(year: year, month: month, day: 31, hour: 1)) ?? date
            return last.addingTimeInterval(Double(1 - calendar.component(.weekday, from: last)) * 86_400)
        }
        return lastSunday(3) <= date && date < lastSunday(10) ? 120 : 60
    }
}
