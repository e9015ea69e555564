// SPDX-License-Identifier: MIT

import JSON
import OCI
import Testing

@testable import CollectorCLI

@Suite struct ConfigurationTests {
    @Test func `nothing said gives the documented defaults`() throws {
        let configuration = try configuration()
        let documented = [
            "feed.url": "https://polisen.se/api/events", "feed.timeout": "30s", "feed.rate_limits": "polisen",
            "archive.backend": "directory", "archive.path": "./data", "state.path": "./state", "oci.auth": "auto",
            "oci.profile": "DEFAULT", "oci.region": "eu-stockholm-1", "oci.bucket": "polisen-events-collector",
            "metrics.backend": "none", "metrics.namespace": "polisen_collector", "job": "polisen",
            "environment": "production", "log.level": "info", "log.target": "auto", "vault.enabled": "false",
            "vault.auth": "auto", "run.deadline": "2m", "freshness.max_age": "1h", "report.languages": "en",
        ]
        for setting in configuration.settings {
            #expect(setting.text == documented[setting.key.path], "\(setting.key.path)")
            #expect(setting.origin == .standard)
        }
        #expect(configuration.feed.timeout == .seconds(30))
        #expect(configuration.runDeadline == .seconds(120))
        #expect(configuration.freshness.maxAge == .seconds(3600))
        #expect(configuration.metrics.backends == [.none])
        #expect(configuration.vault.region == "eu-stockholm-1")
        #expect(configuration.oci.endpoints.isEmpty)
        #expect(configuration.clock == nil && configuration.file == nil && configuration.warnings.isEmpty)
    }

    @Test func `every key of the table is read once and declared once`() throws {
        let paths = Keys.all.map(\.path)
        #expect(try configuration().settings.map(\.key.path) == paths)
        #expect(Set(paths).count == paths.count)
        #expect(Set(Keys.all.map(\.variable)).count == paths.count)
        #expect(Set(Keys.all.map(\.flagName)).count == paths.count)
        #expect(Keys.all.first { $0.path == "oci.config_file" }?.variable == "POLISEN_OCI_CONFIG_FILE")
        #expect(Keys.all.first { $0.path == "oci.config_file" }?.flagName == "oci-config-file")
    }

    @Test func `a flag beats the environment, that beats the file, that beats the default`() throws {
        let yaml = "archive: {path: /file}\n"
        let environment = ["POLISEN_ARCHIVE_PATH": "/environment"]
        let flags = ["archive.path": "/flag"]
        #expect(try configuration().archive.path == "./data")
        #expect(try configuration(yaml: yaml).archive.path == "/file")
        #expect(try configuration(environment: environment, yaml: yaml).archive.path == "/environment")
        #expect(try configuration(flags: flags, environment: environment, yaml: yaml).archive.path == "/flag")
    }

    @Test func `every value knows where it comes from`() throws {
        let configuration = try configuration(
            flags: ["job": "a"], environment: ["LOG_LEVEL": "DEBUG"], yaml: "oci:\n  bucket: b\n")
        #expect(configuration.origin("job") == .flag("--job"))
        #expect(configuration.origin("log.level") == .environment("LOG_LEVEL"))
        #expect(configuration.origin("oci.bucket")?.description == "config.yaml:2:11")
        #expect(configuration.origin("environment") == .standard)
    }

    @Test(arguments: [
        ("OCI_NAMESPACE", "oci.namespace", "axtest"),
        ("OCI_COMPARTMENT_ID", "oci.compartment", "ocid1.compartment.oc1..aaaa"),
        ("OCI_REGION", "oci.region", "eu-frankfurt-1"),
        ("OCI_BUCKET_NAME", "oci.bucket", "b"),
        ("API_CONTACT_EMAIL", "feed.contact", "a@example.org"),
        ("API_USER_AGENT", "feed.user_agent", "collector/1 (a@example.org)"),
        ("POLISEN_API_URL", "feed.url", "https://example.org/events"),
        ("USE_VAULT", "vault.enabled", "false"),
        ("OCI_VAULT_NAME", "vault.name", "My vault"),
        ("OCI_VAULT_REGION", "vault.region", "eu-frankfurt-1"),
        ("OCI_VAULT_COMPARTMENT_ID", "vault.compartment", "ocid1.tenancy.oc1..aaaa"),
        ("OCI_PROFILE", "oci.profile", "POLISEN"),
        ("LOG_LEVEL", "log.level", "warning"),
    ])
    func `the predecessor's variables work until the new name is set`(old: String, key: String, value: String) throws {
        let declaration = try #require(Keys.all.first { $0.path == key })
        let alone = try configuration(environment: [old: value])
        #expect(alone.text(key) == value)
        #expect(alone.origin(key) == .environment(old))
        let both = try configuration(environment: [old: "\u{7F}", declaration.variable: value])
        #expect(both.origin(key) == .environment(declaration.variable))
        #expect(both.warnings.isEmpty)
    }

