// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// `freshness` as a timer would start it, over what real runs left behind.
@Suite struct EndToEndFreshnessTests {
    private static let secret = "hook-6f1e-canary"

    /// A feed that answers and a webhook that takes everything.
    private static func watched(
        _ body: (EndToEndHost, _ feed: String, _ hook: FaultServer) async throws -> Void
    ) async throws {
        try await EndToEndHost.use { host in
            try await EndToEndFeed().serve { feed in
                try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                    try await body(host, feed, hook)
                }
            }
        }
    }

    /// One check, `minutes` after now.
    private static func check(
        _ host: EndToEndHost, _ feed: String, hook: String? = nil, after minutes: Double = 0, _ more: [String] = []
    ) async throws -> EndedProgram {
        let now = Date().addingTimeInterval(minutes * 60)
        var environment = ["POLISEN_CLOCK": EndToEndCloud.text(now)]
        if let hook { environment["POLISEN_NOTIFICATIONS_WEBHOOK"] = "http://\(hook)/\(secret)" }
        return try await host.run(
            [
                "freshness", "--state-path", host.state, "--feed-url", feed, "--log-target", "json", "--json",
            ] + more, environment: environment)
    }

    private static func answer(_ ended: EndedProgram) throws -> JSONValue {
        try JSONValue.parse(Array(ended.output.utf8))
    }

    /// Bodies the webhook got.
    private static func notices(_ hook: FaultServer) -> [JSONValue] {
        hook.receivedText.flatMap { $0.components(separatedBy: "\r\n\r\n") }.compactMap { text in
            guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}") else { return nil }
            return try? JSONValue.parse(Array(text[start...end].utf8))
        }
    }

    private static func checks(_ host: EndToEndHost) throws -> [CheckRecord] {
        try RunLedger(statePath: host.state).checks()
    }

    @Test func `after a good run data is fresh; of two checks one is recorded, and nobody is told`() async throws {
        try await Self.watched { host, feed, hook in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            for minute in [0.0, 1] {
                let ended = try await Self.check(host, feed, hook: hook.authority, after: minute)
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(try Self.answer(ended)["state"] == "fresh")
            }
            let checks = try Self.checks(host)
            #expect(checks.map(\.state) == ["fresh"])
            #expect(checks.first?.sources == [.init(name: "ledger", problem: nil)])
            #expect(try host.records().count == 1)
            #expect(hook.requestCount == 0)
            let text = try await host.run(["freshness", "--state-path", host.state])
            #expect(text.output.hasPrefix("fresh: the last good run ended "))
            #expect(text.output.hasSuffix("\nnext: polisen-collector status\n"))
        }
    }

    @Test func `an outage is told once, again after an hour, and when it is over`() async throws {
        try await Self.watched { host, feed, hook in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            var exits: [Int32] = []
            for minute in [0.0, 59, 62, 63, 100, 123, 124] {
                exits.append(try await Self.check(host, feed, hook: hook.authority, after: minute).status)
            }
            #expect(exits == [0, 0, 1, 1, 1, 1, 1])
            let clock = EndToEndCloud.text(Date().addingTimeInterval(125 * 60))
            let run = try await host.collect(feed, deadline: "30s", environment: ["POLISEN_CLOCK": clock])
            #expect(run.status == 0, "\(run.errors)")
            let last = try await Self.check(host, feed, hook: hook.authority, after: 127)
            #expect(last.status == 0)
            #expect(last.entries("freshness.recovered").count == 1)
            let notices = Self.notices(hook)
            #expect(notices.map { $0["reason"]?.string } == ["alarm", "reminder", "recovered"])
            #expect(notices.map { $0["title"]?.string?.prefix(6) } == ["MISSED", "MISSED", "FRESH "])
            #expect(notices.first?["body"]?.string?.contains("no run was recorded for the slot") == true)
            #expect(try Self.checks(host).map(\.state).contains("missed"))
        }
    }

    @Test func `a notice that cannot be delivered waits for the next check, and the address stays secret`()
        async throws
    {
        try await Self.watched { host, feed, hook in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            let port = try await withFaultServer([.reset]) { $0.authority }
            let first = try await Self.check(host, feed, hook: port, after: 90)
            #expect(first.status == 1)
            #expect(try Self.answer(first)["notices"]?["waiting"] == 1)
            #expect(first.errors.contains("a notice could not be delivered"))
            #expect(first.entries("freshness.stale").count == 1)
            #expect(try Self.checks(host).last?.noticesWaiting == 1)
            let second = try await Self.check(host, feed, hook: hook.authority, after: 91)
            #expect(try Self.answer(second)["notices"]?["waiting"] == 0)
            #expect(Self.notices(hook).map { $0["reason"]?.string } == ["alarm"])
            for name in try FileSystem.walk(host.state) {
                let bytes = try FileSystem.read(host.state + "/" + name) ?? []
                #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret), "\(name)")
            }
            for text in [first.errors, first.output, second.errors] { #expect(!text.contains(Self.secret)) }
        }
    }

    @Test func `failed runs are failing, with the error in the notice`() async throws {
        try await Self.watched { host, feed, hook in
            let broken = "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"
            try await withFaultServer([.readRequest, .send(broken), .again]) { server in
                let ended = try await host.collect("http://\(server.authority)/")
                #expect(ended.status == 69)
            }
            let ended = try await Self.check(host, feed, hook: hook.authority, after: 1)
            let answer = try Self.answer(ended)
            #expect(answer["state"] == "failing" && ended.status == 1)
            #expect(answer["last_error"]?.string?.hasPrefix("feed_server_error at fetch: ") == true, "\(ended.output)")
            let body = try #require(Self.notices(hook).first?["body"]?.string)
            #expect(body.contains("last error: feed_server_error"))
            #expect(body.hasSuffix("\nnext: polisen-collector explain last-failure"))
        }
    }

    @Test func `what cannot be read is unknown, and alarms after 15 minutes`() async throws {
        try await Self.watched { host, feed, hook in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            let ledger = host.state + "/ledger"
            try FileManager.default.moveItem(atPath: ledger, toPath: ledger + ".away")
            try FileManager.default.createSymbolicLink(atPath: ledger, withDestinationPath: "ledger")
            for (minute, told) in [(0.0, 0), (10, 0), (16, 1), (17, 1)] {
                let ended = try await Self.check(host, feed, hook: hook.authority, after: minute)
                #expect(ended.status == 1)
                #expect(try Self.answer(ended)["state"] == "unknown", "\(ended.output)")
                #expect(hook.requestCount == told, "minute \(minute)")
            }
            #expect(Self.notices(hook).first?["title"]?.string?.hasPrefix("UNKNOWN: polisen on ") == true)
        }
    }

    @Test func `a run at work for 20 minutes is stuck, one whose process has gone is not`() async throws {
        try await Self.watched { host, feed, _ in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            let started = Timestamp.text(Date().addingTimeInterval(-1200))
            let own = Int(ProcessInfo.processInfo.processIdentifier)
            for (pid, isLocked, state) in [(own, true, "stuck"), (999_999_999, true, "fresh"), (own, false, "fresh")] {
                // The number of a run that died with its machine may be another program's by now.
                let lock = isLocked ? try FileLock.tryAcquire(host.state + "/lock") : nil
                defer { lock?.release() }
                let marker: JSONValue = [
                    "schema": 1, "run_id": "019a0f3e-6a00-7000-8000-000000000001", "started_at": .string(started),
                    "pid": .int(pid),
                ]
                try FileSystem.replace(host.state + "/running.json", marker.encoded())
                let ended = try await Self.check(host, feed)
                #expect(try Self.answer(ended)["state"]?.string == state, "\(ended.output)")
                guard EndToEndStateTests.canMount else { continue }
                // As the unit of `health` sees it.
                let script = #"mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@""#
                let reading = try await host.run(
                    ["status", "--json", "--state-path", host.state],
                    inside: [ToolProcess.path(of: "unshare") ?? "unshare", "-m", "sh", "-c", script, host.state])
                #expect(try Self.answer(reading)["verdict"]?.string == state, "\(reading.output)\(reading.errors)")
            }
        }
    }

    @Test func `a ledger of noise is unknown; one that is gone does not undo what was seen`() async throws {
        try await Self.watched { host, feed, _ in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            #expect(try await Self.check(host, feed).status == 0)
            let files = try RunLedger(statePath: host.state).files()
            for file in files {
                var bytes = (0..<3_000).map { _ in UInt8.random(in: 0...255) }
                bytes[1_500] = 0x0A
                try FileSystem.replace(file, bytes)
            }
            let noise = try await Self.check(host, feed, after: 70)
            #expect(noise.status == 1)
            let answer = try Self.answer(noise)
            #expect(answer["state"] == "unknown", "\(noise.output)")
            #expect(answer["cause"]?.string?.hasPrefix("ledger: no run in it can be read: ") == true)
            #expect(answer["sources"]?.array?.first?["problem"]?.string != nil)
            for file in try RunLedger(statePath: host.state).files() { try FileSystem.remove(file) }
            let gone = try await Self.check(host, feed, after: 71)
            #expect(try Self.answer(gone)["state"] == "missed", "\(gone.output)")
            #expect(try Self.answer(gone)["cause"]?.string?.contains("the last good run ended 1 h 1") == true)
            #expect(gone.output.contains("earlier checks saw it"))
        }
    }

    @Test func `a damaged memory is told and starts over; a dry run leaves nothing behind`() async throws {
        try await Self.watched { host, feed, hook in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            let memory = host.state + "/freshness-ledger.json"
            let dry = try await Self.check(host, feed, hook: hook.authority, after: 90, ["--dry-run"])
            #expect(dry.status == 1 && hook.requestCount == 0)
            #expect(!FileSystem.exists(memory))
            #expect(try Self.checks(host).isEmpty)
            try FileSystem.replace(memory, Array(#"{"schema":1,"sta"#.utf8))
            let ended = try await Self.check(host, feed)
            #expect(ended.status == 0)
            #expect(ended.errors.contains("the checker's memory starts over"))
            #expect(try FileSystem.read(memory)?.first == UInt8(ascii: "{"))
        }
    }

    @Test func `replayed answers are no evidence`() async throws {
        try await Self.watched { host, feed, _ in
            #expect(try await host.collect(feed, deadline: "30s").status == 0)
            let records = try host.records()
            try FileManager.default.removeItem(atPath: host.state + "/ledger")
            try RunLedger(statePath: host.state, name: "replay").append(records)
            let ended = try await Self.check(host, feed)
            #expect(try Self.answer(ended)["state"] == "unknown")
        }
    }

    @Test(arguments: [
        ["--from", "nowhere"], ["--max-age", "soon"], ["--exec-job", "../x"],
        ["--from", "archive,monitoring", "--exec-job", "x"],
    ])
    func `what is not understood is refused, under the name that was typed`(arguments: [String]) async throws {
        try await EndToEndHost.use { host in
            let ended = try await host.run(["freshness", "--state-path", host.state] + arguments)
            #expect(ended.status == 64, "\(ended.errors)")
            let name = arguments.count > 2 ? "--exec-job" : arguments[0]
            #expect(ended.errors.contains(name) && !ended.errors.contains("--set"), "\(ended.errors)")
        }
    }
}
