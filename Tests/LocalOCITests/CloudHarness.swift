// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import Logging
import OCI
import TestSupport
import Transport

/// A running local-oci in this process, reached over real sockets.
struct CloudHarness: Sendable {
    /// One key for all tests: making one takes a tenth of a second.
    static let key = Result { try PrivateKey.generate() }

    let cloud: LocalCloud
    let port: UInt16
    let transport: HTTPTransport

    var url: String { "http://127.0.0.1:\(port)" }

    /// Starts one over `directory`, runs `body`, stops it.
    static func run<Value: Sendable>(
        in directory: String, feed: LocalCloud.FeedChoice? = nil, verifies: Bool = true,
        clock: LocalClock = LocalClock(),
        _ body: @escaping @Sendable (CloudHarness) async throws -> Value
    ) async throws -> Value {
        let keyPath = directory + "/client/api_key.pem"
        if !FileSystem.exists(keyPath) { try FileSystem.replace(keyPath, try key.get().pem().reveal(), mode: 0o600) }
        var options = LocalCloud.Options(directory: directory)
        if let feed { options.feed = feed }
        options.verifies = verifies
        let cloud = try LocalCloud(options, clock: clock)
        let listener = try HTTPListener(port: 0) { await cloud.answer($0) }
        _ = try cloud.announce(port: listener.port)
        let harness = CloudHarness(
            cloud: cloud, port: listener.port, transport: try .curl(CurlOptions(userAgent: "local-oci-test")))
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await listener.run()
                return nil
            }
            group.addTask {
                try await cloud.run()
                return nil
            }
            group.addTask { try await body(harness) }
            defer { group.cancelAll() }
            for try await value in group {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    static func withCloud<Value: Sendable>(
        verifies: Bool = true, clock: LocalClock = LocalClock(), feed: LocalCloud.FeedChoice? = nil,
        _ body: @escaping @Sendable (CloudHarness) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { directory in
            try await run(in: directory, feed: feed, verifies: verifies, clock: clock, body)
        }
    }

    /// The collector's own client, with its retries off.
    func client(_ credentials: CredentialSource? = nil, now: (@Sendable () -> Date)? = nil) throws -> OCIClient {
        var client = OCIClient(
            transport: transport, credentials: try credentials ?? apiKey(),
            endpoints: try Endpoints(region: RegionLookup().region("eu-stockholm-1"), overrides: endpoints),
            time: time(now),
            requestID: "01982f5e7c1d7abc8def0123456789ab", userAgent: "local-oci-test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, random: { 0 })
        client.retry = .never
        return client
    }

    /// Every service by its name in the configuration.
    var endpoints: [OCIService: String] { Dictionary(uniqueKeysWithValues: OCIService.allCases.map { ($0, url) }) }

    /// The cloud's own clock, or `now`.
    func time(_ now: (@Sendable () -> Date)? = nil) -> TimeSource {
        let clock = ContinuousClock()
        let start = clock.now
        return TimeSource(
            now: now ?? { cloud.clock.now }, uptime: { clock.now - start },
            sleep: { (duration) async throws(CancellationError) in
                do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
            })
    }

    func storage() throws -> ObjectStorage {
        try ObjectStorage(client: client(), namespace: "localns", bucket: "polisen-events-collector")
    }

    var keyID: String {
        get throws {
            "ocid1.tenancy.oc1..localociexampletenancy/ocid1.user.oc1..localociexampleuser/"
                + (try cloud.client.key.fingerprint() ?? "")
        }
    }

    func apiKey() throws -> CredentialSource {
        .of(Credential(keyID: Secret(try keyID), key: cloud.client.key))
    }

    // MARK: Single requests

    /// Sends a request as it is.
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ headers: [String: String] = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(60)
    ) async throws -> Reply {
        try await transport.send(call(method, target, headers, body: body, timeout: timeout))
    }

    func call(
        _ method: HTTPRequest.Method, _ target: String, _ headers: [String: String] = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(60)
    ) -> HTTPCall {
        var request = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1:\(port)", path: target)
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { request.headerFields[name] = value }
        }
        var call = HTTPCall(request, body: body)
        call.timeout = timeout
        return call
    }

    /// Sends a request signed with the API key, by the collector's signer; `edit` spoils it afterwards.
    func sendSigned(
        _ method: HTTPRequest.Method, _ target: String, _ headers: [String: String] = [:], body: [UInt8]? = nil,
        date: Date? = nil, coverage: BodyCoverage? = nil, _ edit: (inout HTTPCall) -> Void = { _ in }
    ) async throws -> Reply {
        var call = call(method, target, headers, body: body)
        let isWrite = [.post, .put, .patch].contains(method)
        let covers = coverage ?? (isWrite ? (target.contains("/o/") ? .excluded : .signed) : .none)
        try RequestSigner.sign(
            &call.request, body: body, coverage: covers, keyID: Secret(try keyID), key: cloud.client.key,
            date: date ?? cloud.clock.now)
        edit(&call)
        return try await transport.send(call)
    }

    /// An admin call; the answer's JSON.
    @discardableResult
    func admin(_ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let reply = try await send(method, target, ["content-type": "application/json"], body: body?.encoded())
        guard !reply.body.isEmpty else { return .null }
        return try JSONValue.parse(reply.body)
    }
}

extension CredentialSource {
    /// Always this one.
    static func of(_ credential: Credential) -> CredentialSource {
        CredentialSource(
            origin: "test", tenancy: nil, region: nil,
            current: { () async throws(OCIError) in credential },
            renew: { (_) async throws(OCIError) in nil })
    }
}

extension Reply {
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// `code` of an error body.
    var code: String? { (try? JSONValue.parse(body))?["code"]?.string }
}

/// The instant an RFC 3339 text names; 1970 for anything else, which no test expects.
func instant(_ text: String) -> Date { WireTime.date(rfc3339: text) ?? Date(timeIntervalSince1970: 0) }
