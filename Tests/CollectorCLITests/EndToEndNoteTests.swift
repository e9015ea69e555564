// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// `annotate`, and what reports make of it.
@Suite struct EndToEndNoteTests {
    private static let monday = "2026-11-23T11:00:00Z"

    private static func annotate(
        _ words: [String], on host: EndToEndHost, at now: String = monday, inside wrapper: [String] = []
    ) async throws -> EndedProgram {
        try await EndToEndMaintenanceTests.type(["annotate"] + words, on: host, at: now, inside: wrapper)
    }

    /// Notes one thing and returns its id.
    private static func id(
        _ words: [String], on host: EndToEndHost, at now: String = monday
    ) async throws -> String {
        let ended = try await annotate(words + ["--json"], on: host, at: now)
        #expect(ended.status == 0, "\(ended.errors)")
        return try #require(try JSONValue.parse(Array(ended.output.utf8))["note"]?["id"]?.string)
    }

    /// The report of a week, made when that is over.
    private static func report(_ week: String, on host: EndToEndHost) async throws -> JSONValue {
        let ended = try await EndToEndMaintenanceTests.type(
            ["slo", "report", "--week", week, "--format", "json", "--slos-path", packageRoot + "/slos"], on: host,
            at: "2026-12-20T12:00:00Z")
        #expect(ended.status == 0, "\(ended.errors)")
        return try JSONValue.parse(Array(ended.output.utf8))
    }

    private static func run(_ outcome: RunRecord.Outcome, _ start: String) throws -> RunRecord {
        let date = try #require(Timestamp.date(start))
        var random = SeededGenerator(seed: UInt64(date.timeIntervalSince1970))
        return RunRecord(
            runID: RunID(at: date, using: &random), job: "polisen", environment: "test", command: .collect,
            startedAt: date, endedAt: date.addingTimeInterval(2), outcome: outcome, version: "1", configSHA: "aa",
            host: "h")
    }

