// SPDX-License-Identifier: MIT

import JSON
import TestSupport
import Testing

/// Oracle Cloud misbehaves in the middle of runs: replies are lost, refused, late.
struct KillFaultTests {
    private struct Trouble: Sendable {
        let name: String
        let faults: [JSONValue]
        /// How the run ends; nil: well.
        var error: String?
        var settings: [String: String] = [:]
    }

    private static let objects = "/n/localns/b/polisen-events-collector/o/"

    private static func fault(
        _ method: String, _ prefix: String, _ action: JSONValue, times: JSONValue = 1, skip: Int = 0
    ) -> JSONValue {
        [
            "match": ["service": "object_storage", "method": .string(method), "path": .string(objects + prefix)],
            "times": times, "skip": .int(skip), "action": action,
        ]
    }

    private static let lostReply: JSONValue = ["drop": "after"]
    private static let shortRun = ["POLISEN_RUN_DEADLINE": "4s"]

    /// In this order against one bucket, so that each run also finishes what the one before has left.
    private static let troubles: [Trouble] = [
        Trouble(name: "reply to the claim lost", faults: [fault("PUT", "commits", lostReply)]),
        Trouble(name: "reply to the claim lost twice", faults: [fault("PUT", "commits", lostReply, times: 2)]),
        Trouble(name: "reply to the partition lost", faults: [fault("PUT", "events", lostReply)]),
        Trouble(name: "reply to the index lost", faults: [fault("PUT", "index", lostReply)]),
        Trouble(
            name: "reply to every first write lost",
            faults: [
                fault("PUT", "commits", lostReply), fault("PUT", "events", lostReply), fault("PUT", "index", lostReply),
                fault("PUT", "runs", lostReply),
            ]),
        Trouble(name: "request of the claim lost", faults: [fault("PUT", "commits", ["drop": "before"], times: 2)]),
        Trouble(name: "503 for a while", faults: [fault("PUT", "", ["status": 503], times: 3)]),
        Trouble(name: "500 after the claim", faults: [fault("PUT", "events", ["status": 500], times: 2)]),
        Trouble(name: "429 with Retry-After", faults: [fault("PUT", "commits", ["status": 429, "retry_after": 1])]),
        Trouble(name: "everything slow", faults: [fault("PUT", "", ["latency_ms": 300], times: .null)]),
        Trouble(
            name: "no claim until the deadline", faults: [fault("PUT", "commits", ["status": 503], times: .null)],
            error: "oci_server_error", settings: shortRun),
        Trouble(
            name: "no partition until the deadline", faults: [fault("PUT", "events", ["status": 503], times: .null)],
            error: "oci_server_error", settings: shortRun),
        Trouble(
            name: "no index until the deadline", faults: [fault("PUT", "index", ["status": 503], times: .null)],
            error: "oci_server_error", settings: shortRun),
        Trouble(
            name: "replies to claim and partition lost until the deadline",
            faults: [
                fault("PUT", "commits", lostReply, times: .null), fault("GET", "commits", lostReply, times: .null),
            ],
            error: "", settings: shortRun),
    ]

    @Test func `lost replies and refusals in mid-run leave every event stored once`() async throws {
        try await EndToEndCloud.run(seed: 51) { cloud in
            var world = EndToEndWorld(cloud, .oci, seed: 51)
            try await world.advance()
            try await world.collect()
            for trouble in Self.troubles {
                try await world.advanceToNews()
                try await cloud.disturb(trouble.faults)
                let end = try await world.start("state", trouble.settings).end()
                world.note(end)
                Self.expect(end, trouble)
                let strikes = try await cloud.strikes()
                #expect(strikes.first.map { $0 > 0 } == true, "\(trouble.name): the fault never struck")
                try await cloud.calm()
                #expect(try world.witnessed() == [], "after: \(trouble.name)")
            }
            try await world.settle()
        }
    }

    private static func expect(_ end: CollectorProcess.End, _ trouble: Trouble) {
        guard let error = trouble.error else {
            #expect(end.status == 0, "\(trouble.name): \(end.output) \(end.errors)")
            return
        }
        #expect(end.status == 69, "\(trouble.name): \(end.output) \(end.errors)")
        if !error.isEmpty { #expect(end.errorType == error, "\(trouble.name): \(end.output)") }
    }
}
