// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@Suite struct TimestampTests {
    // Seconds from `date -u -d … +%s`.
    static let known: [(String, Double)] = [
        ("1970-01-01T00:00:00.000Z", 0), ("2026-11-23T07:30:00.123Z", 1_795_419_000.123),
        ("2000-02-29T23:59:59.999Z", 951_868_799.999), ("2100-03-01T00:00:00.000Z", 4_107_542_400),
        ("1999-12-31T23:59:59.001Z", 946_684_799.001), ("9999-12-31T23:59:59.999Z", 253_402_300_799.999),
    ]

    @Test(arguments: known)
    func `known instants are written and read`(text: String, seconds: Double) {
        #expect(Timestamp.text(Date(timeIntervalSince1970: seconds)) == text)
        #expect(Timestamp.date(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [(0, 60_000, 1), (0, 2_932_897, 73)])
    func `days from 1970 to 9999 come back, one after the other`(first: Int, end: Int, step: Int) {
        var failures = 0
        var last = CalendarDay(Date(timeIntervalSince1970: -86_400))
        for number in stride(from: first, to: end, by: step) {
            let day = CalendarDay(Date(timeIntervalSince1970: Double(number) * 86_400 + 0.5))
            if day.daysSince1970 != number || (number > 0 && day <= last) { failures += 1 }
            last = day
        }
        #expect(failures == 0)
    }

    @Test func `the last day it knows is the last of 9999`() {
        let day = CalendarDay(Date(timeIntervalSince1970: 1e15))
        #expect(day == CalendarDay(year: 9999, month: 12, day: 31))
        #expect(day.daysSince1970 == 2_932_896)
    }

    @Test func `any instant to the millisecond survives the text`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let date = Timestamp.date(milliseconds: Int.random(in: 0...253_402_300_799_999, using: &random))
            #expect(Timestamp.date(Timestamp.text(date)) == date)
        }
    }

    @Test(arguments: [
        (0.0004, "1970-01-01T00:00:00.000Z"), (0.0006, "1970-01-01T00:00:00.001Z"),
        (59.9996, "1970-01-01T00:01:00.000Z"), (-5, "1970-01-01T00:00:00.000Z"),
        (1e15, "9999-12-31T23:59:59.999Z"),
    ])
    func `instants are rounded, and clamped to the years it knows`(seconds: Double, text: String) {
        #expect(Timestamp.text(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test(arguments: [
        ("2026-01-02T09:38:09+01:00", 1_767_343_089), ("2026-01-02T08:38:09Z", 1_767_343_089),
        ("2026-01-02T03:08:09.500000-05:30", 1_767_343_089.5),
        ("2026-01-02T08:38:09.1234567891Z", 1_767_343_089.123_456_789),
    ])
    func `offsets and other fractions are read`(text: String, seconds: Double) {
        #expect(Timestamp.date(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T07:30:00", "2026-11-23 07:30:00Z", "2026-11-23T07:30:00.Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-11-23T24:00:00Z", "2026-11-23T23:60:00Z", "2026-11-23T23:59:60Z", "1969-12-31T23:59:59Z",
        "2026-11-23T07:30:00Zx", "2026-11-23T07:30:00+0100", "2026-11-23T7:30:00Z", "2100-02-29T00:00:00Z",
        "+026-11-23T07:30:00Z", "２026-11-23T07:30:00Z", "2026-11-23T07:30:00+24:00",
    ])
    func `what is no timestamp is refused`(text: String) {
        #expect(Timestamp.date(text) == nil)
    }

    @Test func `a day names its month and its path`() throws {
        let day = try #require(CalendarDay(year: 2026, month: 1, day: 5))
        #expect(day.text() == "2026-01-05")
        #expect(day.text(separator: "/") == "2026/01/05")
        #expect(day.monthText == "2026-01")
    }
}
