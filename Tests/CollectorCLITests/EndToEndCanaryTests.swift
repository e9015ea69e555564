// SPDX-License-Identifier: MIT

import Files
import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

/// What is secret stays out of everything that is written, whatever goes wrong.
struct EndToEndCanaryTests {
    /// Words that stand for secrets, by where they were put.
    private struct Canaries {
        let webhook = "CANARYwebhook7f3a9c"
        let fileWebhook = "CANARYfile51d0ee"
        let passPhrase = "CANARYpassphrase88aa"
        let variable = "CANARYvariable2b6d41"
        let header = "CANARYheader90cc17"
        /// A piece of the private key's Base64, as key file and vault have it.
        let key: String

        var all: [String] { [webhook, fileWebhook, passPhrase, variable, header, key] }
    }

    @Test(arguments: [false, true])
    func `a secret of any source reaches no sink`(usesVault: Bool) async throws {
        try await TelemetryWorld.use(seed: usesVault ? 321 : 322, .oci) { world in
            let keyLines = world.cloud.keyText.split(separator: "\n")
            let canaries = Canaries(key: String(try #require(keyLines.dropFirst(3).first).prefix(40)))
            let config = world.cloud.directory + "/canary.yaml"
            let yaml = "notifications:\n  webhook: http://127.0.0.1:9/\(canaries.fileWebhook)\n"
            try Data(yaml.utf8).write(to: URL(fileURLWithPath: config))
            world.settings.merge([
                "POLISEN_CONFIG": config, "MY_SECRET": canaries.variable,
                "POLISEN_LOG_LEVEL": "trace", "POLISEN_METRICS_BACKEND": "oci,textfile",
            ]) { $1 }
            if usesVault {
                world.settings.merge([
                    "USE_VAULT": "true", "OCI_VAULT_NAME": world.cloud.endpoints["vault_name"]?.string ?? "",
                    "OCI_VAULT_COMPARTMENT_ID": world.cloud.endpoints["compartment"]?.string ?? "",
                ]) { $1 }
            }
            var told = try await Self.ordinary(world, canaries)
            told += try await Self.disturbed(&world, canaries)
            told += try await Self.misconfigured(&world, canaries)
            #expect(told.count > 10)
            let points = try await world.arrived()
            #expect(!points.isEmpty)
            try Self.expectNothing(of: canaries, in: world, told + points.map(\.text))
        }
    }

    /// A run, and everything that answers about it.
    private static func ordinary(_ world: TelemetryWorld, _ canaries: Canaries) async throws -> [String] {
        let webhook = ["POLISEN_NOTIFICATIONS_WEBHOOK": "http://127.0.0.1:9/\(canaries.webhook)"]
        let end = try await world.collect(webhook)
        #expect(end.status == 0, Comment(rawValue: end.output + end.errors))
        var told = [end.output, end.errors]
        for arguments in [
            ["config", "show", "--json"], ["config", "show"], ["runs", "list", "--json"], ["runs", "show", "last"],
            ["metrics", "spool", "--json"], ["metrics", "flush", "--json"], ["archive", "verify", "--json"],
        ] {
            let end = try await world.run(arguments, webhook)
            told += [end.output, end.errors]
        }
        return told
    }

    /// Runs that fail, with a service and a feed that say too much.
    private static func disturbed(
        _ world: inout TelemetryWorld, _ canaries: Canaries
    ) async throws -> [String] {
        var told: [String] = []
        for service in ["feed", "object_storage", "monitoring_ingestion", "secrets"] {
            try await world.advance()
            try await world.cloud.disturb([
                [
                    "match": ["service": .string(service)], "times": .null,
                    "action": [
                        "status": 403, "code": "NotAuthorizedOrNotFound", "message": "no",
                        "headers": [
                            "set-cookie": .string("session=\(canaries.header)"),
                            "authorization": .string("Bearer \(canaries.header)"),
                        ],
                    ],
                ]
            ])
            let end = try await world.collect()
            told += [end.output, end.errors]
            try await world.cloud.calm()
        }
        return told
    }

    /// Values that are refused, and a key that cannot be read.
    private static func misconfigured(
        _ world: inout TelemetryWorld, _ canaries: Canaries
    ) async throws -> [String] {
        let key = world.cloud.directory + "/locked.pem"
        try await ToolProcess.run(
            "openssl",
            [
                "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", world.cloud.keyPath, "-out", key, "-passout",
                "pass:another",
            ], directory: world.cloud.directory)
        let profile = try world.cloud.configFile([
            "user=\(world.cloud.endpoints["user"]?.string ?? "")",
            "fingerprint=\(world.cloud.endpoints["fingerprint"]?.string ?? "")", "key_file=\(key)",
            "pass_phrase=\(canaries.passPhrase)",
        ])
        var told: [String] = []
        for webhook in ["nonsense \(canaries.webhook)", "ftp://user:\(canaries.webhook)@example.org/"] {
            let end = try await world.collect(["POLISEN_NOTIFICATIONS_WEBHOOK": webhook])
            #expect(end.status == 78, Comment(rawValue: end.output))
            told += [end.output, end.errors]
        }
        // The run may have nothing to sign; its metrics do, once posting does not pause any more.
        try await world.advance()
        let end = try await world.collect(["POLISEN_OCI_CONFIG_FILE": profile])
        #expect(end.entries("telemetry.post.failed").count == 1, Comment(rawValue: end.output + end.errors))
        told += [end.output, end.errors]
        return told
    }

    /// Everything told, and every file of state and archive.
    private static func expectNothing(
        of canaries: Canaries, in world: TelemetryWorld, _ told: [String]
    ) throws {
        var sinks = told.enumerated().map { ("told \($0)", $1) }
        for folder in [world.state, world.cloud.directory + "/cloud"] {
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                let path = folder + "/" + name
                // The cloud's own secrets and keys lie there, too.
                guard folder == world.state || name.contains("polisen-events-collector") || name.contains("metric"),
                    let bytes = FileManager.default.contents(atPath: path)
                else { continue }
                sinks.append((path, String(decoding: bytes, as: UTF8.self)))
            }
        }
        #expect(sinks.contains { $0.0.hasSuffix(".prom") } && sinks.contains { $0.0.contains("/ledger/") })
        for (place, text) in sinks {
            for canary in canaries.all { #expect(!text.contains(canary), "\(canary) stands in \(place)") }
            #expect(!text.contains("PRIVATE KEY"), "\(place)")
        }
    }
}
