// SPDX-License-Identifier: MIT

import OCI
import Testing

@Suite struct CredentialAPIKeyTests {
    static let profile = """
        [DEFAULT]
        user = ocid1.user.oc1..aaaa
        tenancy = ocid1.tenancy.oc1..aaaa
        fingerprint = 65:44:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f
        key_file = ~/.oci/key.pem
        region = arn
        """

    private func harness(_ key: String?) throws -> CredentialHarness {
        var harness = CredentialHarness()
        harness.files = FakeFiles(try key.map { ["/home/u/.oci/key.pem": try SigningFixtures.text($0)] } ?? [:])
        return harness
    }

    @Test func `a profile becomes a key id and a key, and the region its long name`() async throws {
        let harness = try harness("test_key.pem")
        let source = try CredentialSource.apiKey(harness.profile(Self.profile), harness.environment)
        #expect(source.origin == "api key of profile DEFAULT in /home/u/.oci/config")
        #expect(source.tenancy == "ocid1.tenancy.oc1..aaaa")
        #expect(source.region == "eu-stockholm-1")
        let credential = try await source.current()
        let fingerprint = "65:44:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f"
        #expect(credential.keyID.text == "ocid1.tenancy.oc1..aaaa/ocid1.user.oc1..aaaa/\(fingerprint)")
        #expect(try credential.key.publicKeyDER() == SigningFixtures.key().publicKeyDER())
        #expect(credential.expires == nil)
        #expect(try await source.renew(credential) == nil)
    }

    @Test(
        arguments: [
            ("test_key_encrypted.pem", "pass_phrase = correct horse battery staple", nil),
            ("test_key_encrypted.pem", "", "key_encrypted"),
            ("test_key_encrypted.pem", "passphrase = wrong", "key_invalid"),
            ("test_public.pem", "", "key_invalid"), (nil, "", "key_missing"),
        ] as [(String?, String, String?)])
    func `what is wrong with the key is told apart`(key: String?, extra: String, kind: String?) async throws {
        let harness = try harness(key)
        let profile = try harness.profile(Self.profile + "\n" + extra)
        let found = await problem { () throws(OCIError) in try CredentialSource.apiKey(profile, harness.environment) }
        #expect(found?.kind == kind)
        #expect(found.map { $0.message.contains("/home/u/.oci/key.pem") } ?? true)
        #expect(found.map { !$0.message.contains("wrong,") && !$0.message.contains("PRIVATE KEY-----") } ?? true)
    }

    @Test func `a fingerprint that is not the key's is said here, not by a 401`() async throws {
        let harness = try harness("test_key.pem")
        let profile = try harness.profile(
            Self.profile + "\n[A]\nfingerprint = 00:44:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f", "A")
        let found = await problem { () throws(OCIError) in try CredentialSource.apiKey(profile, harness.environment) }
        #expect(found?.kind == "key_invalid")
        #expect(found?.message.contains("fingerprint is 65:44:89") == true)
        #expect(found?.message.contains("00:44:89:10") == true)
    }

    @Test func `a profile that is no good is config_invalid`() async throws {
        let harness = try harness("test_key.pem")
        let profile = try harness.profile("[DEFAULT]\n")
        let found = await problem { () throws(OCIError) in try CredentialSource.apiKey(profile, harness.environment) }
        #expect(found?.kind == "config_invalid")
        #expect(found?.message.contains("user is missing") == true)
    }
}
