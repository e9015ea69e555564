// SPDX-License-Identifier: MIT

import Files
import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

/// The built program and its alarms against local-oci.
@Suite struct EndToEndAlarmApplyTests {
    @Test func `apply makes what plan said, and a second time there is nothing to do`() async throws {
        try await AlarmWorld.use(seed: 301) { world in
            let plan = try await world.expect(1, ["plan", "--json"])
            #expect(plan.record?["counts"]?["create"]?.int == AlarmWorld.some.count)
            let refused = try await world.expect(64, ["apply"])
            #expect(refused.errors.contains("--yes"))
            #expect(try await world.takeWrites() == [])
            let applied = try await world.expect(0, ["apply", "--yes"])
            #expect(applied.output.hasPrefix("applied: 4 created\n"))
            #expect(try await world.takeWrites() == ["POST", "POST", "POST", "POST"])
            try await world.expect(0, ["plan"])
            try await world.expect(0, ["diff"])
            let again = try await world.expect(0, ["apply"])
            #expect(again.output.hasPrefix("nothing to do: 4 in sync\n"))
            #expect(try await world.takeWrites() == [])
        }
    }

    @Test func `what differs is shown, repaired, and nothing else is touched`() async throws {
        try await AlarmWorld.use(seed: 302) { world in
            try await world.expect(0, ["apply", "--yes"])
            try world.edit("runs-failing", "severity", "INFO")
            try world.edit("freshness-stale", "alarmSummary", "Another summary")
            let plan = try await world.expect(1, ["plan", "--json"])
            #expect(world.alarm("runs-failing", in: plan)?["action"] == "change")
            #expect(world.alarm("runs-failing", in: plan)?["changes"]?.array?.first?["to"] == "INFO")
            #expect(world.alarm("watchdog", in: plan)?["action"] == "none")
            let diff = try await world.expect(1, ["diff", "--no-lint"])
            #expect(diff.output.contains(" → INFO\n"))
            #expect(diff.output.contains("→ Another summary\n") || diff.output.contains("+ Another summary\n"))
            for line in diff.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            _ = try await world.takeWrites()
            try await world.expect(0, ["apply", "--yes", "runs-failing"])
            #expect(try await world.takeWrites() == ["PUT"])
            let left = try await world.expect(1, ["plan", "--json"])
            #expect(left.record?["counts"]?["change"]?.int == 1)
        }
    }

    @Test func `an alarm without a file is kept until it is pruned`() async throws {
        try await AlarmWorld.use(seed: 303) { world in
            try await world.expect(0, ["apply", "--yes"])
            try FileSystem.remove(world.path("runs-failing"))
            let plan = try await world.expect(1, ["plan"])
            #expect(plan.output.contains("? keep    runs-failing"))
            try await world.expect(0, ["apply", "--yes"])
            let pruned = try await world.expect(0, ["apply", "--yes", "--prune"])
            #expect(pruned.output.contains("1 deleted"))
            try await world.expect(0, ["plan"])
        }
    }

    @Test func `an alarm of others with the name of a file is refused, and stays as it is`() async throws {
        try await AlarmWorld.use(seed: 304) { world in
            try await world.expect(0, ["apply", "--yes"])
            let before = try await world.cloud.call(.get, "/local/alarms").array?.count
            // Another job's collector with alarms that are called the same.
            let more = ["POLISEN_JOB": "other"]
            for key in AlarmWorld.some { try world.edit(key, "displayName", .string("polisen \(key)")) }
            let plan = try await world.expect(1, ["plan"], more)
            #expect(plan.output.contains("! refuse  runs-failing"))
            #expect(plan.output.contains("job polisen's"))
            _ = try await world.takeWrites()
            let applied = try await world.expect(1, ["apply", "--yes", "--prune"], more)
            #expect(applied.output.contains("4 refused"))
            #expect(try await world.takeWrites() == [])
            #expect(try await world.cloud.call(.get, "/local/alarms").array?.count == before)
        }
    }

