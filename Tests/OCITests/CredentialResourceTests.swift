// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import TestSupport
import Testing

@Suite struct CredentialResourceTests {
    private let old = FakeToken.make(claims: #","res_tenant":"ocid1.tenancy.oc1..aaaa""#)
    private let new = FakeToken.make(issued: FakeToken.start + 3000, expires: FakeToken.start + 6600)

    private func variables(_ changes: [String: String?] = [:]) -> [String: String] {
        var variables: [String: String?] = [
            "VERSION": "2.2", "RPST": "/rp/rpst", "PRIVATE_PEM": "/rp/key.pem", "REGION": "ARN",
        ]
        for (name, value) in changes { variables[name] = value }
        var environment: [String: String] = [:]
        for (name, value) in variables { environment["OCI_RESOURCE_PRINCIPAL_" + name] = value }
        return environment
    }

    private func harness(_ changes: [String: String?] = [:], key: String = "test_key.pem") throws -> CredentialHarness {
        var harness = CredentialHarness()
        harness.variables = variables(changes)
        harness.files = FakeFiles([
            "/rp/rpst": old + "\n", "/rp/key.pem": try SigningFixtures.text(key),
            "/rp/phrase": "correct horse battery staple\n",
        ])
        return harness
    }

    @Test func `files are read, trimmed, and read again when the token is due`() async throws {
        let harness = try harness()
        let source = try CredentialSource.resourcePrincipal(harness.environment)
        #expect(source.origin.hasPrefix("resource principal"))
        #expect(source.tenancy == "ocid1.tenancy.oc1..aaaa")
        #expect(source.region == "eu-stockholm-1")
        let first = try await source.current()
        #expect(first.keyID.text == "ST$" + old)
        let reads = harness.files.readPaths.count
        _ = try await source.current()
        #expect(harness.files.readPaths.count == reads)
        harness.files["/rp/rpst"] = new
        #expect(try await source.current().keyID == first.keyID)
        harness.time.advance(by: .seconds(3300))
        #expect(try await source.current().keyID.text == "ST$" + new)
    }

    @Test func `a due token that has not been replaced serves on and is not read for every request`() async throws {
        let harness = try harness()
        let source = try CredentialSource.resourcePrincipal(harness.environment)
        _ = try await source.current()
        harness.time.advance(by: .seconds(3300))
        _ = try await source.current()
        let reads = harness.files.readPaths.count
        #expect(try await source.current().keyID.text == "ST$" + old)
        #expect(harness.files.readPaths.count == reads)
        harness.time.advance(by: .seconds(300))
        let found = await problem(source.current)
        #expect(found?.kind == "token_expired")
        #expect(found?.message.contains("/rp/rpst") == true)
        #expect(found?.message.contains(old) == false)
    }

    @Test func `a 401 reads the files again; the same token is nothing new`() async throws {
        let harness = try harness()
        let source = try CredentialSource.resourcePrincipal(harness.environment)
        let first = try await source.current()
        #expect(try await source.renew(first) == nil)
        harness.files["/rp/rpst"] = new
        #expect(try await source.renew(first)?.keyID.text == "ST$" + new)
    }

    @Test func `token and key are taken from one moment`() async throws {
        var harness = try harness()
        let other = try PrivateKey.generate()
        let otherPEM = try other.pem().reveal()
        let newToken = Array(new.utf8)
        harness.files = FakeFiles(["/rp/rpst": old, "/rp/key.pem": try SigningFixtures.text("test_key.pem")]) {
            path, number, files in
            // The platform replaces both just after the key has been read. The first look at the token is for its tenancy.
            guard path == "/rp/rpst", number == 2 else { return }
            files["/rp/key.pem"] = otherPEM
            files["/rp/rpst"] = newToken
        }
        let credential = try await CredentialSource.resourcePrincipal(harness.environment).current()
        #expect(credential.keyID.text == "ST$" + new)
        #expect(try credential.key.publicKeyDER() == other.publicKeyDER())
    }

    @Test func `a key that never stops changing is given up`() async throws {
        var harness = try harness()
        harness.files = FakeFiles(["/rp/rpst": old, "/rp/key.pem": ""]) { path, number, files in
            if path == "/rp/key.pem" { files[path] = [UInt8(truncatingIfNeeded: number)] + Array("x".utf8) }
        }
        let source = try CredentialSource.resourcePrincipal(harness.environment)
        #expect(await problem(source.current)?.message.contains("kept changing") == true)
    }

    @Test func `values may stand in the variables themselves, each on its own`() async throws {
        let pem = try SigningFixtures.text("test_key_encrypted.pem")
        let harness = try harness(
            ["RPST": old, "PRIVATE_PEM": pem, "PRIVATE_PEM_PASSPHRASE": "/rp/phrase", "REGION": nil])
        let source = try CredentialSource.resourcePrincipal(harness.environment)
        #expect(source.region == nil)
        #expect(try await source.current().keyID.text == "ST$" + old)
        let literal = try self.harness(
            ["PRIVATE_PEM_PASSPHRASE": "correct horse battery staple"], key: "test_key_encrypted.pem")
        #expect(try await CredentialSource.resourcePrincipal(literal.environment).current().keyID.text == "ST$" + old)
    }

    @Test(
        arguments: [
            ("VERSION", nil, "none_found", "is not set"), ("VERSION", "3.0", "none_found", "'3.0'"),
            ("VERSION", "1.1", "none_found", "'1.1'"), ("VERSION", " ", "none_found", "is not set"),
            ("RPST", nil, "token_missing", "OCI_RESOURCE_PRINCIPAL_RPST is not set"),
            ("PRIVATE_PEM", nil, "key_missing", "the platform sets both: unset that one"),
        ] as [(String, String?, String, String)])
    func `other versions and missing variables are refused by name`(
        name: String, value: String?, kind: String, part: String
    ) async throws {
        let harness = try harness([name: value])
        let found = await problem { () throws(OCIError) in try CredentialSource.resourcePrincipal(harness.environment) }
        #expect(found?.kind == kind)
        #expect(found?.message.contains(part) == true)
    }

    @Test(arguments: ["VERSION", "RPST"])
    func `OKE workload identity is refused by name`(missing: String) async throws {
        var harness = try harness([missing: nil])
        harness.variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1"
        let found = await problem { () throws(OCIError) in try CredentialSource.resourcePrincipal(harness.environment) }
        #expect(found?.message.contains("OKE workload identity is not supported") == true)
    }

    @Test(arguments: [
        ("RPST", "/rp/none", "token_missing"), ("PRIVATE_PEM", "/rp/none", "key_missing"),
        ("PRIVATE_PEM", "hello", "key_invalid"), ("RPST", "hello", "token_missing"),
        ("PRIVATE_PEM_PASSPHRASE", "/rp/none", "key_encrypted"),
    ])
    func `what cannot be read is told when it is used`(name: String, value: String, kind: String) async throws {
        let harness = try harness([name: value])
        let source = try CredentialSource.resourcePrincipal(harness.environment)
        #expect(await problem(source.current)?.kind == kind)
    }
}

@Suite struct CredentialFilesTests {
    @Test func `files are replaced whole, for their owner only`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/token"
            let files = CredentialFiles.system
            #expect(try files.read(path) == nil)
            #expect(!files.exists(path))
            try Data("old".utf8).write(to: URL(filePath: path))
            try files.replace(path, Array("new".utf8))
            #expect(files.exists(path))
            #expect(try files.read(path) == Array("new".utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode.map { "\($0)" } == "384", "0600 in octal")
        }
    }

    @Test func `a file far too large for a key is refused`() throws {
        try withTemporaryDirectory { directory in
            try Data(count: (1 << 20) + 1).write(to: URL(filePath: directory + "/big"))
            #expect(throws: CredentialFiles.Failure.self) { try CredentialFiles.system.read(directory + "/big") }
        }
    }
}
