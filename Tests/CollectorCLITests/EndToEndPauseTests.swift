// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// What maintenance means for runs, checks, notices and reports.
@Suite struct EndToEndPauseTests {
    private static func start(_ host: EndToEndHost, _ words: [String]) async throws -> EndedProgram {
        try await host.run(["maintenance", "start", "--reason", "new disk", "--state-path", host.state] + words)
    }

    /// One good run.
    private static func collect(_ host: EndToEndHost) async throws {
        try await EndToEndFeed().serve { url in
            let ended = try await host.collect(url, deadline: "30s")
            #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
        }
    }

    @Test func `a paused collector asks nobody, exits 75, and goes on once it is ended`() async throws {
        try await EndToEndHost.use { host in
            try await Self.collect(host)
            #expect(try await Self.start(host, ["--for", "2h", "--pause"]).status == 0)
            try await withFaultServer(EndToEndFeed().script()) { server in
                let ended = try await host.collect("http://\(server.authority)/")
                let says = "(new disk) pauses runs until "
                let end = ExpectedEnd(status: 75, type: "maintenance", says: says, outcome: .skipped)
                try expectEnd(ended, end, on: host, records: 2)
                #expect(server.requestCount == 0)
            }
            #expect(try host.records().last?.skipReason == .maintenance)
            let status = try await host.run(["status", "--state-path", host.state])
            #expect(
                status.output.contains("(new disk) is under way until ") && status.output.contains("runs are paused"))
            // Programs of others are nobody's to pause.
            let exec = try await host.run(["exec", "--job", "j", "--state-path", host.state, "--", "true"])
            #expect(exec.status == 0, "\(exec.errors)")
            let ended = try await host.run(["maintenance", "end", "--state-path", host.state])
            #expect(ended.status == 0 && ended.output.hasSuffix("next         polisen-collector collect\n"))
            try await expectRecovery(of: host, records: 3)
        }
    }

    @Test func `notices are sent during maintenance too, and say so`() async throws {
        try await EndToEndHost.use { host in
            try await Self.collect(host)
            #expect(try await Self.start(host, []).status == 0)
            try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                let later = EndToEndCloud.text(Date().addingTimeInterval(26 * 3_600))
                let ended = try await host.run(
                    [
                        "freshness", "--state-path", host.state, "--feed-url", "http://127.0.0.1:9/", "--log-target",
                        "json",
                    ],
                    environment: [
                        "POLISEN_CLOCK": later, "POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(hook.authority)/x",
                    ])
                #expect(ended.status == 1, "\(ended.errors)")
                let said = ended.output.replacing("\n    ", with: " ")
                #expect(said.contains("maintenance: ") && said.contains("nobody has ended it for "), "\(said)")
                #expect(hook.requestCount == 1)
                #expect(hook.receivedText.joined().contains("(new disk) is under way until somebody ends it"))
            }
        }
    }

    @Test func `a forgotten maintenance is told by status`() async throws {
        try await EndToEndHost.use { host in
            try FileSystem.makeDirectories(host.state)
            #expect(try await Self.start(host, []).status == 0)
            let later = EndToEndCloud.text(Date().addingTimeInterval(49.5 * 3_600))
            for (words, says) in [
                (["status"], "nobody has ended it for 2 days 1 h"), (["status", "--json"], #""forgotten":true"#),
                (["maintenance"], "nobody has ended it for 2 days 1 h"),
            ] {
                let ended = try await host.run(
                    words + ["--state-path", host.state, "--feed-url", "http://127.0.0.1:9/"],
                    environment: ["POLISEN_CLOCK": later])
                let said = ended.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(said.contains(says), "\(said)\(ended.errors)")
            }
        }
    }

    @Test func `a verification is noted in the ledger, where there is one that can be written`() async throws {
        try await EndToEndHost.use { host in
            try await Self.collect(host)
            let place = ["--state-path", host.state, "--archive-path", host.archive]
            #expect(try await host.run(["archive", "verify"] + place).status == 0)
            var notes = try Self.notes(host)
            #expect(notes.map(\.kind) == [.verification])
            #expect(notes.first?.linesCounted == 40 && notes.first?.duplicates == 0)
            // The same event again, in the file of its commit.
            let file = try #require(try FileSystem.walk(host.archive + "/events").first)
            let path = "\(host.archive)/events/\(file)"
            let lines = try #require(try FileSystem.read(path)).split(separator: 0x0A)
            try FileSystem.replace(path, Array((lines + [lines[0]]).joined(separator: [0x0A])) + [0x0A])
            #expect(try await host.run(["archive", "verify"] + place).status == 1)
            notes = try Self.notes(host)
            #expect(notes.count == 2 && notes.last?.text.hasPrefix("good") == false)
            let elsewhere = ["--state-path", host.root + "/none", "--archive-path", host.archive]
            #expect(try await host.run(["archive", "verify", "--json"] + elsewhere).status == 1)
            #expect(!FileSystem.exists(host.root + "/none"))
        }
    }

    @Test(.enabled(if: EndToEndStateTests.canMount, "needs root and unshare(1)"))
    func `a verification whose note cannot be written answers all the same`() async throws {
        try await EndToEndHost.use { host in
            try await Self.collect(host)
            let ended = try await host.run(
                ["archive", "verify", "--json", "--state-path", host.state, "--archive-path", host.archive],
                inside: EndToEndStateTests.mounted(EndToEndStateTests.readOnly, on: host.state))
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(try JSONValue.parse(Array(ended.output.utf8))["good"] == true)
            #expect(ended.errors.contains("the ledger does not keep this verification"), "\(ended.errors)")
            #expect(try Self.notes(host).isEmpty)
        }
    }

    private static func notes(_ host: EndToEndHost) throws -> [NoteRecord] {
        var notes: [NoteRecord] = []
        try RunLedger(statePath: host.state).scan { fact in
            if case .note(let note) = fact { notes.append(note) }
        }
        return notes
    }
}
