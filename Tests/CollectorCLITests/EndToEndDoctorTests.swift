// SPDX-License-Identifier: MIT

import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

/// `doctor` against a cloud, a webhook and a service manager that work, and against ones that do not.
@Suite struct EndToEndDoctorTests {
    private struct Checks {
        let end: CollectorProcess.End

        subscript(name: String) -> JSONValue? {
            end.record?["checks"]?.array?.first { $0["check"]?.string == name }
        }

        func result(_ name: String) -> String? { self[name]?["result"]?.string }
        func can(_ name: String) -> String { self[name]?["can"]?.string ?? "" }
        func cannot(_ name: String) -> String { self[name]?["cannot"]?.string ?? "" }

        /// What fails says what cannot be done and how to mend it; what does not has nothing to mend.
        func expectWhole(_ location: SourceLocation = #_sourceLocation) {
            for check in end.record?["checks"]?.array ?? [] {
                let (isBad, fix) = (check["result"] == "fails", check["fix"]?.string ?? "")
                #expect(isBad != fix.isEmpty, "\(check)", sourceLocation: location)
                #expect((check["cannot"] == "") != isBad, "\(check)", sourceLocation: location)
            }
        }
    }

    private static func doctor(
        _ cloud: EndToEndCloud, _ arguments: [String] = [], _ settings: [String: String] = [:]
    ) async throws -> Checks {
        var all = [
            "POLISEN_METRICS_BACKEND": "oci", "OCI_COMPARTMENT_ID": cloud.endpoints["compartment"]?.string ?? "",
            "POLISEN_NOTIFICATIONS_TOPIC": cloud.endpoints["topic_id"]?.string ?? "",
        ]
        for service in ["NOTIFICATIONS", "MONITORING", "MONITORING_INGESTION"] {
            all["POLISEN_OCI_ENDPOINTS_" + service] = cloud.url
        }
        let environment = cloud.environment(
            .oci, state: "state", at: EndToEndCloud.start, all.merging(settings) { $1 })
        let end = try await CollectorProcess.start(
            environment, ["doctor", "--json"] + arguments, in: cloud.directory
        ).end()
        return Checks(end: end)
    }

    @Test func `posting, publishing and telling are tried for real when asked for, and only then`() async throws {
        try await EndToEndCloud.run(seed: 95) { cloud in
            try await withFaultServer([.readRequest, .answer("")]) { hook in
                let webhook = ["POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(hook.authority)/c4n4ry"]
                let silent = try await Self.doctor(cloud, [], webhook)
                #expect(silent.end.status == 0, Comment(rawValue: silent.end.output))
                #expect(silent.result("monitoring") == "skipped" && silent.result("topic") == "ok")
                #expect(silent.can("topic").hasPrefix("can see ") && silent["webhook"] == nil)
                #expect(hook.requestCount == 0)
                let tried = try await Self.doctor(cloud, ["--post", "--notify"], webhook)
                #expect(tried.end.status == 0, Comment(rawValue: tried.end.output))
                #expect(tried.can("monitoring") == "can post metrics")
                #expect(tried.can("topic").hasPrefix("can publish to "))
                #expect(tried.can("webhook") == "takes a message")
                #expect(hook.receivedText.joined().contains(#""reason":"test""#))
                tried.expectWhole()
            }
            let points = try await cloud.call(.get, "/local/metrics").array ?? []
            #expect(points.map { $0["dimensions"]?["vantage"] } == ["doctor"])
            let messages = try await cloud.call(.get, "/local/messages").array ?? []
            #expect(messages.map { $0["title"] } == ["polisen-collector doctor"])
        }
    }

    @Test func `what is refused is told with the fix, and the webhook's address is not`() async throws {
        try await EndToEndCloud.run(seed: 96) { cloud in
            try await cloud.disturb(
                ["monitoring_ingestion", "notifications"].map { service in
                    [
                        "match": ["service": .string(service)], "times": .null,
                        "action": ["status": 404, "code": "NotAuthorizedOrNotFound", "message": "no"],
                    ]
                })
            try await withFaultServer([.readRequest, .send("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n")]) { hook in
                let settings = [
                    "POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(hook.authority)/c4n4ry",
                    "POLISEN_OCI_KEY_EXPIRES": "2026-01-06",
                ]
                let checks = try await Self.doctor(cloud, ["--post", "--notify"], settings)
                #expect(checks.end.status == 1)
                for name in ["monitoring", "topic", "webhook", "credentials"] {
                    #expect(checks.result(name) == "fails", "\(name): \(checks.end.output)")
                }
                #expect(checks.cannot("webhook").contains("status 403"))
                #expect(checks.cannot("credentials").contains("its time is over in 23 h"))
                #expect(checks["monitoring"]?["fix"]?.string?.contains("use metrics") == true)
                #expect(checks["topic"]?["fix"]?.string?.contains("ons-topics") == true)
                #expect(!(checks.end.output + checks.end.errors).contains("c4n4ry"))
                checks.expectWhole()
            }
        }
    }

