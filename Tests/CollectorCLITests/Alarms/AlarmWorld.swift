// SPDX-License-Identifier: MIT

import Files
import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

/// A cloud, and a directory of alarms that a test changes.
struct AlarmWorld: Sendable {
    let cloud: EndToEndCloud
    /// Definitions: copies of some of the repository's.
    let alarms: String
    /// Of the collector's clock; the cloud's stands still there.
    let now = EndToEndCloud.start

    static let some = ["no-successful-run", "freshness-stale", "runs-failing", "watchdog"]

    static func use(
        seed: UInt64, _ keys: [String] = some, _ body: (AlarmWorld) async throws -> Void
    ) async throws {
        try await EndToEndCloud.run(seed: seed) { cloud in
            let world = AlarmWorld(cloud: cloud, alarms: cloud.directory + "/alarms")
            try FileSystem.makeDirectories(world.alarms)
            for key in keys {
                try FileManager.default.copyItem(
                    atPath: packageRoot + "/alarms/\(key).json", toPath: world.path(key))
            }
            try await body(world)
        }
    }

    func path(_ key: String) -> String { alarms + "/\(key).json" }

    /// Sets a member of a definition.
    func edit(_ key: String, _ name: String, _ value: JSONValue) throws {
        let bytes = try #require(try FileSystem.read(path(key)))
        var members = try #require(try JSONValue.parse(bytes).object)
        members.removeAll { $0.name == name }
        members.append(JSONMember(name, value))
        try FileSystem.replace(path(key), JSONValue.object(members).encoded())
    }

    /// - Parameter rate: simulated seconds a real second.
    func environment(_ more: [String: String] = [:], rate: Int? = nil) -> [String: String] {
        var settings = [
            "POLISEN_METRICS_BACKEND": "oci", "OCI_COMPARTMENT_ID": compartment,
            "POLISEN_NOTIFICATIONS_TOPIC": topic, "POLISEN_NOTIFICATIONS_WATCHDOG_TOPIC": topic,
            "POLISEN_ALARMS_RUNBOOK_BASE_URL": "https://example.org/runbooks/", "POLISEN_ALARMS_PATH": alarms,
        ]
        for service in ["NOTIFICATIONS", "MONITORING", "MONITORING_INGESTION"] {
            settings["POLISEN_OCI_ENDPOINTS_" + service] = cloud.url
        }
        settings["POLISEN_LOG_LEVEL"] = "error"
        if let rate { settings["POLISEN_CLOCK"] = "\(EndToEndCloud.text(now))@\(rate)x" }
        return cloud.environment(.directory, state: "state", at: now, settings.merging(more) { $1 })
    }

    var compartment: String { cloud.endpoints["compartment"]?.string ?? "" }
    var topic: String { cloud.endpoints["topic_id"]?.string ?? "" }
    var state: String { cloud.directory + "/state" }

    func run(
        _ arguments: [String], _ more: [String: String] = [:], rate: Int? = nil
    ) async throws -> CollectorProcess.End {
        try await start(arguments, more, rate: rate).end()
    }

    func start(
        _ arguments: [String], _ more: [String: String] = [:], rate: Int? = nil
    ) throws -> CollectorProcess {
        try CollectorProcess.startUnmasked(
            environment(more, rate: rate), ["alarms"] + arguments, in: cloud.directory)
    }

    /// Runs, and expects this status.
    @discardableResult
    func expect(
        _ status: Int32, _ arguments: [String], _ more: [String: String] = [:], rate: Int? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> CollectorProcess.End {
        let end = try await run(arguments, more, rate: rate)
        #expect(
            end.status == status, Comment(rawValue: "\(arguments)\n\(end.output)\n\(end.errors)"),
            sourceLocation: location)
        return end
    }

    /// What `alarms … --json` says of one alarm.
    func alarm(_ key: String, in end: CollectorProcess.End) -> JSONValue? {
        end.record?["alarms"]?.array?.first { $0["key"]?.string == key }
    }

    /// Requests that change something, as local-oci logged them since the last call.
    func takeWrites() async throws -> [String] {
        try await cloud.takeRequests().compactMap { request in
            guard let method = request["method"]?.string, let path = request["target"]?.string,
                path.contains("/alarms"), ["POST", "PUT", "DELETE"].contains(method)
            else { return nil }
            return method
        }
    }

    /// The cloud's clock, from the world's instant on.
    func runClock(rate: Int) async throws {
        _ = try await cloud.call(
            .post, "/local/clock", ["now": .string(EndToEndCloud.text(now)), "rate": .int(rate)])
    }

    /// A fault of one of the services.
    func disturb(_ match: JSONValue, _ action: JSONValue, times: JSONValue = .null) async throws {
        try await cloud.disturb([["match": match, "times": times, "action": action]])
    }

    /// Returns when local-oci has an alarm.
    func waitForAlarm() async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await cloud.call(.get, "/local/alarms").array?.isEmpty != false {
            guard ContinuousClock.now < end else {
                throw ToolError(command: "waiting for an alarm", output: "none came")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Lines of the ledger of one type.
    func ledger(_ type: String) throws -> [JSONValue] {
        let files = try FileSystem.list(state + "/ledger").filter { $0.hasPrefix("runs-") }
        return try files.flatMap { file in
            try (FileSystem.read(state + "/ledger/" + file) ?? []).split(separator: UInt8(ascii: "\n")).map {
                try JSONValue.parse(Array($0))
            }
        }.filter { $0["type"]?.string == type }
    }

    /// Titles of messages that local-oci has published.
    func titles() async throws -> [String] {
        try await cloud.call(.get, "/local/messages").array?.compactMap { $0["title"]?.string } ?? []
    }
}