    @Test func `USE_VAULT switches the vault on`() throws {
        let environment = [
            "USE_VAULT": "True", "OCI_VAULT_NAME": "v", "OCI_VAULT_COMPARTMENT_ID": "ocid1.tenancy.oc1..a",
        ]
        let vault = try configuration(environment: environment).vault
        #expect(vault.isEnabled && vault.name == "v" && vault.compartment == "ocid1.tenancy.oc1..a")
    }

    @Test func `an empty variable counts as not set`() throws {
        #expect(try configuration(environment: ["POLISEN_JOB": "", "LOG_LEVEL": ""]).text("job") == "polisen")
        let fallen = try configuration(environment: ["POLISEN_LOG_LEVEL": "", "LOG_LEVEL": "error"])
        #expect(fallen.text("log.level") == "error")
    }

    @Test(arguments: ["null", "~", ""])
    func `null in the file counts as not set`(null: String) throws {
        #expect(try configuration(yaml: "job: \(null)\noci:\n  bucket: \(null)\nlog:\n").text("job") == "polisen")
    }

    @Test func `a list is comma separated outside and a sequence in YAML`() throws {
        let both: [Configuration.MetricsBackend] = [.oci, .textfile]
        let compartment = ["POLISEN_OCI_COMPARTMENT": "ocid1.compartment.oc1..a"]
        let written = compartment.merging(["POLISEN_METRICS_BACKEND": "oci, textfile"]) { $1 }
        #expect(try configuration(environment: written).metrics.backends == both)
        for yaml in ["metrics: {backend: [oci, textfile]}", "metrics:\n  backend:\n  - oci\n  - textfile\n"] {
            #expect(try configuration(environment: compartment, yaml: yaml).metrics.backends == both)
        }
        #expect(problems(flags: ["metrics.backend": "oci,oci"]).map(\.rule) == ["names \"oci\" twice"])
        #expect(
            problems(flags: ["metrics.backend": "textfile,none"]).map(\.rule) == [
                "must not combine \"none\" with others"
            ])
    }

    @Test func `endpoints are kept by service`() throws {
        let yaml = "oci:\n  endpoints:\n    object_storage: http://127.0.0.1:8080\n    auth: https://a.example\n"
        let endpoints = try configuration(yaml: yaml).oci.endpoints
        #expect(endpoints[.objectStorage]?.port == 8080)
        #expect(endpoints[.auth]?.host == "a.example")
        #expect(endpoints.count == 2)
        #expect(try configuration(yaml: "oci.endpoints.auth: https://a.example").oci.endpoints.count == 1)
    }

    @Test func `the webhook is kept and never shown`() throws {
        let environment = ["POLISEN_NOTIFICATIONS_WEBHOOK": "https://hooks.example/T0PS3CRET"]
        let configuration = try configuration(environment: environment)
        let webhook = try #require(configuration.notifications.webhook)
        #expect(webhook.reveal() == Array("https://hooks.example/T0PS3CRET".utf8))
        #expect(configuration.text("notifications.webhook") == "•••")
        #expect(!"\(configuration) \(configuration.table(width: 80)) \(configuration.json.text)".contains("T0PS3CRET"))
    }

    @Test func `variables that only look like ours are warned about, with the likely name`() throws {
        let environment = [
            "POLISEN_FEED_ULR": "x", "POLISEN_WHATEVER_ELSE": "x", "POLISEN_CONFIG": "x", "POLISEN_TEST_DATA": "x",
            "HOME": "/root",
        ]
        #expect(
            try configuration(environment: environment).warnings == [
                "environment POLISEN_FEED_ULR is not known and has no effect; did you mean POLISEN_FEED_URL?",
                "environment POLISEN_WHATEVER_ELSE is not known and has no effect",
            ])
    }

    @Test func `the fingerprint follows values, not spelling or source, and leaves secrets out`() throws {
        let hash: ([UInt8]) -> [UInt8] = { text in
            let sum = text.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            return [UInt8(sum >> 24), UInt8(sum >> 16 & 255), UInt8(sum >> 8 & 255), UInt8(sum & 255), 7]
        }
        let standard = try configuration().configSHA(hash: hash)
        #expect(standard.count == 8 && standard.allSatisfy(\.isHexDigit))
        let same = try configuration(
            flags: ["freshness.max_age": "60m"],
            environment: ["POLISEN_NOTIFICATIONS_WEBHOOK": "https://hooks.example/x"], yaml: "log: {level: INFO}")
        #expect(same.configSHA(hash: hash) == standard)
        #expect(try configuration(flags: ["job": "other"]).configSHA(hash: hash) != standard)
    }
}
