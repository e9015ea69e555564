// SPDX-License-Identifier: MIT

import Alarms
import TestSupport
import Testing

struct TimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-05T00:00:00Z", midnight),
            ("2024-02-29T12:30:45.5Z", 1_709_209_845_500),
            ("1969-12-31T23:59:59.999Z", -1), ("2026-01-05T02:00:00+02:00", midnight),
            ("2026-01-04T22:30:00-01:30", midnight), ("2026-01-05t00:00:00.0009z", midnight),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ] as [(String, Int64)])
    func `an instant is read`(text: String, milliseconds: Int64) {
        #expect(UTCTime.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-05", "2026-01-05T00:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-05T24:00:00Z", "2026-01-05T00:60:00Z", "2026-01-05T00:00:60Z", "2026-01-05 00:00:00Z",
        "2026-01-05T00:00:00.Z", "2026-01-05T00:00:00+2:00", "2026-01-05T00:00:00Zx", "20260105T000000Z",
    ])
    func `what is no instant is refused`(text: String) {
        #expect(UTCTime.milliseconds(text) == nil)
    }

    @Test func `what is written is read again`() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<2000 {
            let instant = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            #expect(UTCTime.milliseconds(UTCTime.text(instant)) == instant)
        }
        #expect(UTCTime.text(midnight + 1) == "2026-01-05T00:00:00.001Z")
    }

    @Test func `labels are whole minutes`() {
        #expect(UTCTime.minuteUp(midnight - 1) == midnight && UTCTime.minuteUp(midnight) == midnight)
        #expect(UTCTime.minuteDown(-1) == -60_000)
        #expect(UTCTime.weekday(midnight) == 1)
        #expect(UTCTime.weekday(-1) == 3)
    }

    @Test(
        arguments: [
            ("PT1M", 60, "PT1M"), ("PT60M", 3600, "PT1H"), ("PT90M", 5400, "PT1H30M"), ("P1D", 86_400, "P1D"),
            ("PT24H", 86_400, "P1D"), ("P1DT1S", 86_401, "PT24H1S"), ("P1W", 604_800, "P7D"), ("PT0M", 0, "PT0M"),
            ("PT30S", 30, "PT30S"),
        ] as [(String, Int64, String)])
    func `a duration is read and written in one form`(text: String, seconds: Int64, canonical: String) {
        #expect(ISODuration.milliseconds(text) == seconds * 1000)
        #expect(ISODuration.text(seconds * 1000) == canonical)
    }

    @Test(arguments: [
        "", "P", "PT", "P1", "1M", "PT1", "PT-1M", "PT1.5M", "P1M", "P1Y", "PT1S1M", "PT9999999999M", "P1DT",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(ISODuration.milliseconds(text) == nil)
    }
}
