// SPDX-License-Identifier: MIT

import FoundationEssentials
import Testing

@testable import CollectorCLI

@Suite struct ConfigurationValueTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500), "500ms"), ("30s", .seconds(30), "30s"), ("5m", .seconds(300), "5m"),
        ("1h", .seconds(3600), "1h"), ("90m", .seconds(5400), "90m"), ("60m", .seconds(3600), "1h"),
        ("1500ms", .milliseconds(1500), "1500ms"), ("86400s", .seconds(86_400), "24h"), ("0s", .zero, "0s"),
    ])
    func `durations are a number and a unit`(text: String, value: Duration, canonical: String) {
        #expect(Duration(shortText: text) == value)
        #expect(value.shortText == canonical)
        #expect(Duration(shortText: canonical) == value)
    }

    @Test(arguments: [
        "", "30", "s", "-5s", "+5s", "1.5s", "5 s", "5S", "1d", "1h30m", " 5s", "99999999999999999999s",
        "9223372036854775807h",
    ])
    func `other spellings of a duration are refused`(text: String) {
        #expect(Duration(shortText: text) == nil)
        #expect(problems(environment: ["POLISEN_FEED_TIMEOUT": text]).count == (text.isEmpty ? 0 : 1))
    }

    @Test(arguments: [
        ("feed.timeout", "0s"), ("feed.timeout", "601s"), ("run.deadline", "25h"), ("freshness.max_age", "721h"),
    ])
    func `durations have bounds`(key: String, text: String) {
        #expect(problems(flags: [key: text]).map(\.key) == [key])
    }

    @Test(arguments: ["true", "TRUE", "yes", "Yes", "1", "on", "On"])
    func `truth has many spellings`(text: String) throws {
        let vault = try configuration(flags: ["vault.enabled": text, "vault.id": "ocid1.vault.oc1.eu-stockholm-1.a.b"])
            .vault
        #expect(vault.isEnabled)
    }

    @Test(arguments: ["false", "False", "no", "NO", "0", "off", "OFF"])
    func `so has falsehood, and both mean it when written in YAML`(text: String) throws {
        #expect(try !configuration(yaml: "vault:\n  enabled: \(text)\n").vault.isEnabled)
    }

    @Test(arguments: ["2", "maybe", "y", "t", "truee", " true"])
    func `what is neither is refused`(text: String) {
        #expect(problems(flags: ["vault.enabled": text]).map(\.key) == ["vault.enabled"])
    }

    @Test(
        arguments: [
            ("https://polisen.se/api/events", "polisen.se", nil, "/api/events"),
            ("HTTPS://Polisen.SE", "polisen.se", nil, "/"),
            ("https://a.example?q=1", "a.example", nil, "/?q=1"),
            ("http://127.0.0.1:8080/x?y", "127.0.0.1", 8080, "/x?y"),
            ("http://localhost/", "localhost", nil, "/"),
            ("http://[::1]:1/", "[::1]", 1, "/"),
        ] as [(String, String, Int?, String)])
    func `URLs come apart`(text: String, host: String, port: Int?, target: String) throws {
        let url = try Syntax<WebURL>.url.parse(text)
        #expect(url.host == host && url.port == port && url.target == target && url.text == text)
        #expect(url.authority == port.map { "\(host):\($0)" } ?? host)
    }

    @Test func `the standard feed is the URL it says`() throws {
        #expect(try WebURL("https://polisen.se/api/events") == .policeEvents)
    }

    @Test(arguments: [
        "", "polisen.se", "ftp://a.example", "http://polisen.se/", "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example", "http://128.0.0.1/", "http://127.0.0.256/", "http://127.1/", "https://",
        "https:///x", "https://a b/", "https://a.example/å", "https://a.example/#x", "https://a.example:0/",
        "https://a.example:65536", "https://a.example:+1", "https://a.example:", "https://[::1", "https://-a.example",
        "https://a..example", "https://[zz]/", "https://a.example/\"", "http://localhost@evil.example/",
    ])
    func `URLs that could reach elsewhere or cannot be sent are refused`(text: String) {
        #expect(problems(flags: ["feed.url": text]).map(\.key) == ["feed.url"])
        #expect(problems(flags: ["oci.endpoints.secrets": text]).map(\.key) == ["oci.endpoints.secrets"])
    }

    @Test(arguments: ["a@example.org", "first.last+tag@sub.example.org", "https://example.org/about"])
    func `a contact is an address or a page`(text: String) throws {
        #expect(try configuration(flags: ["feed.contact": text]).feed.contact == text)
    }

    @Test(arguments: [
        "", "a", "a@b", "@b.se", "a@@b.se", "a@b.se\r\nX: y", "a@.se", "a b@c.se", "http://127.0.0.1/", "(a)@b.se",
    ])
    func `anything else is no contact`(text: String) {
        #expect(problems(flags: ["feed.contact": text]).map(\.key) == ["feed.contact"])
    }

    @Test(arguments: [
        ("archive.backend", "OCI", "oci"), ("oci.auth", "instance_principal", "instance_principal"),
        ("log.level", "WARNING", "warning"), ("log.target", "Json", "json"), ("metrics.namespace", "a", "a"),
        ("metrics.namespace", "polisen_2", "polisen_2"), ("metrics.resource_group", "a.b-c$", "a.b-c$"),
        ("notifications.topic", "ocid1.onstopic.oc1.eu-stockholm-1.abc", "ocid1.onstopic.oc1.eu-stockholm-1.abc"),
        ("notifications.watchdog_topic", "ocid1.onstopic.oc1..abc", "ocid1.onstopic.oc1..abc"),
        ("alarms.path", "/srv/alarms", "/srv/alarms"),
        ("alarms.runbook_base_url", "https://example.org/runbooks", "https://example.org/runbooks"),
        ("oci.region", "arn", "arn"), ("oci.config_file", "/etc/oci/config", "/etc/oci/config"),
        ("freshness.vantage", "host-1.example", "host-1.example"), ("feed.user_agent", "x", "x"),
    ])
    func `good values are taken`(key: String, text: String, canonical: String) throws {
        #expect(try configuration(flags: [key: text]).text(key) == canonical)
    }

    @Test(arguments: [
        ("archive.backend", "s3"), ("log.level", "loud"), ("archive.path", ""), ("archive.path", "~/data"),
        ("state.path", "a\0b"), ("metrics.namespace", "Polisen"), ("metrics.namespace", "a_"),
        ("metrics.namespace", "1a"), ("metrics.namespace", "oci_x"), ("metrics.namespace", "oracle_x"),
        ("metrics.namespace", "a-b"), ("metrics.resource_group", "1a"), ("oci.compartment", "default"),
        ("oci.compartment", "ocid1.vault.oc1..a"), ("oci.compartment", "ocid1.compartment.oc1.."),
        ("vault.id", "ocid1.compartment.oc1..a"), ("oci.region", "EU"), ("oci.region", "../evil"),
        ("oci.bucket", "a/b"), ("oci.namespace", "a b"), ("oci.profile", "[x]"), ("oci.profile", " x"),
        ("job", "two words"), ("job", String(repeating: "x", count: 65)), ("environment", "å"),
        ("feed.user_agent", "a\nb"), ("feed.user_agent", " a"), ("vault.name", "a\nb"),
        ("notifications.watchdog_topic", "ocid1.vault.oc1..a"), ("alarms.path", ""),
        ("alarms.runbook_base_url", "http://example.org"), ("notifications.webhook", "http://hooks.example"),
        ("feed.rate_limits", "none"),
    ])
    func `bad values are refused, each under its key`(key: String, text: String) {
        #expect(problems(flags: [key: text]).map(\.key) == [key])
    }

    @Test(
        arguments: [
            ("2026-01-05T00:00:00Z", 1_767_571_200, 1), ("2026-01-05T00:00:00Z@60x", 1_767_571_200, 60),
            ("1970-01-01T00:00:01Z@0.5x", 1, 0.5), ("2000-02-29T12:34:56Z", 951_827_696, 1),
            ("2100-03-01T00:00:00Z", 4_107_542_400, 1),
        ] as [(String, Double, Double)])
    func `a moved clock has a start and a rate`(text: String, start: Double, rate: Double) throws {
        let clock = try ClockSetting(text)
        #expect(clock.start == Date(timeIntervalSince1970: start))
        #expect(clock.rate == rate)
    }

    @Test(arguments: [
        "now", "2026-01-05", "2026-01-05T00:00:00", "2026-01-05 00:00:00Z", "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z",
        "2026-01-05T24:00:00Z", "2026-01-05T00:60:00Z", "1969-12-31T23:59:59Z", "2026-01-05T00:00:00Z@60",
        "2026-01-05T00:00:00Z@0x", "2026-01-05T00:00:00Z@-1x", "2026-01-05T00:00:00Z@x", "2026-01-05T00:00:00Z@nanx",
        "2026-01-05T00:00:00Z@1e9x", "2026-01-05T00:00:00Z@100001x", "2026-01-05T00:00:00Z@1x@2x",
    ])
    func `other clocks are refused`(text: String) {
        #expect(throws: Unacceptable.self) { try ClockSetting(text) }
        let environment = ["POLISEN_CLOCK": text, "POLISEN_FEED_URL": "http://127.0.0.1/"]
        #expect(problems(environment: environment).map(\.origin) == [.environment("POLISEN_CLOCK")])
    }
}
