// SPDX-License-Identifier: MIT

import OCI
import TestSupport
import Testing
import Transport

@Suite struct CredentialDetectTests {
    private static let session = """

        [session]
        security_token_file = ~/token
        """

    private func harness(
        config: String? = nil, at path: String = "/home/u/.oci/config", metadata: Bool = false,
        variables: [String: String] = [:]
    ) throws -> CredentialHarness {
        var harness = CredentialHarness()
        harness.variables = variables
        harness.files = FakeFiles(["/home/u/.oci/key.pem": try SigningFixtures.text("test_key.pem")])
        harness.files[path] = config
        harness.transport = ScriptedTransport { (_, _) async throws(TransportError) in
            guard metadata else { throw .timeout(phase: .connect, host: "169.254.169.254", after: .seconds(1)) }
            return Reply(status: 404)
        }
        return harness
    }

    private func detect(
        _ method: AuthMethod, _ harness: CredentialHarness, configPath: String? = nil, profile: String? = nil
    ) async throws(OCIError) -> String {
        try await CredentialSource.detect(method, configPath: configPath, profile: profile, harness.environment).origin
    }

    private let rp = [
        "OCI_RESOURCE_PRINCIPAL_VERSION": "2.2", "OCI_RESOURCE_PRINCIPAL_RPST": "x",
        "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": "y",
    ]

    @Test func `auto takes the resource principal first`() async throws {
        let harness = try harness(config: CredentialAPIKeyTests.profile, metadata: true, variables: rp)
        #expect(try await detect(.auto, harness).hasPrefix("resource principal"))
    }

    @Test func `auto takes the profile next, as what it is`() async throws {
        let harness = try harness(config: CredentialAPIKeyTests.profile + Self.session, metadata: true)
        #expect(try await detect(.auto, harness) == "api key of profile DEFAULT in /home/u/.oci/config")
        #expect(
            try await detect(.auto, harness, profile: "session")
                == "session token of profile session in /home/u/.oci/config")
        #expect(harness.transport.calls.isEmpty)
    }

    @Test func `auto takes the instance last, where anything answers`() async throws {
        let harness = try harness(metadata: true)
        #expect(try await detect(.auto, harness) == "instance principal")
        #expect(harness.transport.calls.map(\.timeout) == [.seconds(1)])
    }

    @Test func `where there is nothing, auto says what it looked for`() async throws {
        let harness = try harness()
        let found = await problem { () async throws(OCIError) in try await detect(.auto, harness) }
        #expect(found?.kind == "none_found")
        #expect(found?.message.contains("/home/u/.oci/config") == true)
        #expect(harness.transport.calls.count == 2)
    }

    @Test func `auto does not step over a source that is broken`() async throws {
        let harness = try harness(config: "[DEFAULT]\n", metadata: true)
        let found = await problem { () async throws(OCIError) in try await detect(.auto, harness) }
        #expect(found?.kind == "config_invalid")
    }

    @Test func `a method that is named is the one that is used`() async throws {
        let harness = try harness(config: CredentialAPIKeyTests.profile + Self.session, metadata: true, variables: rp)
        #expect(try await detect(.apiKey, harness, profile: "session").hasPrefix("api key of profile session"))
        #expect(try await detect(.sessionToken, harness, profile: "session").hasPrefix("session token"))
        #expect(try await detect(.instancePrincipal, harness) == "instance principal")
        #expect(try await detect(.resourcePrincipal, harness).hasPrefix("resource principal"))
        let found = await problem { () async throws(OCIError) in try await detect(.sessionToken, harness) }
        #expect(found?.message.contains("security_token_file is missing") == true)
    }

    @Test(arguments: [AuthMethod.apiKey, .sessionToken])
    func `a method that needs a file says where it looked`(method: AuthMethod) async throws {
        let harness = try harness()
        let found = await problem { () async throws(OCIError) in try await detect(method, harness) }
        #expect(found?.kind == "config_missing")
        let named = await problem { () async throws(OCIError) in try await detect(method, harness, configPath: "~/mine")
        }
        #expect(named?.kind == "config_missing")
        #expect(named?.message.contains("/home/u/mine") == true)
    }

    @Test func `a named file and a missing profile are told`() async throws {
        let harness = try harness(config: CredentialAPIKeyTests.profile, at: "/elsewhere")
        #expect(
            try await detect(.auto, harness, configPath: "/elsewhere") == "api key of profile DEFAULT in /elsewhere")
        let found = await problem { () async throws(OCIError) in
            try await detect(.auto, harness, configPath: "/elsewhere", profile: "nobody")
        }
        #expect(found?.kind == "config_invalid")
        #expect(found?.message.contains("no profile [nobody]") == true)
    }
}
