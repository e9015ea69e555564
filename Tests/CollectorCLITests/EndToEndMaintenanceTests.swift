// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// `maintenance`, as an operator types it, and what runs, checks and `status` make of it.
@Suite struct EndToEndMaintenanceTests {
    private static let noon = "2026-11-23T11:00:00Z"

    /// A command on a host whose clock shows `now`; nobody is asked anything.
    static func type(
        _ words: [String], on host: EndToEndHost, at now: String = noon, inside wrapper: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> EndedProgram {
        let place = ["--state-path", host.state, "--feed-url", "http://127.0.0.1:9/", "--log-target", "json"]
        return try await host.run(
            words + place, environment: ["POLISEN_CLOCK": now, "LOGNAME": "eva"].merging(environment) { $1 },
            inside: wrapper)
    }

    /// A host with an empty state directory.
    static func use(_ body: (EndToEndHost) async throws -> Void) async throws {
        try await EndToEndHost.use { host in
            try FileSystem.makeDirectories(host.state)
            try await body(host)
        }
    }

    private static func json(_ ended: EndedProgram) throws -> JSONValue {
        try JSONValue.parse(Array(ended.output.utf8))
    }

    private static func list(_ host: EndToEndHost, at now: String = noon) async throws -> [JSONValue] {
        let ended = try await type(["maintenance", "list", "--all", "--json"], on: host, at: now)
        #expect(ended.status == 0, "\(ended.errors)")
        return try #require(try json(ended)["maintenance"]?.array)
    }

    /// Starts one and returns its id.
    private static func start(_ host: EndToEndHost, _ words: [String], at now: String = noon) async throws -> String {
        let ended = try await type(
            ["maintenance", "start", "--reason", "new disk", "--json"] + words, on: host, at: now)
        #expect(ended.status == 0, "\(ended.errors)")
        return try #require(try json(ended)["maintenance"]?["id"]?.string)
    }

    @Test func `it is announced, begins, is ended, and each step is in ledger and log`() async throws {
        try await Self.use { host in
            let ended = try await Self.type(
                ["maintenance", "start", "--reason", "ny\n disk", "--from", "2026-11-23 13:00", "--for", "2h"], on: host
            )
            #expect(ended.status == 0, "\(ended.errors)")
            let id = try #require(try await Self.list(host).first?["id"]?.string)
            #expect(
                ended.output == """
                    maintenance \(id): planned
                    from         2026-11-23 13:00 in Sweden (2026-11-23 12:00 UTC)
                    until        2026-11-23 15:00 in Sweden (2026-11-23 14:00 UTC)
                    reason       ny disk
                    runs         go on
                    next         polisen-collector maintenance end \(id) --cancel

                    """)
            #expect(ended.entries("maintenance.started").map { $0["maintenance.id"] } == [.string(id)])
            let during = "2026-11-23T13:00:00Z"
            #expect(try await Self.list(host, at: during).map { $0["state"] } == ["active"])
            let end = try await Self.type(["maintenance", "end"], on: host, at: during)
            #expect(end.status == 0 && end.output.hasPrefix("maintenance \(id): ended\n"), "\(end.errors)")
            #expect(end.entries("maintenance.ended").count == 1)
            let entry = try #require(try await Self.list(host, at: during).first)
            #expect(entry["state"] == "ended" && entry["ends_at"] == "2026-11-23T13:00:00.000Z")
            #expect(entry["author"] == "eva" && entry["pauses_runs"] == false)
            #expect(!FileSystem.exists(host.state + "/maintenance.json"))
            #expect(try RunLedger(statePath: host.state).last(9).damaged.isEmpty)
        }
    }

    static let refused: [(words: [String], status: Int32, says: String)] = [
        (["start", "--reason", " "], 64, "--reason needs"),
        (["start", "--reason", "x", "--for", "2h", "--until", "2026-11-23 13:00"], 64, "leave one out"),
        (["start", "--reason", "x", "--pause"], 64, "--pause needs an end"),
        (["start", "--reason", "x", "--until", "2026-11-23 11:00"], 64, "is not after its beginning"),
        (["start", "--reason", "x", "--for", "soon"], 64, "--for must be"),
        (["start", "--reason", "x", "--from", "2206-11-23 11:00"], 64, "five years"),
        (["start", "--reason", "x", "--until", "2206-11-23 11:00"], 64, "five years"),
        (["start", "--reason", "x", "--from", "2016-11-23 11:00"], 64, "five years"),
        (
            ["start", "--reason", "x", "--pause", "--from", "2026-11-23 09:00", "--for", "1h"], 64,
            "nothing to pause"
        ),
        (["end"], 65, "no maintenance is open"), (["end", "00000000"], 65, "there is no maintenance"),
        (["end", "--cancel", "--at", "2026-11-23 11:00"], 64, "drop --at"),
    ]

    @Test(arguments: refused)
    func `what makes no sense is refused, and leaves nothing behind`(
        words: [String], status: Int32, says: String
    ) async throws {
        try await Self.use { host in
            let ended = try await Self.type(["maintenance"] + words, on: host)
            #expect(ended.status == status, "\(ended.output)")
            #expect(ended.errors.replacing("\n    ", with: " ").contains(says), "\(ended.errors)")
            #expect(try RunLedger(statePath: host.state).files() == [])
            #expect(!FileSystem.exists(host.state + "/maintenance.json"))
        }
    }