    @Test func `secrets of a vault are really read`() async throws {
        try await EndToEndCloud.run(seed: 97) { cloud in
            let settings = [
                "USE_VAULT": "true", "OCI_VAULT_NAME": cloud.endpoints["vault_name"]?.string ?? "polisen-vault",
                "OCI_VAULT_COMPARTMENT_ID": cloud.endpoints["compartment"]?.string ?? "",
            ]
            let good = try await Self.doctor(cloud, ["--post"], settings)
            #expect(
                good.result("vault") == "ok" && good.result("monitoring") == "ok", Comment(rawValue: good.end.output))
            #expect(good.end.status == 0)
            try await cloud.disturb([
                [
                    "match": ["service": "secrets"], "times": .null,
                    "action": ["status": 404, "code": "NotAuthorizedOrNotFound", "message": "no"],
                ]
            ])
            let bad = try await Self.doctor(cloud, [], settings)
            #expect(bad.end.status == 1 && bad.result("vault") == "fails", Comment(rawValue: bad.end.output))
            bad.expectWhole()
        }
    }

    @Test func `libraries are named with their versions`() async throws {
        try await EndToEndHost.use { host in
            let ended = try await host.run([
                "doctor", "--state-path", host.state, "--archive-path", host.archive, "--feed-url",
                "http://127.0.0.1:1/x", "--feed-rate-limits", "off",
            ])
            #expect(ended.output.contains(/libcurl +[0-9]+\.[0-9]+\.[0-9]+ \(OpenSSL\/3/), "\(ended.output)")
            #expect(ended.output.contains(/libcrypto +OpenSSL 3\./), "\(ended.output)")
            #expect(ended.output.contains("/libsystemd.so.0"), "\(ended.output)")
        }
    }

    private typealias Units = FakeServiceManager.Units

    /// The collector's units, `seconds` in a state, and the checker's as they should be.
    private static func units(
        timer: String = "active", file: String = "enabled", next: Double? = 600, service: String = "inactive",
        since seconds: Double = 0
    ) -> Units {
        let now = Date().timeIntervalSince1970
        func microseconds(_ offset: Double) -> FakeServiceManager.Value { .number(UInt64((now + offset) * 1e6)) }
        func timerUnit(_ state: String, _ file: String, _ next: Double?) -> [String: FakeServiceManager.Value] {
            [
                "LoadState": .text("loaded"), "ActiveState": .text(state),
                "SubState": .text(service == "activating" ? "running" : "waiting"),
                "InactiveExitTimestamp": microseconds(-3600),
                "NextElapseUSecRealtime": next.map(microseconds) ?? .number(.max),
                "LastTriggerUSec": microseconds(-1200),
                "UnitFileState": .text(file),
            ]
        }
        func serviceUnit(_ state: String) -> [String: FakeServiceManager.Value] {
            [
                "LoadState": .text("loaded"), "ActiveState": .text(state),
                "SubState": .text(state == "activating" ? "start" : "dead"),
                "InactiveExitTimestamp": microseconds(-seconds), "Result": .text("success"),
            ]
        }
        return [
            "polisen-collector.timer": timerUnit(timer, file, next), "polisen-collector.service": serviceUnit(service),
            "polisen-freshness.timer": timerUnit("active", "enabled", 30),
            "polisen-freshness.service": serviceUnit("inactive"),
        ]
    }

    struct Situation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let units: FakeServiceManager.Units
        /// What `doctor` cannot; nil: all is well.
        let problem: String?
        let isHealthy: Bool
    }

    static let situations = [
        Situation(testDescription: "at rest", units: units(), problem: nil, isHealthy: true),
        Situation(
            testDescription: "starting for 5 minutes", units: units(next: nil, service: "activating", since: 300),
            problem: nil, isHealthy: true),
        Situation(
            testDescription: "starting for 20 minutes", units: units(next: nil, service: "activating", since: 1_200),
            problem: "polisen-collector.service has been starting for 20 min", isHealthy: false),
        Situation(
            testDescription: "stopped", units: units(timer: "inactive", next: nil),
            problem: "polisen-collector.timer is inactive: nothing starts a run", isHealthy: false),
        Situation(
            testDescription: "will not elapse", units: units(next: nil),
            problem: "polisen-collector.timer is active but will not elapse again", isHealthy: false),
        Situation(
            testDescription: "late", units: units(next: -900),
            problem: "polisen-collector.timer should have elapsed 15 min ago", isHealthy: false),
        Situation(
            testDescription: "not enabled", units: units(file: "disabled"),
            problem: "polisen-collector.timer is active, but not enabled", isHealthy: true),
    ]

    /// Minutes go by while a busy machine runs the programs.
    private static func timeless(_ text: String?) -> String? { text?.replacing(#/\d+ min/#) { _ in "some min" } }

    @Test(arguments: situations)
    func `doctor and checker read over D-Bus how the timer is`(situation: Situation) async throws {
        try await EndToEndHost.use { host in
            let manager = try FakeServiceManager(path: host.root + "/bus", situation.units)
            defer { manager.stop() }
            let environment = ["DBUS_SYSTEM_BUS_ADDRESS": manager.address]
            let flags = ["--state-path", host.state, "--json"]
            let check = try await host.run(["freshness"] + flags, environment: environment)
            let answer = try JSONValue.parse(Array(check.output.utf8))
            #expect(
                answer["scheduler"]?["state"]?.string == (situation.isHealthy ? "healthy" : "unhealthy"),
                "\(check.output)")
            if !situation.isHealthy {
                #expect(Self.timeless(answer["scheduler"]?["problem"]?.string) == Self.timeless(situation.problem))
            }
            let doctor = try await host.run(
                ["doctor", "--feed-url", "http://127.0.0.1:1/x", "--feed-rate-limits", "off"] + flags,
                environment: environment)
            let checks = try JSONValue.parse(Array(doctor.output.utf8))["checks"]?.array ?? []
            let timer = try #require(checks.first { $0["check"] == "timer" })
            #expect(Self.timeless(timer["cannot"]?.string) == Self.timeless(situation.problem ?? ""), "\(timer)")
            #expect(timer["fix"]?.string?.hasPrefix("systemctl ") == (situation.problem == nil ? nil : true))
            let checker = try #require(checks.first { $0["check"] == "checker" })
            #expect(checker["result"] == "ok", "\(checker)")
            #expect(checker["can"]?.string?.contains("polisen-freshness.timer is active, elapses next at 20") == true)
        }
    }

    @Test func `a bus that never says a word holds nobody up, and is not taken for an unhealthy scheduler`()
        async throws
    {
        try await EndToEndHost.use { host in
            let manager = try FakeServiceManager(path: host.root + "/bus", [:], isSilent: true)
            defer { manager.stop() }
            // By itself, sd-bus waits for 25 s, and again with each property.
            let ended = try await host.run(
                ["freshness", "--json", "--state-path", host.state],
                environment: ["DBUS_SYSTEM_BUS_ADDRESS": manager.address], inside: ["/usr/bin/timeout", "24"])
            #expect(ended.status != 124)
            let scheduler = try JSONValue.parse(Array(ended.output.utf8))["scheduler"]
            #expect(scheduler?["state"] == "unknown", "\(ended.output)")
            #expect(scheduler?["problem"]?.string?.contains("no answer within 2") == true, "\(ended.output)")
        }
    }

    @Test func `a timer that does not exist is told with the way to install it`() async throws {
        try await EndToEndHost.use { host in
            let none: [String: FakeServiceManager.Value] = [
                "LoadState": .text("not-found"), "ActiveState": .text("inactive"), "SubState": .text("dead"),
                "InactiveExitTimestamp": .number(0),
            ]
            let names = ["collector.timer", "collector.service", "freshness.timer", "freshness.service"]
            let units = Dictionary(uniqueKeysWithValues: names.map { ("polisen-" + $0, none) })
            let manager = try FakeServiceManager(path: host.root + "/bus", units)
            defer { manager.stop() }
            let ended = try await host.run(
                [
                    "doctor", "--state-path", host.state, "--feed-url", "http://127.0.0.1:1/x", "--feed-rate-limits",
                    "off",
                ],
                environment: ["DBUS_SYSTEM_BUS_ADDRESS": manager.address])
            #expect(ended.output.contains("cannot: there is no unit polisen-collector.timer"), "\(ended.output)")
            #expect(ended.output.contains("fix: make install"))
        }
    }
}
