// SPDX-License-Identifier: MIT

import ServiceLevels

extension Scenario {
    /// 2026-W12 and W13: the clocks go forward in the night to Sunday, 29 March, at 01:00 UTC.
    static let spring = Scenario(
        first: "2026-03-15 23:00", last: "2026-03-30 07:00", firstGood: "2026-03-15 23:01",
        troubles: [
            Trouble("2026-03-18 10:00", 1, .fails("feed_timeout")), Trouble("2026-03-29 00:00", 5, .fails("feed_timeout")),
        ],
        incidents: [
            // 01:31 in winter time to 04:31 in summer time: two hours.
            DeclaredIncident(
                stale: "2026-03-29 00:31", good: "2026-03-29 02:31", noticed: "2026-03-29 00:50",
                lastGood: "2026-03-28 23:30", cause: .failing(errorType: "feed_timeout", runs: 5))
        ],
        maintenance: [
            // 01:30 to 03:30 on the clocks, an hour.
            DeclaredMaintenance(
                id: "d0000001", recorded: "2026-03-27 12:00", from: "2026-03-29 00:30", to: "2026-03-29 01:30",
                reason: "new cables in the night the clocks change")
        ],
        alarms: [("2026-03-29 00:45", "api-failing", "FIRING"), ("2026-03-29 02:32", "api-failing", "OK")],
        versions: [("2026-03-15 23:00", "0.9.0")], configurations: [("2026-03-15 23:00", "a1b2c3d4")])
}
