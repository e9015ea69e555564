// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import TestSupport
import Testing
import Transport

@Suite struct SecretsTests {
    static let host = "https://secrets.vaults.eu-stockholm-1.oci.oraclecloud.com/20190301"
    static let allSigned = "date (request-target) host content-length content-type x-content-sha256"

    /// As in contract §7.4, with its explicit nulls.
    static func bundle(_ content: String, contentType: String = "BASE64") -> Reply {
        .with(
            200,
            """
            {"secretId":"ocid1.vaultsecret.oc1..s","timeCreated":"2026-07-16T01:59:09.366Z","versionNumber":2,
            "versionName":null,"secretBundleContent":{"contentType":"\(contentType)","content":"\(content)"},
            "timeOfDeletion":null,"timeOfExpiry":null,"stages":["CURRENT","LATEST","LATER"],"metadata":null}
            """, ["opc-request-id": "R1"])
    }

    @Test func `a secret by id is a GET`() async throws {
        let harness = try ClientHarness(replies: [Self.bundle("RVhBTVBMRQ==")])
        let bundle = try await Secrets(client: harness.client).bundle(id: "ocid1.vaultsecret.oc1..s")
        #expect(harness.lines == ["GET \(Self.host)/secretbundles/ocid1.vaultsecret.oc1..s"])
        #expect(bundle.content.reveal() == Array("EXAMPLE".utf8))
        #expect(bundle.version.number == 2 && bundle.version.stages == ["CURRENT", "LATEST", "LATER"])
        #expect(bundle.version.name == nil && bundle.version.timeOfExpiry == nil)
        #expect(!"\(bundle)".contains("EXAMPLE") && !String(reflecting: bundle).contains("RVhB"))
        #expect(!harness.log.all.joined().contains("RVhB"))
    }

    @Test func `a secret by name is a POST whose empty body is signed`() async throws {
        let harness = try ClientHarness(replies: [Self.bundle("RVhBTVBMRQ==")])
        _ = try await Secrets(client: harness.client).bundle(named: "oci key", vault: "ocid1.vault.oc1..v")
        let call = try #require(harness.script.calls.first)
        #expect(
            harness.lines == [
                "POST \(Self.host)/secretbundles/actions/getByName?secretName=oci%20key&vaultId=ocid1.vault.oc1..v"
            ])
        #expect(call.body == [] && call.signedHeaders == Self.allSigned)
        #expect(call.header("content-length") == "0" && call.header("content-type") == "application/json")
        #expect(call.header("x-content-sha256") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        #expect(call.header("opc-request-id") == harness.client.requestID)
    }

    @Test(
        arguments: [
            (.current, ""), (.number(3), "?versionNumber=3"), (.name("a b"), "?secretVersionName=a%20b"),
            (.stage("PENDING"), "?stage=PENDING"),
        ] as [(Secrets.Selector, String)])
    func `one selector at most is sent`(selector: Secrets.Selector, query: String) async throws {
        let harness = try ClientHarness(replies: [Self.bundle("")])
        let bundle = try await Secrets(client: harness.client).bundle(id: "s", selector)
        #expect(harness.lines == ["GET \(Self.host)/secretbundles/s\(query)"])
        #expect(bundle.content.isEmpty)
    }

    @Test(arguments: [
        bundle("c2VjcmV0", contentType: "RAW"), bundle("c2Vj*mV0"), .with(200, #"{"secretId":"s"}"#),
        .with(200, "c2VjcmV0"),
        .with(200, #"{"secretBundleContent":{"contentType":"BASE64","content":"c2VjcmV0"}}"#),
    ])
    func `an unreadable bundle is an error that does not quote it`(reply: Reply) async throws {
        let harness = try ClientHarness(replies: [reply])
        let error = await failure { () async throws(OCIError) in
            try await Secrets(client: harness.client).bundle(id: "s")
        }
        #expect(error?.reason == "unreadable_body")
        #expect(error?.description.contains("c2Vj") == false)
    }

    @Test func `versions are listed page by page`() async throws {
        let harness = try ClientHarness(replies: [
            .with(
                200, #"[{"versionNumber":2,"stages":["CURRENT"],"timeCreated":"2026-07-16T01:59:09Z"}]"#,
                ["opc-next-page": "p=2"]),
            .with(200, "[]", ["opc-next-page": "p=3"]), .with(200, #"[{"versionNumber":1,"stages":null}]"#),
        ])
        let versions = try await Secrets(client: harness.client).versions(of: "s")
        #expect(versions.map(\.number) == [2, 1])
        #expect(versions.first?.timeCreated != nil)
        let base = "GET \(Self.host)/secretbundles/s/versions"
        #expect(harness.lines == [base, base + "?page=p%3D2", base + "?page=p%3D3"])
    }

    @Test func `a page that names itself ends in an error`() async throws {
        let harness = try ClientHarness(
            ScriptedTransport { (_, _) async throws(TransportError) in
                .with(200, "[]", ["opc-next-page": "same"])
            })
        let error = await failure { () async throws(OCIError) in
            try await Secrets(client: harness.client).versions(of: "s")
        }
        #expect(error?.reason == "unreadable_body")
        #expect(harness.script.calls.count == 2)
    }

    @Test func `a vault is found by name among active ones`() async throws {
        let vaults = """
            [{"id":"v0","displayName":"keys","lifecycleState":"PENDING_DELETION"},{"id":"v1","displayName":"other"},
            {"id":"v2","displayName":"keys","lifecycleState":"ACTIVE","cryptoEndpoint":null}]
            """
        let harness = try ClientHarness(replies: [.with(200, vaults)])
        #expect(try await Secrets(client: harness.client).vaultID(named: "keys", compartment: "c/1") == "v2")
        #expect(harness.lines == ["GET https://kms.eu-stockholm-1.oraclecloud.com/20180608/vaults?compartmentId=c%2F1"])
    }

    @Test(arguments: [
        ("[]", "there is none"), (#"[{"id":"a","displayName":"keys"},{"id":"b","displayName":"keys"}]"#, "there are 2"),
    ])
    func `a vault that is missing or not alone is named with the fix`(body: String, text: String) async throws {
        let harness = try ClientHarness(replies: [.with(200, body)])
        let error = await failure { () async throws(OCIError) in
            try await Secrets(client: harness.client).vaultID(named: "keys", compartment: "c")
        }
        #expect(error?.reason == "credential")
        #expect(error?.description.contains("vault 'keys': \(text)") == true)
        #expect(error?.description.contains("vault.") == true)
    }
}