    @Test func `what is over can be corrected and called off, but not ended twice or before it began`() async throws {
        try await Self.use { host in
            let id = try await Self.start(host, ["--from", "2026-11-23 09:00", "--until", "2026-11-23 11:00"])
            func end(_ words: String...) async throws -> EndedProgram {
                try await Self.type(["maintenance", "end", id.uppercased()] + words, on: host)
            }
            #expect(try await end().status == 65)
            #expect(try await end("--at", "2026-11-23 08:00").status == 65)
            #expect(try await end("--at", "2026-11-23 12:30").status == 65)
            #expect(try await end("--at", "2026-11-23 10:30").status == 0)
            #expect(try await Self.list(host).first?["ends_at"] == "2026-11-23T09:30:00.000Z")
            #expect(try await end("--cancel").status == 0)
            for words in [["--cancel"], ["--at", "2026-11-23 10:30"], []] {
                let again = try await Self.type(["maintenance", "end", id] + words, on: host)
                #expect(again.status == 65 && again.errors.contains("was called off already"), "\(again.errors)")
            }
            #expect(try await Self.list(host).map { $0["state"] } == ["cancelled"])
        }
    }

    @Test func `of several that are open one has to be named, and those that share time are told`() async throws {
        try await Self.use { host in
            let first = try await Self.start(host, ["--for", "2h"])
            let ended = try await Self.type(
                ["maintenance", "start", "--reason", "new cable", "--from", "2026-11-23 13:00", "--json"], on: host)
            let answer = try Self.json(ended)
            #expect(answer["overlaps"] == [.string(first)] && answer["backdated"] == false)
            let which = try await Self.type(["maintenance", "end"], on: host, at: "2026-11-23T12:30:00Z")
            #expect(which.status == 65 && which.errors.contains("2 are open: say which of these"))
            #expect(which.errors.contains("new disk (eva)") && which.errors.contains("new cable (eva)"))
            let later = try await Self.type(
                ["maintenance", "start", "--reason", "forgotten", "--from", "2026-11-23 10:00", "--json"], on: host)
            #expect(try Self.json(later)["backdated"] == true)
        }
    }

    @Test func `many at once are all kept`() async throws {
        try await Self.use { host in
            let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 1...6 {
                    group.addTask {
                        try await Self.type(["maintenance", "start", "--reason", "x", "--for", "1h"], on: host).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 0, count: 6))
            let ids = try await Self.list(host).compactMap { $0["id"]?.string }
            #expect(Set(ids).count == 6)
            #expect(OpenMaintenance(reading: host.state + "/maintenance.json")?.entries.map(\.id) == ids)
        }
    }

    @Test func `beside a command that writes the next one waits, then says to try again`() async throws {
        try await Self.use { host in
            let lock = try #require(try FileLock.tryAcquire(host.state + "/maintenance.json.lock"))
            let ended = try await Self.type(["annotate", "hello"], on: host)
            #expect(ended.status == 75 && ended.errors.contains("another command is writing"), "\(ended.errors)")
            #expect(try await Self.list(host).isEmpty)
            lock.release()
            #expect(try await Self.type(["annotate", "hello"], on: host).status == 0)
        }
    }

    @Test func `a command that was killed between its two files is made good by the next`() async throws {
        try await Self.use { host in
            let path = host.state + "/maintenance.json"
            let id = try await Self.start(host, ["--for", "2h", "--pause"])
            let before = try #require(try FileSystem.read(path))
            #expect(try await Self.type(["maintenance", "end", id], on: host, at: "2026-11-23T11:10:00Z").status == 0)
            // As if the end had been killed after the ledger had it.
            try FileSystem.replace(path, before)
            let again = try await Self.type(["maintenance", "end", id], on: host, at: "2026-11-23T11:11:00Z")
            #expect(again.status == 65 && !FileSystem.exists(path))
            let later = "2026-11-23T11:20:00Z"
            let next = try await Self.start(host, ["--for", "2h", "--pause"], at: later)
            try FileSystem.remove(path)
            #expect(try await Self.type(["annotate", "hello"], on: host, at: later).status == 0)
            #expect(OpenMaintenance(reading: path)?.entries.map(\.id) == [next])
        }
    }

    @Test(
        .enabled(if: EndToEndStateTests.canMount, "needs root and unshare(1)"),
        arguments: [["maintenance", "start", "--reason", "x"], ["annotate", "x"]])
    func `a state directory that cannot be written is told, and can still be read`(words: [String]) async throws {
        try await Self.use { host in
            let id = try await Self.start(host, ["--for", "2h"])
            let mount = EndToEndStateTests.mounted(EndToEndStateTests.readOnly, on: host.state)
            let ended = try await Self.type(words, on: host, inside: mount)
            #expect(ended.status == 73 && ended.errors.contains("nothing was written"), "\(ended.errors)")
            let list = try await Self.type(["maintenance", "list"], on: host, inside: mount)
            #expect(list.status == 0 && list.output.hasPrefix(id), "\(list.errors)")
        }
    }

    @Test func `without a state directory nothing is begun`() async throws {
        try await EndToEndHost.use { host in
            let ended = try await Self.type(["maintenance", "start", "--reason", "x"], on: host)
            #expect(ended.status == 78 && !FileSystem.exists(host.state), "\(ended.errors)")
            #expect(try await Self.list(host).isEmpty)
        }
    }
}
