// SPDX-License-Identifier: MIT

import Files
import Foundation
import Glibc
import HTTPTypes
import JSON
import TestSupport
import Testing

/// Watching and drilling alarms against local-oci, whose clock runs fast.
@Suite struct EndToEndAlarmDrillTests {
    private static let rate = 60

    @Test func `a drill fires for real on streams of its own and leaves nothing behind`() async throws {
        try await AlarmWorld.use(seed: 321) { world in
            try await world.expect(0, ["apply", "--yes"])
            try await world.runClock(rate: Self.rate)
            let end = try await world.expect(0, ["drill", "no-successful-run", "--json"], rate: Self.rate)
            let drill = try #require(end.record)
            #expect(drill["outcome"] == "passed" && drill["deleted"] == true)
            #expect(drill["cleared_at"] != nil)
            #expect((drill["detection_seconds"]?.double ?? 0) >= 180)
            let titles = try await world.titles()
            #expect(titles.count { $0.contains("[DRILL]") } >= 2, "\(titles)")
            #expect(titles.allSatisfy { $0.contains("[DRILL]") }, "\(titles)")
            let name = try #require(drill["drill"]?.string)
            let points = try await world.cloud.call(.get, "/local/metrics").array ?? []
            #expect(!points.isEmpty && points.allSatisfy { $0["dimensions"]?["job"]?.string == name })
            #expect(try world.ledger("drill").map { $0["drill"]?.string } == [name])
            let alarms = try await world.cloud.call(.get, "/local/alarms").array ?? []
            #expect(alarms.count == AlarmWorld.some.count)
        }
    }

    @Test func `a drill over its budget is late, and says so`() async throws {
        try await AlarmWorld.use(seed: 322) { world in
            try await world.runClock(rate: Self.rate)
            let arguments = ["drill", "runs-failing", "--budget", "2m", "--no-clear", "--json"]
            let end = try await world.expect(1, arguments, rate: Self.rate)
            #expect(end.record?["outcome"] == "late" && end.record?["deleted"] == true, "\(end.output)")
        }
    }

    @Test func `an alarm that is never evaluated is silent, and the drill ends`() async throws {
        try await AlarmWorld.use(seed: 323) { world in
            // The cloud's clock stands still: nothing is ever due.
            let arguments = ["drill", "runs-failing", "--budget", "1m", "--json"]
            let end = try await world.expect(1, arguments, rate: Self.rate)
            #expect(end.record?["outcome"] == "silent" && end.record?["deleted"] == true, "\(end.output)")
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a drill that is interrupted takes its alarm away`(signal: Int32) async throws {
        try await AlarmWorld.use(seed: 324) { world in
            let process = try world.start(["drill", "runs-failing", "--json"], rate: 1)
            try await world.waitForAlarm()
            process.signal(signal)
            let end = try await process.end()
            #expect(end.status == 75, Comment(rawValue: end.errors))
            #expect(end.record?["outcome"] == "interrupted" && end.record?["deleted"] == true)
            #expect(try await world.cloud.call(.get, "/local/alarms").array == [])
            #expect(try world.ledger("drill").count == 1)
        }
    }

    @Test func `an alarm that could not be deleted is told, and clean takes it away`() async throws {
        try await AlarmWorld.use(seed: 325) { world in
            try await world.runClock(rate: Self.rate)
            try await world.disturb(["service": "monitoring", "method": "DELETE"], ["status": 403])
            let end = try await world.expect(1, ["drill", "runs-failing", "--no-clear"], rate: Self.rate)
            #expect(end.output.contains("alarms drill --clean"))
            #expect(end.errors.contains("oci monitoring alarm delete --alarm-id"))
            try await world.cloud.calm()
            let clean = try await world.expect(0, ["drill", "--clean"])
            #expect(clean.output == "deleted 1 alarm of drills\n")
            #expect(try await world.cloud.call(.get, "/local/alarms").array == [])
        }
    }

    @Test func `nobody who listens is worth a failed drill`() async throws {
        try await AlarmWorld.use(seed: 326) { world in
            try await world.runClock(rate: Self.rate)
            let arguments = ["drill", "runs-failing", "--no-clear", "--check-topic"]
            let end = try await world.expect(1, arguments, rate: Self.rate)
            #expect(end.output.contains("nobody: confirm a subscription"))
        }
    }

    @Test func `what is drilled must be an alarm of one job`() async throws {
        try await AlarmWorld.use(seed: 327) { world in
            try world.edit("runs-failing", "query", "run_failed[2h].groupBy(job).sum() >= 3")
            let end = try await world.expect(65, ["drill", "runs-failing"])
            #expect(end.errors.contains("reads streams of every job"), "\(end.errors)")
            let none = try await world.expect(65, ["drill", "nobody"])
            #expect(none.errors.contains("there is no alarm nobody"))
        }
    }

    @Test func `watch shows the states, follows a change, and keeps it in the ledger once`() async throws {
        try await AlarmWorld.use(seed: 328, ["watchdog", "runs-failing"]) { world in
            try await world.expect(0, ["apply", "--yes"])
            let calm = try await world.expect(0, ["watch", "--once"])
            #expect(calm.output.hasPrefix("none of 2 alarms fires\n"))
            try await world.cloud.set(world.now.addingTimeInterval(300))
            // The watchdog fires while the checker's heart beats.
            let more = ["POLISEN_CLOCK": "\(EndToEndCloud.text(world.now.addingTimeInterval(300)))@60x"]
            _ = try await world.cloud.call(
                .post, "/local/clock",
                ["now": .string(EndToEndCloud.text(world.now.addingTimeInterval(300))), "rate": 60])
            let checker = try await CollectorProcess.start(
                world.environment(more), ["freshness", "--json"], in: world.cloud.directory
            ).end()
            #expect(checker.status == 1, Comment(rawValue: checker.errors))
            let fired = try await world.expect(
                0, ["watch", "watchdog", "--until", "firing", "--timeout", "20m", "--json"], more)
            let states = fired.output.split(separator: "\n").compactMap { line in
                (try? JSONValue.parse(Array(line.utf8)))?["status"]?.string
            }
            #expect(states.last == "FIRING", "\(fired.output)")
            #expect(try world.ledger("alarm").map { $0["status"]?.string } == ["FIRING"])
            let again = try await world.expect(0, ["watch", "--once"], more)
            #expect(again.output.contains("1 of 2 alarms fires"))
            #expect(again.output.contains("last changes"))
            #expect(try world.ledger("alarm").count == 1)
            let unknown = try await world.expect(65, ["watch", "nobody", "--once"], more)
            #expect(unknown.errors.contains("nobody"))
        }
    }

    @Test func `what is waited for and does not come is a bad state`() async throws {
        try await AlarmWorld.use(seed: 329, ["runs-failing"]) { world in
            try await world.expect(0, ["apply", "--yes"])
            let end = try await world.expect(
                1, ["watch", "--until", "firing", "--timeout", "2m"], rate: Self.rate)
            #expect(end.errors.contains("what was waited for has not come; none fires"))
            try await world.expect(0, ["watch", "--until", "ok", "--timeout", "2m"], rate: Self.rate)
        }
    }
}
