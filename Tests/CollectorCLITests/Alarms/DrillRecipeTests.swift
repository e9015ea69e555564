// SPDX-License-Identifier: MIT

import Alarms
import Foundation
import JSON
import MQL
import TestSupport
import Testing

@testable import CollectorCLI

struct DrillRecipeTests {
    static let now = Date(timeIntervalSince1970: 1_767_571_230)
    static let shipped = (try? AlarmExportTests.shipped()) ?? []

    static func copy(_ template: AlarmTemplate) throws -> DrillAlarm {
        try DrillAlarm(
            template, AlarmTemplate.standIns(), job: "polisen", drill: "drill-1", until: now.addingTimeInterval(3_600))
    }

    @Test(arguments: shipped.map(\.key))
    func `every shipped alarm can be drilled`(key: String) throws {
        let template = try #require(Self.shipped.first { $0.key == key })
        let copy = try Self.copy(template)
        let simulation = try AlarmSimulation(alarm: copy.alarm)
        let recipe = try #require(DrillRecipe(copy, now: Self.now.milliseconds, simulation: simulation))
        #expect(recipe.firesAt - Self.now.milliseconds <= 30 * 60_000)
        for stream in recipe.streams { #expect(stream.identity.dimensions["job"] == "drill-1") }
        let posted = DrillRecipe.points(
            recipe.streams, start: Self.now.milliseconds, reach: recipe.reach,
            from: Self.now.milliseconds - 7_200_000, until: Self.now.milliseconds)
        #expect(posted.contains { !$0.points.isEmpty })
        for point in posted.flatMap(\.points) { #expect(point.timestamp > Self.now.milliseconds - 7_200_000) }
    }

    @Test func `the copy says that it is an exercise and belongs to no apply`() throws {
        let template = try #require(Self.shipped.first { $0.key == "vault-access" })
        let alarm = try Self.copy(template).alarm
        #expect(alarm.displayName == "[DRILL] polisen vault-access")
        #expect(alarm.notificationTitle?.hasPrefix("[DRILL] ") == true)
        #expect(alarm.body?.hasPrefix("[DRILL] An exercise (drill-1): nothing is wrong.\n") == true)
        #expect(alarm.overrides.allSatisfy { $0.body?.hasPrefix("[DRILL]") ?? true })
        #expect(alarm.repeatMilliseconds == nil)
        #expect(!AlarmOwnership(job: "polisen").holds(alarm.json))
        #expect(!AlarmOwnership(job: "drill-1").holds(alarm.json))
    }

    static let undrillable: [(changes: [(String, JSONValue?)], says: String)] = [
        ([("query", "run_failed[2h].groupBy(job).sum() >= 3")], "reads streams of every job"),
        ([("namespace", "oci_objectstorage")], "nobody can post"),
        ([("overrides", [["ruleName": "X", "query": "run_failed[2h].sum() > 1"]])], "reads streams of every job"),
    ]

    @Test(arguments: undrillable)
    func `an alarm that would see real streams is refused`(changes: [(String, JSONValue?)], says: String) throws {
        let template = try AlarmTemplate(AlarmSamples.definition("a", changes), key: "a")
        let error = #expect(throws: AlarmError.self) { _ = try Self.copy(template) }
        #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    }

    @Test func `a pattern is a point each whole minute`() {
        let identity = StreamIdentity(namespace: "n", metric: "m", dimensions: ["job": "d"])
        func points(_ pattern: DrillRecipe.Pattern, from: Int64, until: Int64) -> [[Double]] {
            DrillRecipe.points(
                [.init(identity: identity, pattern: pattern)], start: 600_000, reach: 120_000, from: from, until: until
            ).flatMap { $0.points.map { [Double($0.timestamp / 60_000), $0.value] } }
        }
        #expect(points(.steady(2), from: 0, until: 600_000) == [[8, 2], [9, 2], [10, 2]])
        #expect(points(.steady(2), from: 600_001, until: 719_999) == [[11, 2]])
        #expect(points(.rising(3), from: 0, until: 600_000) == [[8, 0], [9, 3], [10, 6]])
        #expect(points(.gone(1), from: 0, until: 600_000) == [[8, 1]])
        #expect(points(.gone(1), from: 600_001, until: 900_000) == [])
    }
}
