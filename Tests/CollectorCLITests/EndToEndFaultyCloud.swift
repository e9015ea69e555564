// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import HTTPTypes
import JSON
import Ledger
import Logging
import OCI
import TestSupport
import Testing
import Transport

@testable import CollectorCLI

/// A local-oci of a test's own, run as a child.
struct FaultyCloud: Sendable {
    let host: EndToEndHost
    let url: String
    let config: String

    /// Runs `body` with a cloud that is gone afterwards, and a host beside it.
    static func use(_ body: (FaultyCloud) async throws -> Void) async throws {
        await Turns.clouds.take()
        let result: Result<Void, any Error>
        do { result = .success(try await start(body)) } catch { result = .failure(error) }
        await Turns.clouds.give()
        try result.get()
    }

    private static func start(_ body: (FaultyCloud) async throws -> Void) async throws {
        try await EndToEndHost.use { host in
            let log = host.root + "/cloud.log"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: builtExecutable("local-oci"))
            process.arguments = ["serve", "--data", host.root + "/cloud"]
            try Data().write(to: URL(fileURLWithPath: log))
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            process.standardError = FileHandle.nullDevice
            try process.run()
            defer { ToolProcess.end(process) }
            let endpoints = try await eventually("the endpoints of local-oci", within: .seconds(120)) {
                let line = ToolProcess.text(of: log)
                return line.hasSuffix("\n") ? try JSONValue.parse(line) : nil
            }
            try await body(
                FaultyCloud(
                    host: host, url: try #require(endpoints["url"]?.string),
                    config: try #require(endpoints["oci_config"]?.string)))
        }
    }

    static let namespace = "localns"
    static let bucket = "polisen-events-collector"

    /// The keys that lead to it.
    func settings(endpoint: String? = nil, config: String? = nil, bucket: String = bucket) -> [String] {
        [
            "--archive-backend", "oci", "--oci-auth", "api_key", "--oci-bucket", bucket,
            "--set", "oci.config_file=\(config ?? self.config)", "--set", "oci.namespace=\(Self.namespace)",
            "--set", "oci.endpoints.object_storage=\(endpoint ?? url)",
        ]
    }

    /// Asks for a disturbance of Object Storage; nil takes all away.
    func disturb(_ action: String?, method: String? = nil, times: String = "null") async throws {
        let match = method.map { #","method":"\#($0)""# } ?? ""
        let fault = action.map { #"{"match":{"service":"object_storage"\#(match)},"times":\#(times),"action":\#($0)}"# }
        var call = HTTPCall(fault == nil ? .delete : .post, String(url.dropFirst(7)), "/local/faults")
        call.body = fault.map { Array($0.utf8) }
        let reply = try await HTTPTransport.curl(CurlOptions(userAgent: "test")).send(call)
        #expect((200...204).contains(reply.status), "\(String(decoding: reply.body, as: UTF8.self))")
    }

    /// The bucket, as the collector sees it.
    func store() async throws -> ArchiveStore {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let random: @Sendable () -> UInt64 = { UInt64.random(in: 0...UInt64.max) }
        let transport = try HTTPTransport.curl(CurlOptions(userAgent: "test"))
        let credentials = try await CredentialSource.detect(
            .apiKey, configPath: config, profile: nil,
            CredentialEnvironment(
                variables: [:], home: nil, files: .system, transport: transport, time: .live, regions: RegionLookup(),
                logger: logger, random: random))
        let endpoints = try Endpoints(
            region: try RegionLookup().region("eu-stockholm-1"), overrides: [.objectStorage: url])
        let client = OCIClient(
            transport: transport, credentials: credentials, endpoints: endpoints, time: .live, requestID: "test",
            userAgent: "test", logger: logger, random: random)
        return .objectStorage(
            try ObjectStorage(client: client, namespace: Self.namespace, bucket: Self.bucket), run: "test")
    }

    /// The fault is gone: the next run stores everything, and the records of both runs.
    ///
    /// - Parameter isDisturbed: the fault is left where it is.
    func expectRecovery(records count: Int = 2, isDisturbed: Bool = false) async throws {
        if !isDisturbed { try await disturb(nil) }
        let feed = EndToEndFeed()
        try await feed.serve { address in
            let ended = try await host.collect(address, deadline: "30s", settings())
            #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
        }
        let store = try await store()
        #expect(try await host.storedEvents(in: store) == feed.events.sorted())
        let records = try host.records()
        #expect(records.count == count && records.last?.outcome == .success)
        let copies = try await store.listAll("runs/").map { $0.name.split(separator: "/").last ?? "" }
        #expect(copies.sorted() == records.map { Substring("\($0.runID).json") }.sorted())
    }
}
