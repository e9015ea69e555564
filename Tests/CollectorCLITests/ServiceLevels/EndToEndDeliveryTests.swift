// SPDX-License-Identifier: MIT

import Files
import Foundation
import HTTPTypes
import JSON
import Ledger
import TestSupport
import Testing

/// `slo report --deliver`, as polisen-report.timer starts it.
@Suite struct EndToEndDeliveryTests {
    private static let now = "2026-01-05T08:00:00Z"
    private static let week = "2026-W01"
    private static let objects = ["html", "md", "json"].map { "reports/2026/\(week).\($0)" }

    /// A cloud on the Monday after a week with an outage.
    private struct Place {
        let cloud: EndToEndCloud
        let backend: EndToEndBackend
        var settings: [String: String] = [:]

        func deliver(_ words: [String] = [], _ more: [String: String] = [:]) async throws -> CollectorProcess.End {
            try await start(words, more).end()
        }

        func start(_ words: [String] = [], _ more: [String: String] = [:]) throws -> CollectorProcess {
            let date = try #require(Timestamp.date(EndToEndDeliveryTests.now))
            let environment = cloud.environment(backend, state: "state", at: date, settings.merging(more) { $1 })
            return try .start(
                environment, ["slo", "report", "--deliver", "--format", "json"] + words, in: cloud.directory)
        }

        func messages() async throws -> [JSONValue] { try await cloud.call(.get, "/local/messages").array ?? [] }

        func puts() async throws -> [JSONValue] {
            try await cloud.takeRequests().filter { $0["method"] == "PUT" }
        }
    }

