// SPDX-License-Identifier: MIT

import Foundation
import JSON
import TestSupport
import Testing

/// Each way of signing in, from the program's settings to a bucket that is written.
struct EndToEndCredentialTests {
    enum Way: CaseIterable, Sendable {
        case encryptedKey, sessionToken, instancePrincipal, resourcePrincipal, vaultWithKey, vaultWithInstance

        /// Services besides feed and bucket that the first run asks, in the order of their answers.
        var asked: Set<String> {
            switch self {
            case .encryptedKey, .sessionToken, .resourcePrincipal: []
            case .instancePrincipal: ["metadata", "auth"]
            case .vaultWithKey: ["vaults", "secrets"]
            case .vaultWithInstance: ["metadata", "auth", "vaults", "secrets"]
            }
        }

        /// Settings, by the predecessor's names where it had one.
        func settings(_ cloud: EndToEndCloud, at now: Date) async throws -> [String: String] {
            switch self {
            case .encryptedKey: return try await Way.encryptedKey(cloud)
            case .sessionToken:
                let session = try await cloud.session(at: now)
                return [
                    "POLISEN_OCI_CONFIG_FILE": try cloud.configFile([
                        "security_token_file=\(session.token)", "key_file=\(session.key)",
                    ])
                ]
            case .resourcePrincipal:
                let session = try await cloud.session(at: now)
                return [
                    "OCI_RESOURCE_PRINCIPAL_VERSION": "2.2", "OCI_RESOURCE_PRINCIPAL_RPST": session.token,
                    "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": session.key,
                    "OCI_RESOURCE_PRINCIPAL_REGION": "eu-stockholm-1",
                ]
            case .instancePrincipal: return ["POLISEN_OCI_AUTH": "instance_principal"]
            case .vaultWithKey: return Way.vault(cloud)
            case .vaultWithInstance:
                return Way.vault(cloud).merging(["POLISEN_VAULT_AUTH": "instance_principal"]) { $1 }
            }
        }

        private static func vault(_ cloud: EndToEndCloud) -> [String: String] {
            [
                "USE_VAULT": "true", "OCI_VAULT_NAME": cloud.endpoints["vault_name"]?.string ?? "",
                "OCI_VAULT_COMPARTMENT_ID": cloud.endpoints["compartment"]?.string ?? "",
                "OCI_REGION": "eu-stockholm-1", "OCI_BUCKET_NAME": "polisen-events-collector",
                "OCI_COMPARTMENT_ID": cloud.endpoints["compartment"]?.string ?? "",
                "API_CONTACT_EMAIL": "duty@example.org", "LOG_LEVEL": "DEBUG",
            ]
        }

        private static func encryptedKey(_ cloud: EndToEndCloud) async throws -> [String: String] {
            let key = cloud.directory + "/encrypted.pem"
            try await ToolProcess.run(
                "openssl",
                ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", cloud.keyPath, "-out", key, "-passout", "pass:sesam"],
                directory: cloud.directory)
            #expect(ToolProcess.text(of: key).contains("ENCRYPTED"))
            return [
                "POLISEN_OCI_CONFIG_FILE": try cloud.configFile([
                    "user=\(cloud.endpoints["user"]?.string ?? "")",
                    "fingerprint=\(cloud.endpoints["fingerprint"]?.string ?? "")", "key_file=\(key)",
                    "pass_phrase=sesam",
                ])
            ]
        }
    }

