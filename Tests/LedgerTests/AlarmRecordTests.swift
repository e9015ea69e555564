// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Ledger

struct AlarmRecordTests {
    static let at = Date(timeIntervalSince1970: 1_767_578_400)

    static func record(_ status: String = "FIRING", at instant: Date = at) -> AlarmRecord {
        var record = AlarmRecord(
            at: instant, job: "polisen", alarm: "no-successful-run", alarmID: "ocid1.alarm.oc1..a",
            displayName: "polisen no-successful-run", severity: "CRITICAL", status: status,
            recordedAt: instant.addingTimeInterval(60), host: "h", version: "1")
        record.summary = "because"
        record.triggeredAt = instant.addingTimeInterval(-180)
        return record
    }

    static func drill(_ outcome: DrillRecord.Outcome = .passed) -> DrillRecord {
        var record = DrillRecord(
            drill: "drill-1", job: "polisen", alarm: "no-successful-run", startedAt: at, outcome: outcome,
            budgetSeconds: 540, host: "h", version: "1")
        (record.postedAt, record.createdAt) = (at.addingTimeInterval(1), at.addingTimeInterval(2))
        (record.firedAt, record.clearedAt) = (at.addingTimeInterval(200), at.addingTimeInterval(400))
        (record.alarmID, record.detectionSeconds, record.isDeleted) = ("ocid1.alarm.oc1..d", 198, true)
        (record.subscriptions, record.problem) = (2, "none")
        return record
    }

    @Test func `the record of an alarm can be read back`() throws {
        #expect(try AlarmRecord(line: Self.record().json.encoded()) == Self.record())
        var bare = Self.record()
        (bare.summary, bare.triggeredAt) = (nil, nil)
        #expect(try AlarmRecord(line: bare.json.encoded()) == bare)
    }

    @Test(arguments: DrillRecord.Outcome.allCases)
    func `the record of a drill can be read back`(outcome: DrillRecord.Outcome) throws {
        #expect(try DrillRecord(line: Self.drill(outcome).json.encoded()) == Self.drill(outcome))
        let bare = DrillRecord(
            drill: "d", job: "j", alarm: "a", startedAt: Self.at, outcome: outcome, budgetSeconds: 1, host: "h",
            version: "1")
        #expect(try DrillRecord(line: bare.json.encoded()) == bare)
    }

    static let damage: [(name: String, value: JSONValue?, error: RecordError)] = [
        ("type", "run", .invalid(member: "type")), ("schema", 2, .newerSchema(2)), ("schema", nil, .newerSchema(0)),
        ("at", "yesterday", .invalid(member: "at")), ("alarm_id", nil, .invalid(member: "alarm_id")),
        ("status", 1, .invalid(member: "status")), ("drill", nil, .invalid(member: "drill")),
        ("started_at", nil, .invalid(member: "started_at")), ("outcome", "fine", .invalid(member: "outcome")),
    ]

    @Test(arguments: damage)
    func `a member that is wrong is named`(name: String, value: JSONValue?, error: RecordError) throws {
        func damaged(_ json: JSONValue) -> [UInt8] {
            let members = (json.object ?? []).filter { $0.name != name } + (value.map { [JSONMember(name, $0)] } ?? [])
            return JSONValue.object(members).encoded()
        }
        guard error != .newerSchema(0) else {
            // What does not say its schema is taken as the first.
            #expect(throws: Never.self) { _ = try AlarmRecord(line: damaged(Self.record().json)) }
            return
        }
        if Self.record().json[name] != nil {
            #expect(throws: error) { _ = try AlarmRecord(line: damaged(Self.record().json)) }
        }
        if ["type", "schema", "drill", "started_at", "outcome"].contains(name) {
            #expect(throws: error) { _ = try DrillRecord(line: damaged(Self.drill().json)) }
        }
    }

    @Test func `records lie in the month of their event and are found again`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            let old = Self.at.addingTimeInterval(-40 * 86_400)
            try ledger.append([Self.record(), Self.record("OK", at: old)])
            try ledger.append(Self.drill())
            try ledger.append([AlarmRecord]())
            #expect(try ledger.files().count == 2)
            #expect(try ledger.alarms(since: .distantPast) == [Self.record("OK", at: old), Self.record()])
            #expect(try ledger.alarms(since: Self.at) == [Self.record()])
            #expect(try ledger.drills(since: old) == [Self.drill()])
            #expect(try ledger.last(9).damaged.isEmpty)
            #expect(Self.record().identity != Self.record("OK").identity)
        }
    }
}
