// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import OCI
import Synchronization
import TestSupport
import Testing
import Transport

@Suite struct VaultCredentialTests {
    static func pem() throws -> String {
        let path = packageRoot + "/Tests/OCITests/Fixtures/test_key.pem"
        return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    static func contents() throws -> [String: String] {
        [
            "oci-user-ocid": ClientHarness.user + "\n", "oci-tenancy-ocid": ClientHarness.tenancy,
            "oci-fingerprint": ClientHarness.fingerprint.uppercased(), "oci-private-key": try pem(),
            "oci-region": "eu-frankfurt-1",
        ]
    }

    /// Answers for the vaults in `vaults`; everything else is not found.
    static func script(_ vaults: [String: [String: String]]) -> ScriptedTransport {
        ScriptedTransport { (call, _) async throws(TransportError) in
            let path = call.request.path ?? ""
            if path.contains("/vaults?") { return .with(200, #"[{"id":"v-new","displayName":"keys"}]"#) }
            for (vault, secrets) in vaults where path.hasSuffix("vaultId=\(vault)") {
                for (name, content) in secrets where path.contains("secretName=\(name)&") {
                    return SecretsTests.bundle(Base64.encode(Array(content.utf8)))
                }
            }
            return .failure(404, "NotAuthorizedOrNotFound", ["opc-request-id": "R404"])
        }
    }

    @Test func `five secrets by vault id make an API key in one round trip`() async throws {
        let harness = try ClientHarness(Self.script(["v1": try Self.contents()]))
        let source = try await CredentialSource.vault(
            VaultCredential(secrets: Secrets(client: harness.client), vault: .id("v1")))
        #expect(harness.script.calls.count == 5)
        #expect(source.tenancy == ClientHarness.tenancy && source.region == "eu-frankfurt-1")
        let keyID = try await source.current().keyID
        #expect(keyID == Secret("\(ClientHarness.tenancy)/\(ClientHarness.user)/\(ClientHarness.fingerprint)"))
        #expect(!harness.log.all.joined().contains("BEGIN"))
        #expect(!"\(source)".contains(ClientHarness.user))
    }

    @Test func `the secrets are asked for side by side`() async throws {
        let contents = try Self.contents()
        let waiting = Mutex(0)
        let harness = try ClientHarness(
            ScriptedTransport { (call, _) async throws(TransportError) in
                waiting.withLock { $0 += 1 }
                // Nobody is answered before all five have asked.
                for _ in 0..<1_000_000 where waiting.withLock({ $0 }) < 5 { await Task.yield() }
                guard waiting.withLock({ $0 }) == 5 else { throw .unusable(detail: "asked one after another") }
                let name = contents.keys.first { call.request.path?.contains("secretName=\($0)&") == true } ?? ""
                return SecretsTests.bundle(Base64.encode(Array((contents[name] ?? "").utf8)))
            })
        let vault = VaultCredential(secrets: Secrets(client: harness.client), vault: .id("v1"))
        #expect(try await vault.fetch().tenancy == ClientHarness.tenancy)
    }

    @Test func `the region's secret need not exist`() async throws {
        let contents = try Self.contents().filter { $0.key != "oci-region" }
        let harness = try ClientHarness(Self.script(["v1": contents]))
        let vault = VaultCredential(secrets: Secrets(client: harness.client), vault: .id("v1"))
        #expect(try await vault.fetch().region == nil)
    }

    @Test func `a vault's name is looked up once and its id kept`() async throws {
        let kept = Mutex<String?>(nil)
        let cache = VaultCredential.Cache(
            read: { kept.withLock { $0 } }, write: { id in kept.withLock { $0 = id } })
        let harness = try ClientHarness(Self.script(["v-new": try Self.contents()]))
        let vault = VaultCredential(
            secrets: Secrets(client: harness.client), vault: .named("keys", compartment: "c"), cache: cache)
        _ = try await vault.fetch()
        #expect(harness.script.calls.count == 6)
        #expect(kept.withLock { $0 } == "v-new")
        _ = try await vault.fetch()
        #expect(harness.script.calls.count == 11)
    }

    @Test func `a cached id under which nothing is found is looked up again`() async throws {
        let kept = Mutex<String?>("v-old")
        let cache = VaultCredential.Cache(
            read: { kept.withLock { $0 } }, write: { id in kept.withLock { $0 = id } })
        let harness = try ClientHarness(Self.script(["v-new": try Self.contents()]))
        let vault = VaultCredential(
            secrets: Secrets(client: harness.client), vault: .named("keys", compartment: "c"), cache: cache)
        _ = try await vault.fetch()
        #expect(kept.withLock { $0 } == "v-new")
        #expect(harness.script.calls.count == 11)
    }

    @Test(
        arguments: [
            ("oci-user-ocid", nil, "not found, or hidden: create it"), ("oci-private-key", nil, "not found"),
            ("oci-tenancy-ocid", "", "it is empty"),
            ("oci-user-ocid", "two words", "one word of ASCII text; store the value alone"),
            ("oci-private-key", "no pem", "store the PEM text"),
            ("oci-fingerprint", "aa:bb", "; store that one, or the key"),
        ] as [(String, String?, String)])
    func `a missing or wrong secret is named with the fix`(name: String, content: String?, text: String) async throws {
        var contents = try Self.contents()
        contents[name] = content
        let harness = try ClientHarness(Self.script(["v1": contents]))
        let vault = VaultCredential(secrets: Secrets(client: harness.client), vault: .id("v1"))
        let error = await failure { () async throws(OCIError) in try await vault.fetch() }
        guard case .credential(let problem) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.kind == "vault")
        #expect(problem.message.hasPrefix("secret '\(name)' in vault 'v1': "))
        #expect(problem.message.contains(text))
        #expect(!problem.message.contains("two words") && !problem.message.contains("no pem"))
    }

    @Test(
        arguments: [
            (.failure(403, "NotAllowed"), "credential"), (.with(200, "{}"), "credential"),
            (.failure(429, "x"), "throttled"),
        ] as [(Reply, String)])
    func `refusals become credential problems, temporary trouble stays what it is`(
        reply: Reply, reason: String
    ) async throws {
        let harness = try ClientHarness(ScriptedTransport { (_, _) async throws(TransportError) in reply })
        let vault = VaultCredential(secrets: Secrets(client: harness.client), vault: .id("v1"))
        let error = await failure { () async throws(OCIError) in try await vault.fetch() }
        #expect(error?.reason == reason)
    }

    @Test func `a renewal fetches once for all who wait and nil means the same key`() async throws {
        let contents = Mutex(try Self.contents())
        let gate = Gate()
        let harness = try ClientHarness(
            ScriptedTransport { (call, number) async throws(TransportError) in
                if number >= 5 { await gate.passed() }
                let now = contents.withLock { $0 }
                let name = now.keys.first { call.request.path?.contains("secretName=\($0)&") == true } ?? ""
                return SecretsTests.bundle(Base64.encode(Array((now[name] ?? "").utf8)))
            })
        let source = try await CredentialSource.vault(
            VaultCredential(secrets: Secrets(client: harness.client), vault: .id("v1")))
        let old = try await source.current()
        contents.withLock { $0["oci-user-ocid"] = "ocid1.user.oc1..other" }
        async let first = source.renew(old)
        async let second = source.renew(old)
        await gate.open()
        let renewed = try await (first, second)
        #expect(renewed.0 != nil && renewed.0?.keyID == renewed.1?.keyID)
        #expect(renewed.0?.keyID != old.keyID)
        #expect(harness.script.calls.count == 10)
        let current = try await source.current()
        #expect(current.keyID == renewed.0?.keyID)
        let again = try await source.renew(current)
        #expect(again == nil)
    }
}

/// Holds tasks until it is opened.
private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func passed() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
