// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import Logging
import OCI
import TestSupport
import Testing
import Transport

/// Every kind of credential the collector has, against a cloud that checks them.
struct CredentialTests {
    private static func environment(_ cloud: CloudHarness, home: String? = nil) -> CredentialEnvironment {
        var environment = CredentialEnvironment(
            variables: [:], home: home,
            files: CredentialFiles(
                read: { (path) throws(FileError) in try FileSystem.read(path) }, exists: { FileSystem.exists($0) },
                replace: { (path, bytes) throws(FileError) in try FileSystem.replace(path, bytes, mode: 0o600) }),
            transport: cloud.transport, time: cloud.time(), regions: RegionLookup(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, random: { 0 })
        environment.endpoints = cloud.endpoints
        return environment
    }

    private static func namespace(_ cloud: CloudHarness, _ source: CredentialSource) async throws -> String {
        try await ObjectStorage.namespace(of: try cloud.client(source))
    }

    @Test func `the config file that serve writes signs in`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let path = cloud.cloud.client.configPath
            let file = try ConfigFile(try #require(try FileSystem.read(path)), path: path)
            let source = try CredentialSource.apiKey(try file.profile("DEFAULT"), Self.environment(cloud))
            #expect(try await Self.namespace(cloud, source) == "localns")
            #expect(source.region == "eu-stockholm-1")
        }
    }

    @Test func `an instance signs in, and again when its token has ended`() async throws {
        let clock = LocalClock()
        clock.set(Date(), rate: 0)
        try await CloudHarness.withCloud(clock: clock) { (cloud) async throws in
            let source = try CredentialSource.instancePrincipal(Self.environment(cloud))
            #expect(try await Self.namespace(cloud, source) == "localns")
            cloud.cloud.clock.set(clock.now.addingTimeInterval(1_300), rate: 0)
            #expect(try await Self.namespace(cloud, source) == "localns")
            let exchanges = try await cloud.admin(.get, "/local/requests?service=auth").array ?? []
            #expect(exchanges.compactMap { $0["status"]?.int } == [200, 200])
        }
    }

    @Test func `the vault's secrets make a credential`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let vault = VaultCredential(
                secrets: Secrets(client: try cloud.client()),
                vault: .named(
                    "polisen-events-vault", compartment: "ocid1.compartment.oc1..localociexamplecompartment"))
            let source = try await CredentialSource.vault(vault)
            #expect(try await Self.namespace(cloud, source) == "localns")
        }
    }

    @Test func `a session signs in and is renewed in its file`() async throws {
        let clock = LocalClock()
        clock.set(Date(), rate: 0)
        try await CloudHarness.withCloud(clock: clock) { (cloud) async throws in
            let directory = FileSystem.parent(of: cloud.cloud.client.configPath)
            let details: JSONValue = [
                "publicKey": .string(Base64.encode(try cloud.cloud.client.key.publicKeyDER())),
                "sessionExpirationInMinutes": 10,
            ]
            let reply = try await cloud.sendSigned(
                .post, "/v1/token/upst/actions/GenerateUpst", ["content-type": "application/json"],
                body: details.encoded())
            let token = try #require(try JSONValue.parse(reply.body)["token"]?.string)
            try FileSystem.replace(directory + "/token", Array(token.utf8), mode: 0o600)
            let text = """
                [SESSION]
                tenancy=ocid1.tenancy.oc1..localociexampletenancy
                region=eu-stockholm-1
                key_file=\(cloud.cloud.client.keyPath)
                security_token_file=\(directory)/token
                """
            let file = try ConfigFile(Array(text.utf8), path: directory + "/session")
            let source = try CredentialSource.sessionToken(try file.profile("SESSION"), Self.environment(cloud))
            #expect(try await Self.namespace(cloud, source) == "localns")
            cloud.cloud.clock.set(clock.now.addingTimeInterval(9 * 60), rate: 0)
            #expect(try await Self.namespace(cloud, source) == "localns")
            #expect(try FileSystem.read(directory + "/token") != Array(token.utf8))
        }
    }
}
