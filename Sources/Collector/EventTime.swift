// SPDX-License-Identifier: MIT

package import Ledger

/// When an event happened, as its `datetime` says: the instant, and the local date it is filed under.
///
/// The API writes `2026-01-02 9:38:09 +01:00`, in 38 % of events without a leading zero for the hour.
package struct EventTime: Sendable, Hashable {
    /// Seconds since 1970-01-01 UTC.
    package let epochSeconds: Int
    /// The first ten characters of `datetime`.
    package let date: CalendarDay

    package init(epochSeconds: Int, date: CalendarDay) {
        self.epochSeconds = epochSeconds
        self.date = date
    }

    /// Reads `YYYY-MM-DD H:MM:SS ±HH:MM`; also `T` for the blank, `Z` or `±HHMM` for the offset, and fractions.
    ///
    /// - Returns: nil where the text says no valid time; dates that do not exist (February 30) and years before 1970 are none.
    package init?(_ text: some Collection<UInt8>) {
        var reader = DigitReader(rest: Array(text)[...])
        guard let year = reader.number(4...4), reader.skip("-"), let month = reader.number(2...2), reader.skip("-"),
            let day = reader.number(2...2), let date = CalendarDay(year: year, month: month, day: day),
            reader.skip(" ") || reader.skip("T"),
            let hour = reader.number(1...2), hour < 24, reader.skip(":"), let minute = reader.number(2...2),
            minute < 60, reader.skip(":"), let second = reader.number(2...2), second < 61, reader.skipFraction(),
            let offset = reader.offset(), reader.rest.isEmpty
        else { return nil }
        epochSeconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset
        self.date = date
    }
}

/// Reads fixed fields off the front of a text.
private struct DigitReader {
    var rest: ArraySlice<UInt8>

    mutating func number(_ width: ClosedRange<Int>) -> Int? {
        var value = 0
        var digits = 0
        while digits < width.upperBound, let byte = rest.first, case 0x30...0x39 = byte {
            value = value * 10 + Int(byte - 0x30)
            digits += 1
            rest = rest.dropFirst()
        }
        return digits >= width.lowerBound ? value : nil
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, UInt32(byte) == scalar.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// `.` and at least one digit, if there is a point at all.
    mutating func skipFraction() -> Bool {
        guard skip(".") else { return true }
        return number(1...9) != nil
    }

    /// Seconds east of UTC, after an optional blank.
    mutating func offset() -> Int? {
        _ = skip(" ")
        if skip("Z") { return 0 }
        let sign = skip("-") ? -1 : skip("+") ? 1 : 0
        guard sign != 0, let hours = number(2...2), hours < 24 else { return nil }
        _ = skip(":")
        guard let minutes = number(2...2), minutes < 60 else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
