// SPDX-License-Identifier: MIT

import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

/// What is secret stays out of what checks, notices, jobs and every answer tell, too.
struct EndToEndCanaryNoticeTests {
    private static let path = "CANARYpath31f0aa"
    private static let variable = "CANARYvariable8c27de"
    private static let printed = "CANARYprinted5b90c4"
    private static let header = "CANARYheader14e6b7"

    @Test func `checks, notices, jobs and answers hold no secret`() async throws {
        try await TelemetryWorld.use(seed: 324) { world in
            try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                world.settings.merge([
                    "MY_API_TOKEN": Self.variable, "POLISEN_LOG_LEVEL": "trace",
                    "POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(hook.authority)/\(Self.path)",
                    "POLISEN_NOTIFICATIONS_TOPIC": world.cloud.endpoints["topic_id"]?.string ?? "",
                    "POLISEN_OCI_ENDPOINTS_NOTIFICATIONS": world.cloud.url,
                ]) { $1 }
                var told = try await Self.failures(&world)
                told += try await Self.answers(world)
                // The address stands in the request's first line, where it has to.
                let bodies = hook.receivedText.map { $0.split(separator: "\r\n\r\n", maxSplits: 1).last ?? "" }
                #expect(bodies.contains { $0.contains("alarm") }, "no notice came")
                told += bodies.map(String.init)
                let messages = try await world.cloud.call(.get, "/local/messages")
                #expect(messages.array?.isEmpty == false)
                told += [messages.text]
                told += try await world.arrived().map(\.text)
                for (index, text) in told.enumerated() {
                    for canary in [Self.path, Self.variable, Self.printed, Self.header] {
                        #expect(
                            !text.contains(canary), "\(canary) stands in what was told, \(index): \(text.prefix(300))")
                    }
                }
            }
        }
    }

    /// A good run, then a failed one whose answer says too much, and a job that prints secrets and fails.
    private static func failures(_ world: inout TelemetryWorld) async throws -> [String] {
        var ends = [try await world.collect()]
        try await world.advance(minutes: 61)
        let action: JSONValue = [
            "status": 403, "code": "no", "message": "no",
            "headers": ["authorization": .string("Bearer \(Self.header)")],
        ]
        try await world.cloud.disturb([["match": ["service": "feed"], "times": .null, "action": action]])
        ends.append(try await world.collect())
        #expect(ends.map(\.status) == [0, 77])
        let script = #"echo "token is $MY_API_TOKEN"; echo "password=$0" >&2; exit 3"#
        let job = try await world.run(["exec", "--job", "nightly", "--", "sh", "-c", script, Self.printed])
        #expect(job.status == 3)
        // Its output is its own, and passes as it is; what is kept of it is another matter.
        return ends.flatMap { [$0.output, $0.errors] }
    }

    private static func answers(_ world: TelemetryWorld) async throws -> [String] {
        var told: [String] = []
        for arguments in [
            ["freshness"], ["freshness", "--exec-job", "nightly"], ["status"], ["status", "--exec-job", "nightly"],
            ["explain"], ["explain", "--exec-job", "nightly"], ["runs", "list"], ["runs", "show", "last"],
            ["runs", "show", "last", "--exec-job", "nightly"], ["doctor"], ["config", "show"], ["metrics", "spool"],
            ["archive", "verify"],
        ] {
            for flags in [[], ["--json"]] {
                let end = try await world.run(arguments + flags)
                #expect(![2, 64].contains(end.status), "\(arguments + flags): \(end.errors)")
                told += [end.output, end.errors]
            }
        }
        #expect(told.contains { $0.contains("redacted") }, "the job's output is not among the answers")
        return told
    }
}
