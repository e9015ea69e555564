// SPDX-License-Identifier: MIT

import MQL
import Testing

struct IntervalTests {
    @Test(arguments: [
        (Interval(5, .minutes), 5, "5m"), (Interval(3, .hours), 180, "3h"), (Interval(1, .days), 1440, "1d"),
    ])
    func `an interval knows its minutes and its text`(interval: Interval, minutes: Int, text: String) {
        #expect(interval.minutes == minutes)
        #expect(interval.text == text)
    }
}
