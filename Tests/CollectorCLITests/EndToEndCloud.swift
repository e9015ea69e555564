// SPDX-License-Identifier: MIT

import Foundation
import HTTPTypes
import JSON
import Synchronization
import TestSupport
import Transport

/// The built `local-oci serve` in a process of its own, with a clock that stands where it is set.
struct EndToEndCloud: Sendable {
    /// The first instant its feed can be asked for.
    static let start = Date(timeIntervalSince1970: 1_767_571_200)  // 2026-01-05T00:00:00Z

    let directory: String
    let process: Process
    /// What it says about itself when it is ready.
    let endpoints: JSONValue
    let transport: HTTPTransport

    var url: String { endpoints["url"]?.string ?? "" }

    /// Starts one over a new directory, runs `body`, ends it.
    static func run<Value: Sendable>(
        seed: UInt64 = 1, _ body: (EndToEndCloud) async throws -> Value
    ) async throws -> Value {
        await EndToEndGate.shared.enter()
        defer { EndToEndGate.shared.leave() }
        return try await withTemporaryDirectory { directory in
            let cloud = try await EndToEndCloud(directory: directory, seed: seed)
            defer { ToolProcess.end(cloud.process) }
            return try await body(cloud)
        }
    }

    private init(directory: String, seed: UInt64) async throws {
        self.directory = directory
        let ready = directory + "/ready.json"
        process = try ChildProcess.start(
            builtExecutable("local-oci"),
            [
                "serve", "--data", directory + "/cloud", "--seed", "\(seed)", "--start", Self.text(Self.start),
                "--clock", Self.text(Self.start),
            ], environment: ["PATH": "/usr/bin:/bin"], output: ready, errors: directory + "/cloud.log")
        endpoints = try await eventually("local-oci", within: .seconds(120)) {
            let text = ToolProcess.text(of: ready)
            return text.hasSuffix("\n") ? try JSONValue.parse(Array(text.utf8)) : nil
        }
        transport = try .curl(CurlOptions(userAgent: "end-to-end"))
    }

    static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    /// Stops the clock at `now`.
    func set(_ now: Date) async throws {
        _ = try await call(.post, "/local/clock", ["now": .string(Self.text(now)), "rate": 0])
    }

    /// Adds faults; see `Fault` in LocalOCI for their form.
    func disturb(_ faults: [JSONValue]) async throws { _ = try await call(.post, "/local/faults", .array(faults)) }

    /// How often each fault has struck, in the order they were added.
    func strikes() async throws -> [Int] {
        try await call(.get, "/local/faults").array?.compactMap { $0["hits"]?.int } ?? []
    }

    func calm() async throws { _ = try await call(.delete, "/local/faults") }

    /// What was asked of it since the last call, in the order it was answered.
    func takeRequests() async throws -> [JSONValue] {
        let requests = try await call(.get, "/local/requests").array ?? []
        _ = try await call(.delete, "/local/requests")
        return requests
    }

    func call(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let call = HTTPCall(method, String(url.dropFirst("http://".count)), path, body: body?.encoded())
        let reply = try await transport.send(call)
        guard (200...299).contains(reply.status) else {
            throw ToolError(command: "\(method) \(path)", output: String(decoding: reply.body, as: UTF8.self))
        }
        return reply.body.isEmpty ? .null : try JSONValue.parse(reply.body)
    }

    /// What the collector's process needs to work against it.
    func environment(
        _ backend: EndToEndBackend, state: String, at now: Date, _ others: [String: String] = [:]
    ) -> [String: String] {
        var environment = [
            "PATH": "/usr/bin:/bin", "POLISEN_FEED_URL": endpoints["feed_url"]?.string ?? "",
            "POLISEN_FEED_RATE_LIMITS": "off", "POLISEN_STATE_PATH": directory + "/" + state,
            "POLISEN_CLOCK": Self.text(now), "POLISEN_LOG_TARGET": "json", "POLISEN_LOG_LEVEL": "debug",
            "POLISEN_ARCHIVE_BACKEND": backend.rawValue, "POLISEN_ARCHIVE_PATH": archivePath,
        ]
        for service in ["object_storage", "secrets", "vaults", "auth", "metadata"] {
            environment["POLISEN_OCI_ENDPOINTS_" + service.uppercased()] = url
        }
        if others["POLISEN_OCI_AUTH"] == nil, others["OCI_RESOURCE_PRINCIPAL_VERSION"] == nil {
            environment["POLISEN_OCI_CONFIG_FILE"] = endpoints["oci_config"]?.string
        }
        return environment.merging(others) { $1 }
    }

    /// The archive of the directory backend.
    var archivePath: String { directory + "/archive" }
}

/// The two kinds of archive.
enum EndToEndBackend: String, CaseIterable, Sendable {
    case directory, oci
}

/// Lets a few of these tests run at a time: each keeps several processes busy, and some watch the clock.
final class EndToEndGate: Sendable {
    static let shared = EndToEndGate()

    private struct State {
        var free = 3
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil as CheckedContinuation<Void, Never>?
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
