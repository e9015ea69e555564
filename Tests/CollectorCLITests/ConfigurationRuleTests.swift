// SPDX-License-Identifier: MIT

import Testing

@testable import CollectorCLI

@Suite struct ConfigurationRuleTests {
    private static let local = ["POLISEN_FEED_URL": "http://127.0.0.1:8080/events"]

    @Test func `the police's host needs a contact, others and other uses do not`() throws {
        #expect(problems(for: .collecting).map(\.key) == ["feed.contact"])
        #expect(problems(flags: ["feed.url": "https://www.polisen.se/x"], for: .collecting).count == 1)
        #expect(problems(environment: ["API_CONTACT_EMAIL": "a@example.org"], for: .collecting).isEmpty)
        #expect(problems(flags: ["feed.url": "https://notpolisen.se/x"], for: .collecting).isEmpty)
        #expect(problems(environment: Self.local, for: .collecting).isEmpty)
        #expect(problems(for: .reading).isEmpty)
    }

    @Test func `a contact that is wrong is not called missing as well`() {
        #expect(problems(flags: ["feed.contact": "x"], for: .collecting).map(\.value) == ["x"])
        #expect(problems(flags: ["feed.url": "x"], for: .collecting).map(\.key) == ["feed.url"])
        #expect(problems(yaml: "a: [", for: .collecting).count == 1)
    }

    @Test func `rate limits are off only towards this host`() {
        #expect(problems(flags: ["feed.rate_limits": "off"]).map(\.key) == ["feed.rate_limits"])
        #expect(problems(flags: ["feed.rate_limits": "off"], environment: Self.local).isEmpty)
    }

    @Test(arguments: [
        ("a", "a", 1), ("./a/", "a", 1), ("a", "a/state", 1), ("/", "/var/state", 1), ("a/archive", "a", 0),
        ("a", "ab", 0), ("/a", "a", 0),
    ])
    func `the archive's directory holds no state`(archive: String, state: String, count: Int) {
        let found = problems(flags: ["archive.path": archive, "state.path": state])
        #expect(found.map(\.key) == Array(repeating: "state.path", count: count))
        #expect(problems(flags: ["archive.path": archive, "state.path": state, "archive.backend": "oci"]).isEmpty)
    }

    @Test func `OCI metrics need a compartment`() {
        #expect(problems(flags: ["metrics.backend": "oci"]).map(\.key) == ["oci.compartment"])
        #expect(problems(flags: ["metrics.backend": "oci", "oci.compartment": "ocid1.tenancy.oc1..a"]).isEmpty)
        #expect(problems(flags: ["metrics.backend": "oci", "oci.compartment": "x"]).map(\.value) == ["x"])
    }

    @Test(arguments: [
        (["vault.enabled": "true"], ["vault.name"]),
        (["vault.enabled": "true", "vault.name": "v"], ["vault.compartment"]),
        (["vault.enabled": "true", "vault.compartment": "ocid1.tenancy.oc1..a"], ["vault.name"]),
        (["vault.enabled": "true", "vault.name": "v", "vault.compartment": "ocid1.tenancy.oc1..a"], []),
        (["vault.enabled": "true", "vault.id": "ocid1.vault.oc1.eu-stockholm-1.a.b"], []),
        (["vault.enabled": "false", "vault.name": "v"], []),
        (["vault.enabled": "perhaps"], ["vault.enabled"]),
    ])
    func `a vault that is used can be found`(flags: [String: String], keys: [String]) {
        #expect(problems(flags: flags).map(\.key) == keys)
    }

    @Test(arguments: [
        ([:], ["feed.url"]),
        (["feed.url": "http://localhost:1/"], []),
        (["feed.url": "https://127.0.0.1/", "oci.endpoints.auth": "https://auth.example"], ["oci.endpoints.auth"]),
        (["feed.url": "http://[::1]/", "oci.endpoints.auth": "http://[::1]:5"], []),
        (["feed.url": "http://127.0.0.1/", "archive.backend": "oci"], ["oci.endpoints.object_storage"]),
        (
            [
                "feed.url": "http://127.0.0.1/", "archive.backend": "oci",
                "oci.endpoints.object_storage": "http://127.0.0.1:9",
            ], []
        ),
        (["feed.url": "http://127.0.0.1/", "notifications.webhook": "https://h.example/x"], ["notifications.webhook"]),
        (["feed.url": "http://127.0.0.1/", "notifications.webhook": "http://127.0.0.1/x"], []),
        (
            ["feed.url": "http://127.0.0.1/", "notifications.topic": "ocid1.onstopic.oc1.arn.a"],
            ["oci.endpoints.notifications"]
        ),
        (
            ["feed.url": "http://127.0.0.1/", "vault.enabled": "1", "vault.id": "ocid1.vault.oc1.arn.a.b"],
            ["oci.endpoints.secrets"]
        ),
    ])
    func `a moved clock reaches nothing but this host`(flags: [String: String], keys: [String]) {
        let environment = ["POLISEN_CLOCK": "2026-01-05T00:00:00Z@60x"]
        #expect(problems(flags: flags, environment: environment).map(\.key) == keys)
        #expect(problems(flags: flags).isEmpty)
    }

    @Test func `the moved clock is handed on`() throws {
        let environment = Self.local.merging(["POLISEN_CLOCK": "2026-01-05T00:00:00Z@60x"]) { $1 }
        #expect(try configuration(environment: environment).clock?.rate == 60)
        #expect(try configuration(environment: ["POLISEN_CLOCK": ""]).clock == nil)
    }
}
