// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

struct SuppressionTests {
    private func suppression(_ changes: [String: JSONValue]) throws -> AlarmSuppression {
        var members: [String: JSONValue] = [
            "timeSuppressFrom": "2026-01-05T00:00:00Z", "timeSuppressUntil": "2026-02-05T00:00:00Z",
            "displayName": "works", "level": "ALARM",
        ]
        members.merge(changes) { $1 }
        return try AlarmSuppression(json: .object(members.map { JSONMember($0.key, $0.value) }))
    }

    private func recurring(_ rule: String, _ duration: String = "PT1H") throws -> AlarmSuppression {
        try suppression([
            "suppressionConditions": [
                [
                    "conditionType": "RECURRENCE", "suppressionRecurrence": .string(rule),
                    "suppressionDuration": .string(duration),
                ]
            ]
        ])
    }

    @Test func `both ends are included`() throws {
        let suppression = try suppression([:])
        let holds = ["2026-01-04T23:59:59Z", "2026-01-05T00:00:00Z", "2026-02-05T00:00:00Z", "2026-02-05T00:00:01Z"]
            .compactMap(UTCTime.milliseconds).map { suppression.covers($0) }
        #expect(holds == [false, true, true, false])
    }

    @Test(arguments: [
        ("FREQ=DAILY;BYHOUR=10", "2026-01-07T10:30:00Z", true),
        ("FREQ=DAILY;BYHOUR=10", "2026-01-07T11:00:00Z", true),
        ("FREQ=DAILY;BYHOUR=10", "2026-01-07T11:01:00Z", false),
        ("FRQ=DAILY;BYHOUR=10", "2026-01-07T10:30:00Z", true),
        ("freq=daily;byhour=10;byminute=15;bysecond=30", "2026-01-07T10:15:29Z", false),
        ("freq=daily;byhour=10;byminute=15;bysecond=30", "2026-01-07T10:15:30Z", true),
        ("FREQ=DAILY", "2026-01-07T00:59:00Z", true), ("FREQ=DAILY;BYHOUR=10,14", "2026-01-07T14:59:00Z", true),
        ("FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=10", "2026-01-09T10:00:00Z", true),
        ("FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=10", "2026-01-08T10:00:00Z", false),
        ("FREQ=WEEKLY;BYHOUR=10", "2026-01-12T10:00:00Z", true),
        ("FREQ=WEEKLY;BYHOUR=10", "2026-01-13T10:00:00Z", false),
        ("FREQ=DAILY;BYHOUR=23;BYMINUTE=30", "2026-01-08T00:15:00Z", true),
        ("FREQ=DAILY;BYHOUR=23;BYMINUTE=30", "2026-01-05T00:15:00Z", false),
    ])
    func `a recurrence holds from each start for its length`(rule: String, instant: String, holds: Bool) throws {
        let instant = try #require(UTCTime.milliseconds(instant))
        #expect(try recurring(rule).covers(instant) == holds)
    }

    @Test func `an occurrence of a day lasts until the next`() throws {
        let suppression = try recurring("FREQ=DAILY;BYHOUR=10", "PT24H")
        #expect(suppression.covers(try #require(UTCTime.milliseconds("2026-01-08T09:59:00Z"))))
    }

    @Test(arguments: [
        "FREQ=MONTHLY", "FREQ=DAILY;BYDAY=MO", "BYHOUR=10", "FREQ=DAILY;BYHOUR=24", "FREQ=DAILY;BYHOUR=x", "FREQ",
        "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;", "FREQ=DAILY;BYMINUTE=",
    ])
    func `a rule that the service does not have is refused`(rule: String) {
        #expect(throws: AlarmError.self) { try recurring(rule) }
    }

    @Test(arguments: ["PT0M", "PT25H", "1h"])
    func `a length outside a minute to a day is refused`(duration: String) {
        #expect(throws: AlarmError.self) { try recurring("FREQ=DAILY", duration) }
    }

    @Test func `a second condition, another type or a missing time is refused`() {
        #expect(throws: AlarmError.self) { try suppression(["suppressionConditions": [["conditionType": "X"]]]) }
        #expect(throws: AlarmError.self) { try suppression(["suppressionConditions": [[:], [:]]]) }
        #expect(throws: AlarmError.self) { try suppression(["timeSuppressUntil": .null]) }
        #expect(throws: AlarmError.self) { try suppression(["level": "HOST"]) }
    }

    @Test func `one for dimensions holds for streams that have them, not for the alarm`() throws {
        let suppression = try suppression(["level": "DIMENSION", "dimensions": ["host": "a"]])
        #expect(suppression.covers(midnight, dimensions: ["host": "a", "disk": "b"]))
        #expect(!suppression.covers(midnight, dimensions: ["host": "b"]))
        #expect(!suppression.covers(midnight))
    }
}
