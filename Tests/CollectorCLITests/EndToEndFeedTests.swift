// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// What can go wrong between the built program and the feed: each case is a run that fails, and one that recovers.
@Suite struct EndToEndFeedTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        /// A connection each; the last one for all that follow.
        let scripts: [[FaultServer.Step]]
        let end: ExpectedEnd
        /// Bodies that must be kept.
        var kept = 0

        init(
            _ name: String, _ scripts: [[FaultServer.Step]], _ status: Int32, _ type: String, _ says: String,
            kept: Int = 0
        ) {
            self.name = name
            self.scripts = scripts
            end = ExpectedEnd(status: status, type: type, says: says)
            self.kept = kept
        }

        var testDescription: String { name }
    }

    private static func status(_ line: String, _ headers: String = "") -> [[FaultServer.Step]] {
        [[.readRequest, .send("HTTP/1.1 \(line)\r\n\(headers)content-length: 0\r\n\r\n"), .again]]
    }

    private static func body(_ text: String, headers: String = "") -> [[FaultServer.Step]] {
        [[.readRequest, .answer(text, headers: headers), .again]]
    }

    private static let window = EndToEndFeed().body
    private static let deep = String(repeating: #"{"a":"#, count: 200_000)

    static let statuses: [Fault] = [
        Fault(
            "301", status("301 Moved", "location: https://new.example/events\r\n"), 69, "feed_redirect", "set feed.url"),
        Fault(
            "302 with a vile location", status("302 Found", "location: /\u{1B}[31m\r\n"), 69, "feed_redirect",
            "feed.url"),
        Fault("304 unasked", status("304 Not Modified"), 69, "feed_not_modified_unasked", "proxy or cache"),
        Fault("401", status("401 Unauthorized"), 77, "feed_unauthorized", "check that feed.contact is set"),
        Fault("403", status("403 Forbidden"), 77, "feed_forbidden", "check that feed.contact is set"),
        Fault("404", status("404 Not Found"), 69, "feed_not_found", "check feed.url"),
        Fault("409", status("409 Conflict"), 69, "feed_conflict", "check feed.url"),
        Fault("412", status("412 Failed"), 69, "feed_precondition_failed", "check feed.url"),
        Fault("418", status("418 Teapot"), 69, "feed_client_error", "check feed.url"),
        Fault("429", status("429 Slow down"), 69, "feed_throttled", "look for other programs"),
        Fault("500", status("500 Oops"), 69, "feed_server_error", "the next run catches up"),
        Fault("503", status("503 Busy"), 69, "feed_server_error", "the next run catches up"),
        Fault("204", status("204 Nothing"), 69, "feed_unexpected_status", "check feed.url"),
    ]

    static let connections: [Fault] = [
        Fault(
            "slow drip",
            [
                [
                    .readRequest, .send("HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n["),
                    .drip(
                        Array(repeating: 0x20, count: 2_000), every: .milliseconds(20)),
                ]
            ], 69, "feed_timeout", "feed.timeout"),
        Fault("silence", [[.readRequest, .hang]], 69, "feed_timeout", "feed.timeout"),
        Fault(
            "reset in mid-body",
            [[.readRequest, .send("HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n" + window), .reset]], 69,
            "feed_interrupted", "try again"),
        Fault("hang-up", [[.readRequest]], 69, "feed_interrupted", "try again"),
        Fault(
            "broken compression", body(window, headers: "content-encoding: gzip\r\n"), 65, "feed_bad_encoding",
            "look for a broken proxy"),
        Fault(
            "100 MB",
            [
                [.readRequest, .send("HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n[")]
                    + Array(repeating: .send(Array(repeating: 0x20, count: 1 << 20)), count: 100)
            ], 65, "feed_too_large",
            "check that the URL", kept: 1),
    ]

    static let bodies: [Fault] = [
        Fault(
            "truncated JSON", body(String(window.prefix(3_000))), 65, "answer_truncated", "next run asks again", kept: 1
        ),
        Fault("HTML", body("<html>Driftstopp</html>"), 65, "answer_not_json", "look at it, and at feed.url", kept: 1),
        Fault("nothing", body(""), 65, "answer_empty", "the next run asks again"),
        Fault("an object", body(#"{"message":"no"}"#), 65, "answer_not_array", "check feed.url", kept: 1),
        Fault("an object too deep", body(deep), 65, "answer_not_json", "look at it", kept: 1),
        Fault(
            "brackets without end", body(String(repeating: "[", count: 1_000_000)), 65, "answer_truncated",
            "next run asks again", kept: 1),
        Fault(
            "an object too deep, closed", body(deep + "1" + String(repeating: "}", count: 200_000)), 65,
            "answer_not_json",
            "look at it", kept: 1),
    ]

    @Test(arguments: statuses + connections + bodies)
    func `a feed that fails is told by its own type, and the next run stores everything`(fault: Fault) async throws {
        try await EndToEndHost.use { host in
            let server = try FaultServer { fault.scripts[min($0, fault.scripts.count - 1)] }
            defer { server.stop() }
            let ended = try await host.collect("http://\(server.authority)/api/events")
            try expectEnd(ended, fault.end, on: host)
            #expect(try await host.keptBodies().count == fault.kept)
            #expect(try await host.storedEvents().isEmpty)
            #expect(!ended.output.contains("\u{1B}") && !ended.errors.contains("\u{1B}"))
            try await expectRecovery(of: host)
        }
    }

    static let places: [(url: String, type: String, says: String)] = [
        ("https://collector.invalid/api/events", "feed_dns", "check the host's name"),
        ("https://127.0.0.1:1/api/events", "feed_connect", "check network, firewall and proxy"),
    ]

    @Test(arguments: places)
    func `a feed that cannot be reached is told`(place: (url: String, type: String, says: String)) async throws {
        try await EndToEndHost.use { host in
            let ended = try await host.collect(place.url, limits: "polisen", ["--feed-contact", "a@example.org"])
            try expectEnd(ended, ExpectedEnd(status: 69, type: place.type, says: place.says), on: host)
            try await expectRecovery(of: host)
        }
    }

    static let certificates: [(TestCertificates.Leaf, trusted: Bool, type: String, says: String)] = [
        (.expired, true, "feed_tls_expired", "check this machine's clock"),
        (.wrongHost, true, "feed_tls_wrong_host", "check the URL"),
        (.good, false, "feed_tls_unknown_issuer", "tls.ca_file"),
        (.selfSigned, true, "feed_tls_unknown_issuer", "tls.ca_file"),
    ]

    @Test(arguments: certificates)
    func `a feed with a bad certificate is told and not believed`(
        leaf: TestCertificates.Leaf, isTrusted: Bool, type: String, says: String
    ) async throws {
        try await EndToEndHost.use { host in
            let certificates = try await TestCertificates(in: host.root, [leaf])
            let answer = "HTTP/1.1 200 OK\r\n\r\n" + EndToEndFeed().body
            try await withTLSServer(certificates, leaf, answers: ["events": answer]) { server in
                let ended = try await host.collect(
                    "https://\(server.authority)/events", isTrusted ? ["--tls-ca-file", certificates.caFile] : [])
                try expectEnd(ended, ExpectedEnd(status: 69, type: type, says: says), on: host)
                #expect(try host.records().last?.feedCalls == 1)
            }
            try await expectRecovery(of: host)
        }
    }

    @Test(arguments: [nil, "no certificate at all"])
    func `a file of authorities that is of no use is told, and the run is recorded`(contents: String?) async throws {
        try await EndToEndHost.use { host in
            let file = host.root + "/authorities.pem"
            if let contents { try FileSystem.replace(file, Array(contents.utf8)) }
            let certificates = try await TestCertificates(in: host.root, [.good])
            try await withTLSServer(certificates, answers: ["events": "HTTP/1.1 200 OK\r\n\r\n[]"]) { server in
                let ended = try await host.collect("https://\(server.authority)/events", ["--tls-ca-file", file])
                try expectEnd(
                    ended, ExpectedEnd(status: 78, type: "feed_unusable", says: contents == nil ? "tls.ca_file" : file),
                    on: host)
            }
            try await expectRecovery(of: host)
        }
    }
}