    private static func use(
        _ backend: EndToEndBackend, seed: UInt64, _ body: (Place) async throws -> Void
    ) async throws {
        try await EndToEndCloud.run(seed: seed) { cloud in
            try await cloud.set(try #require(Timestamp.date(now)))
            try SLOHost.write(.outage, cloud.directory + "/state", until: now)
            try FileSystem.makeDirectories(cloud.archivePath)
            try await body(
                Place(
                    cloud: cloud, backend: backend,
                    settings: [
                        "POLISEN_SLOS_PATH": packageRoot + "/slos",
                        "POLISEN_NOTIFICATIONS_TOPIC": cloud.endpoints["topic_id"]?.string ?? "",
                        "POLISEN_OCI_ENDPOINTS_NOTIFICATIONS": cloud.url,
                    ]))
        }
    }

    private static func results(_ end: CollectorProcess.End) throws -> (objects: [String?], notices: [String?]) {
        let json = try JSONValue.parse(Array(end.output.utf8))
        return (
            (json["objects"]?.array ?? []).map { $0["result"]?.string },
            (json["notices"]?.array ?? []).map { $0["result"]?.string }
        )
    }

    @Test(arguments: EndToEndBackend.allCases)
    func `a report is put into the archive and told once, with the link`(backend: EndToEndBackend) async throws {
        try await Self.use(backend, seed: 41) { place in
            for (result, told) in [("created", "sent"), ("unchanged", "sent before")] {
                let end = try await place.deliver()
                #expect(end.status == 0, "\(end.errors)")
                let found = try Self.results(end)
                #expect(found.objects == [result, result, result] && found.notices == [told], "\(end.output)")
            }
            let messages = try await place.messages()
            #expect(messages.count == 1)
            #expect(messages.first?["title"]?.string?.hasPrefix("stop: ") == true, "\(messages)")
            let body = try #require(messages.first?["body"]?.string)
            let link = try #require(body.split(separator: " ").last.map(String.init))
            #expect(link.hasSuffix("/\(Self.objects[0])"))
            let html: [UInt8]
            if backend == .directory {
                html = try FileSystem.read(link) ?? []
            } else {
                #expect(link.hasPrefix(place.cloud.url + "/n/"))
                html = try FileSystem.read(try #require(try Self.version(place, "text/html; charset=utf-8"))) ?? []
            }
            #expect(String(decoding: html, as: UTF8.self).contains("<!DOCTYPE html>"))
        }
    }

    /// The file in which the cloud keeps the object with that type.
    private static func version(_ place: Place, _ type: String) throws -> String? {
        let root = place.cloud.directory + "/cloud"
        return try FileSystem.walk(root).map { "\(root)/\($0)" }.first { path in
            let bytes = try FileSystem.read(path) ?? []
            let head = bytes.prefix { $0 != 0x0A }
            // Other files of the cloud are no JSON in their first line.
            guard let json = try? JSONValue.parse(Array(head)) else { return false }
            return (json["headers"]?.array ?? []).contains {
                $0.array?.last?.string?.replacing("\\/", with: "/") == type
            }
        }
    }

    @Test func `what is refused fails, is in the journal, tells nobody, and is made up for`() async throws {
        try await Self.use(.oci, seed: 42) { place in
            let action: JSONValue = ["status": 403, "code": "NotAllowed", "message": "no"]
            let match: JSONValue = ["service": "object_storage", "method": "PUT"]
            try await place.cloud.disturb([["match": match, "times": .null, "action": action]])
            let refused = try await place.deliver()
            #expect(refused.status == 77, "\(refused.errors)")
            #expect(refused.errors.contains("could not be delivered") && refused.output.isEmpty)
            #expect(try await place.messages().isEmpty)
            #expect(!FileSystem.exists(place.cloud.directory + "/state/reports.json"))
            try await place.cloud.calm()
            let end = try await place.deliver()
            #expect(end.status == 0, "\(end.errors)")
            #expect(try await place.messages().count == 1)
        }
    }

    @Test func `a notice that fails exits 69 and is sent by the next delivery alone`() async throws {
        try await Self.use(.directory, seed: 43) { place in
            let action: JSONValue = ["status": 400, "code": "InvalidParameter", "message": "no"]
            try await place.cloud.disturb([["match": ["service": "notifications"], "times": .null, "action": action]])
            let failed = try await place.deliver()
            #expect(failed.status == 69, "\(failed.output)\(failed.errors)")
            #expect(try Self.results(failed).notices == ["failed"])
            try await place.cloud.calm()
            #expect(try Self.results(await place.deliver()).notices == ["sent"])
            #expect(try Self.results(await place.deliver()).notices == ["sent before"])
            #expect(try await place.messages().count == 1)
        }
    }

    @Test func `a delivery killed after the upload tells nobody twice; two at once do not meet`() async throws {
        try await Self.use(.directory, seed: 44) { place in
            try await withFaultServer([.readRequest, .hang]) { slow in
                let address = ["POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(slow.authority)/x"]
                let process = try place.start([], address)
                _ = try await eventually("the notice", within: .seconds(60)) { slow.requestCount == 1 ? true : nil }
                let second = try await place.deliver([], address)
                #expect(second.status == 75, "\(second.errors)")
                process.signal(SIGKILL)
                _ = try await process.end()
            }
            try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                let address = ["POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(hook.authority)/x"]
                let end = try await place.deliver([], address)
                #expect(try Self.results(end).objects == ["unchanged", "unchanged", "unchanged"])
                // The topic had been told before the webhook's turn.
                #expect(try Self.results(end).notices.contains("sent"))
                _ = try await place.deliver([], address)
                #expect(hook.requestCount == 1)
            }
            #expect(try await place.messages().count == 1)
        }
    }

    @Test func `late records change the report: the old one is kept beside it, and nobody is told again`() async throws
    {
        try await Self.use(.directory, seed: 45) { place in
            #expect(try await place.deliver().status == 0)
            let ledger = RunLedger(statePath: place.cloud.directory + "/state")
            let file = try #require(try ledger.files().last)
            var lines = String(decoding: try FileSystem.read(file) ?? [], as: UTF8.self).split(separator: "\n")
            // Damage counts to the time of the record before it, which is one of the week; it is a figure of the report.
            lines.insert(lines[0].dropLast(9), at: 1)
            try FileSystem.replace(file, Array((lines.joined(separator: "\n") + "\n").utf8))
            let end = try await place.deliver()
            let found = try Self.results(end)
            #expect(found.objects == ["replaced", "replaced", "replaced"] && found.notices == ["sent before"])
            let kept = try FileSystem.walk(place.cloud.archivePath).filter { $0.contains(".r1.") }
            #expect(kept == ["html", "json", "md"].map { "reports/2026/\(Self.week).r1.\($0)" })
            #expect(try await place.messages().count == 1)
        }
    }

    @Test func `a dry run shows the notice, and changes nothing`() async throws {
        try await Self.use(.directory, seed: 46) { place in
            let end = try await place.deliver(["--dry-run"])
            #expect(end.status == 0, "\(end.errors)")
            let found = try Self.results(end)
            #expect(found.objects == ["planned", "planned", "planned"] && found.notices == ["would be sent"])
            let text = try await place.deliver(["--dry-run", "--format", "text"])
            #expect(text.status == 64, "two formats are one too many")
            #expect(try await place.messages().isEmpty)
            #expect(try FileSystem.walk(place.cloud.archivePath).isEmpty)
            #expect(!FileSystem.exists(place.cloud.directory + "/state/reports.json"))
        }
    }

    @Test func `without a channel it is put all the same; its languages stand side by side`() async throws {
        try await Self.use(.directory, seed: 47) { place in
            let end = try await place.deliver(["--lang", "sv,en"], ["POLISEN_NOTIFICATIONS_TOPIC": ""])
            #expect(end.status == 0, "\(end.errors)")
            #expect(try Self.results(end).notices.isEmpty)
            let names = try FileSystem.walk(place.cloud.archivePath)
            #expect(
                names == ["html", "json", "md", "sv.html", "sv.md"].map { "reports/2026/\(Self.week).\($0)" })
        }
    }

    @Test func `a bucket with nothing but reports is one that collect begins`() async throws {
        try await Self.use(.oci, seed: 48) { place in
            #expect(try await place.deliver().status == 0)
            let date = try #require(Timestamp.date(Self.now))
            let environment = place.cloud.environment(.oci, state: "other", at: date)
            let end = try await CollectorProcess.start(environment, in: place.cloud.directory).end()
            #expect(end.status == 0 || end.status == 65, "\(end.errors)")
            #expect(!end.errors.contains("archive_foreign"), "\(end.errors)")
        }
    }
}
