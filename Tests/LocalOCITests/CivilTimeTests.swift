// SPDX-License-Identifier: MIT

import FoundationEssentials
import LocalOCI
import Testing

struct CivilTimeTests {
    @Test(arguments: [
        ("2025-03-30T00:59:59Z", 3_600), ("2025-03-30T01:00:00Z", 7_200), ("2025-10-26T00:59:59Z", 7_200),
        ("2025-10-26T01:00:00Z", 3_600), ("2026-03-29T01:00:00Z", 7_200), ("2026-10-25T01:00:00Z", 3_600),
        ("2024-03-31T00:59:59Z", 3_600), ("2024-03-31T01:00:00Z", 7_200), ("2026-01-01T00:00:00Z", 3_600),
        ("2026-07-01T00:00:00Z", 7_200),
    ])
    func `summer time begins and ends on the last Sundays of March and October`(text: String, offset: Int) {
        #expect(StockholmTime.offset(at: Int(instant(text).timeIntervalSince1970)) == offset)
    }

    @Test func `every day of forty years goes to a date and back`() {
        for day in 7_305..<22_000 {
            let civil = CivilTime(epochSeconds: day * 86_400 + 3_661)
            #expect(CivilTime.days(year: civil.year, month: civil.month, day: civil.day) == day)
            #expect([civil.hour, civil.minute, civil.second] == [1, 1, 1])
        }
    }

    @Test(arguments: [
        ("2026-07-21T12:00:00Z", "Tue, 21 Jul 2026 12:00:00 GMT"),
        ("2000-02-29T23:59:59Z", "Tue, 29 Feb 2000 23:59:59 GMT"),
    ])
    func `HTTP dates are written and read`(rfc3339: String, http: String) {
        #expect(WireTime.http(instant(rfc3339)) == http)
        #expect(WireTime.date(http: http) == instant(rfc3339))
    }

    @Test(arguments: [
        ("2026-07-21T12:00:00Z", 1_784_635_200.0), ("2026-07-21T14:00:00.250+02:00", 1_784_635_200.25),
        ("2026-07-21t12:00:00.123456789z", 1_784_635_200.123456789), ("2026-07-21 11:30:00-00:30", 1_784_635_200.0),
    ])
    func `RFC 3339 is read with any fraction and offset`(text: String, seconds: Double) throws {
        let date = try #require(WireTime.date(rfc3339: text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_01)
    }

    @Test(arguments: ["", "2026-07-21", "2026-13-01T00:00:00Z", "2026-07-21T12:00:00", "2026-07-21T12:00:00+2", "x"])
    func `other texts are no RFC 3339`(text: String) {
        #expect(WireTime.date(rfc3339: text) == nil)
    }

    @Test func `milliseconds are written rounded down`() {
        #expect(WireTime.rfc3339(Date(timeIntervalSince1970: 1_784_635_200.9996)) == "2026-07-21T12:00:00.999Z")
        #expect(WireTime.rfc3339(Date(timeIntervalSince1970: 1_784_635_200), short: true) == "2026-07-21T12:00:00Z")
    }

    @Test func `a clock that was set stands still or runs at its rate`() throws {
        let real = Date(timeIntervalSince1970: 1_000)
        let clock = LocalClock(real: { real })
        #expect(clock.now == real)
        clock.set(instant("2026-01-05T00:00:00Z"), rate: 60)
        #expect(clock.now == instant("2026-01-05T00:00:00Z"))
        let still = try #require(LocalClock.parse("2026-01-05T00:00:00Z"))
        #expect(still.rate == 0)
        let fast = try #require(LocalClock.parse("2026-01-05T00:00:00Z@60x"))
        #expect(fast.rate == 60)
        #expect(LocalClock.parse("2026-01-05T00:00:00Z@60") == nil)
        #expect(LocalClock.parse("soon@60x") == nil)
        #expect(LocalClock.parse("2026-01-05T00:00:00Z@-1x") == nil)
    }
}