    @Test func `an action stands in every report until it is done`() async throws {
        try await EndToEndMaintenanceTests.use { host in
            try RunLedger(statePath: host.state).append([
                Self.run(.success, "2026-11-23T10:01:00Z"), Self.run(.success, "2026-12-13T10:01:00Z"),
            ])
            let action = try await Self.id(
                ["--action", "ask the police", "--due", "2026-11-27"], on: host)
            let list = try await Self.annotate(["--list"], on: host)
            #expect(
                list.output == """
                    open actions
                    \(action)  action        2026-11-23 12:00  due 2026-11-27 23:59
                              ask the police (eva)

                    """)
            let done = try await Self.annotate(["--done", action], on: host, at: "2026-12-09T11:00:00Z")
            #expect(done.status == 0 && done.output.contains("done: ask the police"), "\(done.errors)")
            let again = try await Self.annotate(["--done", action], on: host, at: "2026-12-09T11:01:00Z")
            #expect(again.status == 65 && again.errors.contains("no action '\(action)' is open"))
            let weeks: [(String, carried: JSONValue, overdue: JSONValue, isOpen: Bool)] = [
                ("2026-W48", false, true, true), ("2026-W49", true, true, true), ("2026-W50", true, true, false),
            ]
            for week in weeks {
                let actions = try #require(try await Self.report(week.0, on: host)["actions"]?.array)
                #expect(actions.map { $0["id"] } == [.string(action)], "\(week.0)")
                #expect(actions.first?["is_carried_over"] == week.carried)
                #expect(actions.first?["is_overdue"] == week.overdue)
                #expect(actions.first?["done_at"]?.isNull == week.isOpen)
            }
        }
    }

    @Test func `a cause stands in the incident of its run`() async throws {
        try await EndToEndMaintenanceTests.use { host in
            let failed = try Self.run(.failed, "2026-11-23T11:01:00Z")
            try RunLedger(statePath: host.state).append([
                Self.run(.success, "2026-11-23T10:01:00Z"), failed, Self.run(.failed, "2026-11-23T11:31:00Z"),
                Self.run(.success, "2026-11-23T12:01:00Z"),
            ])
            let now = "2026-11-24T09:00:00Z"
            let hex = String(failed.runID.description.prefix(13))
            _ = try await Self.id(["--cause", "expired certificate", "--run", hex], on: host, at: now)
            let report = try await Self.report("2026-W48", on: host)
            let timeline = try #require(report["incidents"]?.array?.first?["timeline"]?.array)
            #expect(timeline.contains { $0["event"] == "cause" && $0["detail"] == "expired certificate" })
            let note = try #require(report["notes"]?.array?.first)
            #expect(note["kind"] == "cause" && note["run_id"] == .string(failed.runID.description))
            let unknown = try await Self.annotate(["x", "--run", "ffff"], on: host, at: now)
            #expect(unknown.status == 65 && unknown.errors.contains("there is no run 'ffff'"), "\(unknown.errors)")
            let many = try await Self.annotate(["x", "--run", "0"], on: host, at: now)
            #expect(many.status == 65 && many.errors.contains("4 runs begin with '0'"), "\(many.errors)")
        }
    }

    static let refused: [(words: [String], says: String)] = [
        ([], "say what there is to note"), ([""], "1 to 500 characters"), ([" \n"], "1 to 500 characters"),
        ([String(repeating: "a", count: 501)], "1 to 500 characters"), (["x", "--list"], "--list writes nothing"),
        (["x", "--due", "2026-11-30"], "--due belongs to --action"), (["x", "--cause"], "--cause needs --run or --at"),
        (["x", "--action", "--done", "0a1b2c3d"], "leave all but one out"),
        (["x", "--at", "2026-11-23 09:00", "--run", "01"], "leave one out"),
        (["x", "--at", "2206-11-23 09:00"], "five years"), (["x", "--at", "yesterday"], "--at needs a time"),
        (["x", "--action", "--due", "soon"], "--due needs a time"),
        (["x", "--action", "--due", "2026-11-22"], "which is over"),
    ]

    @Test(arguments: refused)
    func `what makes no sense is refused, and nothing is written`(words: [String], says: String) async throws {
        try await EndToEndMaintenanceTests.use { host in
            let ended = try await Self.annotate(words, on: host)
            #expect(ended.status == 64 && ended.errors.contains(says), "\(ended.errors)")
            #expect(try RunLedger(statePath: host.state).files() == [])
        }
    }

    /// What argv can hold: line feeds, escapes, marks that turn text, half a character.
    @Test func `whatever is typed, what is kept and shown is one harmless line`() async throws {
        try await EndToEndMaintenanceTests.use { host in
            let bytes = #"printf 'new\nrouter\033[2J\302\205\342\200\256\377 \303\245'"#
            let ended = try await Self.annotate(
                ["--action"], on: host, inside: ["/bin/sh", "-c", #"exec "$0" "$@" "$(\#(bytes))""#])
            #expect(ended.status == 0, "\(ended.errors)")
            let text = "new router\u{FFFD}[2J\u{FFFD}\u{FFFD} å"
            let list = try await Self.annotate(["--list"], on: host)
            #expect(list.output.contains("          \(text) (eva)\n"), "\(list.output)")
            var kept: [String] = []
            try RunLedger(statePath: host.state).scan { if case .note(let note) = $0 { kept.append(note.text) } }
            #expect(kept == [text])
        }
    }

    @Test func `a torn line before it and after it costs nothing else`() async throws {
        try await EndToEndMaintenanceTests.use { host in
            _ = try await Self.id(["one"], on: host)
            let file = try #require(try RunLedger(statePath: host.state).files().first)
            let whole = try #require(try FileSystem.read(file))
            try FileSystem.replace(file, whole + Array(#"{"schema":1,"type":"note","id":"torn"#.utf8))
            _ = try await Self.id(["two"], on: host)
            let list = try await Self.annotate(["--list", "--json"], on: host)
            let notes = try JSONValue.parse(Array(list.output.utf8))["notes"]?.array ?? []
            #expect(notes.map { $0["text"] } == ["one", "two"])
            #expect(try RunLedger(statePath: host.state).last(9).damaged.map(\.line) == [2])
        }
    }
}