    @Test func `a change that somebody else was faster with is made all the same`() async throws {
        try await AlarmWorld.use(seed: 305) { world in
            try await world.expect(0, ["apply", "--yes"])
            try world.edit("runs-failing", "severity", "INFO")
            try await world.disturb(["service": "monitoring", "method": "PUT"], ["status": 412], times: 1)
            let applied = try await world.expect(0, ["apply", "--yes", "--no-lint"])
            #expect(applied.output.contains("1 changed"))
            try world.edit("runs-failing", "severity", "CRITICAL")
            try await world.disturb(["service": "monitoring", "method": "PUT"], ["status": 412])
            let failed = try await world.expect(75, ["apply", "--yes", "--no-lint", "--json"])
            #expect(world.alarm("runs-failing", in: failed)?["error_type"] == "oci_precondition_failed")
        }
    }

    @Test func `a definition that OCI refuses does not keep the others from being made`() async throws {
        try await AlarmWorld.use(seed: 306) { world in
            let action: JSONValue = ["status": 400, "code": "InvalidParameter", "message": "no such thing"]
            try await world.disturb(["service": "monitoring", "method": "POST"], action, times: 1)
            let applied = try await world.expect(65, ["apply", "--yes", "--json"])
            #expect(applied.record?["applied"]?.int == 3 && applied.record?["failed"]?.int == 1)
            #expect(applied.errors.contains("no such thing"))
            try await world.cloud.calm()
            try await world.expect(0, ["apply", "--yes"])
        }
    }

    static let ends: [(match: JSONValue, action: JSONValue, status: Int32)] = [
        (["service": "monitoring"], ["status": 403], 77), (["service": "monitoring"], ["status": 503], 69),
        (["service": "monitoring", "method": "POST"], ["status": 403], 77),
    ]

    @Test(arguments: ends)
    func `what would fail for all of them ends at once`(
        match: JSONValue, action: JSONValue, status: Int32
    ) async throws {
        try await AlarmWorld.use(seed: 307) { world in
            try await world.disturb(match, action)
            let end = try await world.expect(status, ["apply", "--yes", "--json"], rate: 60)
            if end.output.isEmpty == false { #expect(end.record?["failed"]?.int == 1) }
            try await world.cloud.calm()
            try await world.expect(0, ["apply", "--yes"])
        }
    }

    static let settings: [(variable: String, says: String)] = [
        ("OCI_COMPARTMENT_ID", "oci.compartment"), ("POLISEN_NOTIFICATIONS_TOPIC", "notifications.topic is not set"),
        ("POLISEN_NOTIFICATIONS_WATCHDOG_TOPIC", "--except watchdog"),
        ("POLISEN_ALARMS_RUNBOOK_BASE_URL", "alarms.runbook_base_url is not set; 4 alarms need it"),
    ]

    @Test(arguments: settings)
    func `what the alarms need and nobody has set is told`(variable: String, says: String) async throws {
        try await AlarmWorld.use(seed: 308) { world in
            var environment = world.environment()
            environment[variable] = nil
            let end = try await CollectorProcess.start(
                environment, ["alarms", "plan"], in: world.cloud.directory
            ).end()
            #expect(end.status == 78, Comment(rawValue: end.errors))
            #expect(end.errors.contains(says), "\(end.errors)")
            if variable == "POLISEN_NOTIFICATIONS_WATCHDOG_TOPIC" {
                let rest = try await CollectorProcess.start(
                    environment, ["alarms", "plan", "--except", "watchdog"], in: world.cloud.directory
                ).end()
                #expect(rest.status == 1, Comment(rawValue: rest.errors))
            }
        }
    }

    @Test func `an alarm with an error that lint finds is not applied`() async throws {
        try await AlarmWorld.use(seed: 309) { world in
            try world.edit(
                "no-successful-run", "query", "run_success_heartbeat[1m]{job = \"${job}\"}.groupBy(job).absent()")
            let end = try await world.expect(65, ["apply", "--yes"])
            #expect(end.errors.contains("L001"))
            #expect(try await world.takeWrites() == [])
            let text = try await world.expect(65, ["plan", "nobody"])
            #expect(text.errors.contains("there is no alarm nobody"))
        }
    }
}
