// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import Glibc
import HTTPTypes
import JSON
import Ledger
import TestSupport
import Testing

/// SIGTERM: the run stops at the next safe point, says how it ended and is gone within five seconds.
struct KillTerminationTests {
    private static let limit = Duration.seconds(5)
    private static let objects = "/n/localns/b/polisen-events-collector/o/"

    @Test(arguments: EndToEndBackend.allCases)
    func `told to end at a random moment, a run ends with a record`(backend: EndToEndBackend) async throws {
        let seed: UInt64 = 61
        var random = SeededGenerator(seed: seed)
        try await EndToEndCloud.run(seed: seed) { cloud in
            var world = EndToEndWorld(cloud, backend, seed: seed)
            for _ in 0..<15 {
                try await world.advance()
                let run = try CollectorProcess.startUnmasked(world.environment(), in: cloud.directory)
                try await Task.sleep(for: .milliseconds(Int.random(in: 0..<800, using: &random)))
                run.signal(SIGTERM)
                let end = try await run.end(within: Self.limit)
                world.note(end)
                // Before the program has begun to listen, the signal is the end of it, as of any program.
                guard let status = end.status else { continue }
                #expect([0, 65, 75].contains(status), Comment(rawValue: end.output + end.errors))
                if status == 75 { #expect(end.errorType == "terminated") }
                let id = try #require(end.record?["run_id"]?.string)
                guard case .found = try RunLedger(statePath: cloud.directory + "/state").find(id) else {
                    Issue.record("run \(id) is not in the ledger")
                    continue
                }
            }
            try await world.settle()
        }
    }

    /// What hangs, the settings that lead there, and whether the run has claimed its commit by then.
    private static let hangs: [(match: JSONValue, settings: [String: String], isClaimed: Bool)] = [
        (["service": "feed"], [:], false),
        (["service": "metadata"], ["POLISEN_OCI_AUTH": "instance_principal"], false),
        (["service": "auth"], ["POLISEN_OCI_AUTH": "instance_principal"], false),
        (["service": "secrets"], vault, false),
        (["method": "GET", "service": "object_storage"], [:], false),
        (["method": "PUT", "path": .string(objects + "events")], [:], true),
        (["method": "PUT", "path": .string(objects + "index")], [:], true),
        // Last: the cloud does what it was asked long after the run is gone.
        (["method": "PUT", "path": .string(objects + "commits")], [:], false),
    ]

    private static let vault = [
        "USE_VAULT": "true", "POLISEN_VAULT_ID": "ocid1.vault.oc1.eu-stockholm-1.localociexamplevault",
    ]

    @Test func `told to end while somebody hangs, a run ends in time and the next one heals`() async throws {
        try await EndToEndCloud.run(seed: 71) { cloud in
            var world = EndToEndWorld(cloud, .oci, seed: 71)
            try await world.advance()
            try await world.collect()
            _ = try await cloud.takeRequests()
            for (number, hang) in Self.hangs.enumerated() {
                // Writes hang for a host that knows all there is, readings for one that knows nothing.
                let state = hang.match["method"]?.string == "PUT" ? "state" : "state-\(number)"
                if state == "state" {
                    try await world.advance()
                    try await world.collect()
                }
                try await world.advanceToNews()
                try await cloud.disturb([["match": hang.match, "times": .null, "action": ["latency_ms": 8_000]]])
                _ = try await cloud.takeRequests()
                let environment = world.environment(state, hang.settings)
                let run = try CollectorProcess.startUnmasked(environment, in: cloud.directory)
                try await Self.strike(cloud)
                run.signal(SIGTERM)
                let end = try await run.end(within: Self.limit)
                #expect(end.status == 75, "\(hang.match): \(end.output) \(end.errors)")
                #expect(end.errorType == "terminated", "\(hang.match): \(end.output)")
                #expect(end.record?["commits"]?.array?.isEmpty == !hang.isClaimed, "\(hang.match): \(end.output)")
                try await Self.wakeUp(cloud, hang.match)
                try await world.collect(state)
                #expect(try await EndToEndArchive(.oci, of: cloud).verify().problems == [], "\(hang.match)")
            }
            try await world.settle()
        }
    }

    /// Ends the hanging, and waits until the cloud has written what it was asked to write while it hung.
    private static func wakeUp(_ cloud: EndToEndCloud, _ match: JSONValue) async throws {
        let struck = try await cloud.strikes().first ?? 0
        try await cloud.calm()
        guard let prefix = match["path"]?.string else { return }
        let end = ContinuousClock.now + .seconds(60)
        var done = 0
        while done < struck {
            guard ContinuousClock.now < end else { throw ToolError(command: "late writes", output: "not within 60 s") }
            try await Task.sleep(for: .milliseconds(50))
            // Looked at, not taken: a request that is noted between the look and the clearing would never count.
            let requests = try await cloud.call(.get, "/local/requests").array ?? []
            done = requests.count {
                $0["method"]?.string == "PUT" && $0["target"]?.string?.hasPrefix(prefix) == true
            }
        }
    }

    /// Waits until a request has run into the fault.
    private static func strike(_ cloud: EndToEndCloud) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while try await cloud.strikes().first == 0 {
            guard ContinuousClock.now < end else { throw ToolError(command: "a strike", output: "not within 30 s") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `told to end with nothing left but the copy of its record, a run ends in time`() async throws {
        try await EndToEndCloud.run(seed: 73) { cloud in
            var world = EndToEndWorld(cloud, .oci, seed: 73)
            try await world.advanceToNews()
            try await world.collect()
            // The feed answers 304, so that the copy is what the run signs in for.
            try await cloud.disturb([
                ["match": ["service": "metadata"], "times": .null, "action": ["latency_ms": 20_000]]
            ])
            let run = try CollectorProcess.startUnmasked(
                world.environment("state", ["POLISEN_OCI_AUTH": "instance_principal"]), in: cloud.directory)
            try await Self.strike(cloud)
            run.signal(SIGTERM)
            let end = try await run.end(within: Self.limit)
            #expect(end.status == 0, "\(end.output)")
            #expect(end.record?["answer"]?["class"]?.string == "unchanged")
            try await cloud.calm()
            try await world.settle()
        }
    }

    @Test func `a hanging sign-in is given up at the run's deadline`() async throws {
        try await EndToEndCloud.run(seed: 72) { cloud in
            var world = EndToEndWorld(cloud, .oci, seed: 72)
            try await world.advance()
            // The feed's first answer takes the cloud a while.
            try await world.collect()
            for service in ["metadata", "auth"] {
                try await world.advanceToNews()
                try await cloud.disturb([
                    [
                        "match": ["service": .string(service)], "times": .null, "action": ["latency_ms": 20_000],
                    ]
                ])
                let start = ContinuousClock.now
                let end = try await world.start(
                    "state", ["POLISEN_OCI_AUTH": "instance_principal", "POLISEN_RUN_DEADLINE": "5s"]
                ).end()
                #expect(ContinuousClock.now - start < .seconds(15), "\(service)")
                #expect([69, 77].contains(end.status), "\(end.output)")
                try await cloud.calm()
            }
            try await world.settle()
        }
    }
}
