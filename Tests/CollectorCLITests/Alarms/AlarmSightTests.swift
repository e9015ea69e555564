// SPDX-License-Identifier: MIT

import Alarms
import Foundation
import JSON
import Testing

@testable import CollectorCLI
@testable import OCI

struct AlarmSightTests {
    static let now = Date(timeIntervalSince1970: 1_767_571_200)

    static func standing(
        _ key: String, _ status: String?, severity: String = "ERROR", age: Double = 3_600
    ) throws -> AlarmStanding {
        let alarm = try AlarmSamples.desired(key).alarm
        let json = status.map { status -> JSONValue in
            [
                "id": "ocid1.alarm.oc1..one", "severity": .string(severity), "status": .string(status),
                "timestampTriggered": .string(Self.now.addingTimeInterval(-age).formatted(.iso8601)),
            ]
        }
        return try #require(
            AlarmStanding(
                AlarmSamples.service(alarm), json.map { AlarmStatus($0) }, AlarmSamples.ownership, keys: [:]))
    }

    @Test func `status names alarms that fire, the worst first to be looked at`() throws {
        let alarms = [
            try Self.standing("slow", "FIRING", severity: "WARNING"),
            try Self.standing("dead", "FIRING", severity: "CRITICAL"),
            try Self.standing("watchdog", "FIRING", severity: "INFO"), try Self.standing("fine", "OK"),
        ]
        let glance = AlarmGlance.known(alarms, at: Self.now)
        #expect(glance.text == "FIRING: slow (WARNING, 1 h), dead (CRITICAL, 1 h)")
        #expect(glance.worst == "dead")
        #expect(glance.json["firing"]?.array?.count == 3 && glance.json["total"] == 4)
    }

    @Test func `a watchdog that fires is as it should be`() throws {
        let alarms = [try Self.standing("watchdog", "FIRING", severity: "INFO"), try Self.standing("fine", nil)]
        let glance = AlarmGlance.known(alarms, at: Self.now)
        #expect(glance.text == "none of 2 fires, but for watchdog (INFO)")
        #expect(glance.worst == nil)
        #expect(alarms.last?.status == "UNKNOWN")
    }

    @Test func `what is not known is told as such`() {
        #expect(AlarmGlance.unknown("OCI does not answer").text == "not known: OCI does not answer")
        #expect(AlarmGlance.unknown("x").json["known"] == false)
        #expect(AlarmGlance.known([], at: Self.now).text.hasPrefix("none in OCI"))
        #expect(AlarmGlance.unknown("x").worst == nil)
    }

    @Test func `a change is a new state, or the same begun anew`() throws {
        let ok = try Self.standing("a", "OK")
        let firing = try Self.standing("a", "FIRING")
        let again = try Self.standing("a", "FIRING", age: 60)
        #expect(AlarmWatch.changes(from: [ok], to: [ok]).isEmpty)
        #expect(AlarmWatch.changes(from: [ok], to: [firing]).map(\.before) == [ok])
        #expect(AlarmWatch.changes(from: [firing], to: [again]).map(\.alarm) == [again])
        #expect(AlarmWatch.changes(from: [], to: [ok]).first?.before == nil)
        #expect(firing.row(now: Self.now).count <= 80)
    }

    static let sentences: [(text: String?, state: String?)] = [
        ("State transitioned from OK to Firing", "FIRING"), ("State transitioned from Firing to OK", "OK"),
        ("The alarm state is FIRING.", "FIRING"), ("Somebody did something", nil), (nil, nil), ("", nil),
    ]

    @Test(arguments: sentences)
    func `the state is the last word of a history's sentence`(text: String?, state: String?) {
        let json: JSONValue = ["summary": .optional(text)]
        #expect(AlarmHistoryEntry(json).state == state)
    }

    static func stream(_ name: String, job: String = "polisen", group: String? = nil) -> MetricIdentity {
        MetricIdentity(
            namespace: "polisen_collector", name: name, resourceGroup: group, compartment: "c",
            dimensions: ["job": job, "env": "production"])
    }

    static let sights: [(streams: [MetricIdentity], result: Finding.Result, says: String)] = [
        ([stream("run_failed")], .ok, "1 of 1 have live streams"),
        ([], .fails, "no stream for a"), ([stream("run_failed", job: "other")], .fails, "no stream for a"),
        ([stream("run_failed", group: "g")], .fails, "no stream for a"),
        ([stream("run_success")], .fails, "no stream for a"),
    ]

    @Test(arguments: sights)
    func `an alarm without a live stream is found out`(
        streams: [MetricIdentity], result: Finding.Result, says: String
    ) throws {
        let alarm = AlarmSamples.service(try AlarmSamples.desired("a").alarm)
        let finding = AlarmSight([alarm], streams).finding
        #expect(finding.result == result)
        #expect((finding.can + finding.cannot).contains(says), "\(finding)")
    }

    @Test func `an alarm over what is not measured here is no failure`() throws {
        let query: JSONValue = "storage_quota_used_ratio[2h]{job = \"${job}\"}.groupBy(job).max() > 0.9"
        let vault = AlarmSamples.service(try AlarmSamples.desired("a", [("query", query)]).alarm)
        let off = AlarmSamples.service(
            try AlarmSamples.desired("b").alarm, id: "ocid1.alarm.oc1..two", [("isEnabled", false)])
        let finding = AlarmSight([vault, off], [Self.stream("run_failed")]).finding
        #expect(finding.result == .ok, "\(finding)")
        #expect(finding.can == "1 of 2 have live streams; nothing to measure here for a; switched off: b")
    }
}