    @Test(arguments: Way.allCases)
    func `a run signs in and stores what it was shown`(way: Way) async throws {
        try await EndToEndCloud.run(seed: 81) { cloud in
            var world = EndToEndWorld(cloud, .oci, seed: 81)
            try await world.advance(minutes: 20)
            let settings = try await way.settings(cloud, at: world.now)
            _ = try await cloud.takeRequests()
            let first = try await world.collect("state", settings)
            let asked = try await cloud.takeRequests()
            #expect(Self.services(asked).subtracting(["feed", "object_storage"]) == way.asked)
            // Nobody has said which namespace it is.
            #expect(Self.targets(asked, "object_storage").contains { $0 == "/n" || $0 == "/n/" })
            #expect(first.record?["counts"]?["new"]?.int == 500)
            try await world.advance(minutes: 20)
            try await world.collect("state", settings)
            let again = try await cloud.takeRequests()
            #expect(!Self.targets(again, "object_storage").contains { $0 == "/n" || $0 == "/n/" })
            // The vault's id is looked up once.
            #expect(Self.targets(again, "vaults") == [])
            try await world.expectExactlyOnce()
            for secret in ["sesam", "PRIVATE KEY"] { #expect(!(first.errors + first.output).contains(secret)) }
        }
    }

    @Test func `the vault's secrets are fetched side by side, two round trips deep`() async throws {
        try await EndToEndCloud.run(seed: 82) { cloud in
            var world = EndToEndWorld(cloud, .oci, seed: 82)
            try await world.advance(minutes: 20)
            let settings = try await Way.vaultWithKey.settings(cloud, at: world.now)
            try await cloud.disturb(
                ["vaults", "secrets"].map { service in
                    ["match": ["service": .string(service)], "times": .null, "action": ["latency_ms": 1_500]]
                })
            _ = try await cloud.takeRequests()
            let end = try await world.collect("state", settings)
            let requests = try await cloud.takeRequests()
            let secrets = requests.filter { $0["service"]?.string == "secrets" }
            #expect(secrets.count == 5)
            // A connection serves one request at a time: as many connections, as many requests at once.
            #expect(Set(secrets.compactMap { $0["connection"]?.int }).count == 5)
            #expect(Self.targets(requests, "vaults").count == 1)
            let stages = end.record?["stages"]?.array ?? []
            let auth = stages.first { $0["stage"]?.string == "auth" || $0["name"]?.string == "auth" }
            let seconds = try #require(auth?["seconds"]?.double, Comment(rawValue: end.output))
            // Two waits of 1.5 s, and what a busy machine adds; six in a row would be 9 s.
            #expect(seconds > 2.9 && seconds < 8.5, "the auth stage took \(seconds) s")
        }
    }

    @Test(arguments: [Way.vaultWithInstance, .vaultWithKey, .instancePrincipal])
    func `nothing is sent to OCI before the feed's request is out`(way: Way) async throws {
        try await EndToEndCloud.run(seed: 83) { cloud in
            var world = EndToEndWorld(cloud, .oci, seed: 83)
            try await world.advance(minutes: 20)
            // A feed that takes a connection and does not shake hands: no request can go out. The next is refused.
            try await withFaultServer([.hang], [.send("no TLS\r\n\r\n")]) { feed in
                let settings = try await way.settings(cloud, at: world.now).merging([
                    "POLISEN_FEED_URL": "https://\(feed.authority)/api/events", "POLISEN_FEED_TIMEOUT": "2s",
                    "POLISEN_RUN_DEADLINE": "40s",
                ]) { $1 }
                _ = try await cloud.takeRequests()
                let run = try world.start("state", settings)
                _ = try await eventually("the feed's connection") { feed.received.isEmpty ? nil : true }
                var early: [JSONValue] = []
                while feed.closedCount == 0 {
                    let asked = try await cloud.takeRequests()
                    if feed.closedCount == 0 { early += asked }
                }
                #expect(early.isEmpty, "\(early)")
                let end = try await run.end()
                #expect(end.status == 69, Comment(rawValue: end.output + end.errors))
                // The run's record is there all the same.
                let late = try await cloud.takeRequests()
                #expect(Self.targets(late, "object_storage").contains { $0.contains("/o/runs%2F") })
            }
        }
    }

    private static func services(_ requests: [JSONValue]) -> Set<String> {
        Set(requests.compactMap { $0["service"]?.string })
    }

    private static func targets(_ requests: [JSONValue], _ service: String) -> [String] {
        requests.filter { $0["service"]?.string == service }.compactMap { $0["target"]?.string }
    }
}
