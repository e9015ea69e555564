// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// A host of a test's own, with a state directory and an archive, on which the built program runs.
struct EndToEndHost: Sendable {
    let root: String
    var state: String { root + "/state" }
    var archive: String { root + "/data" }

    /// Runs `body` with a host that is gone afterwards.
    static func use(_ body: (EndToEndHost) async throws -> Void) async throws {
        try await withTemporaryDirectory { try await body(EndToEndHost(root: $0)) }
    }

    /// `collect`, asking `feed`; later arguments beat earlier ones' defaults.
    func collect(
        _ feed: String, deadline: String = "8s", limits: String = "off", _ more: [String] = [],
        environment: [String: String] = [:], inside wrapper: [String] = []
    ) async throws -> EndedProgram {
        let arguments = [
            "collect", "--feed-url", feed, "--feed-rate-limits", limits, "--state-path", state, "--run-deadline",
            deadline,
            "--log-target", "json",
        ]
        let archive = more.contains("--archive-backend") ? [] : ["--archive-path", self.archive]
        return try await run(arguments + archive + more, environment: environment, inside: wrapper)
    }

    /// Runs the program as a child with nothing of this process's environment.
    ///
    /// - Parameter wrapper: a command that gets the program's command line as further arguments.
    func run(
        _ arguments: [String], environment: [String: String] = [:], inside wrapper: [String] = []
    ) async throws -> EndedProgram {
        var command = wrapper + [builtExecutable("polisen-collector")] + arguments
        let surroundings = ["HOME": root, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"].merging(environment) { $1 }
        await Turns.programs.take()
        let ended: EndedProgram
        do {
            ended = try await EndedProgram(command.removeFirst(), command, surroundings, in: root)
        } catch {
            await Turns.programs.give()
            throw error
        }
        await Turns.programs.give()
        return ended
    }

    /// The ledger, oldest first.
    func records() throws -> [RunRecord] { try RunLedger(statePath: state).last(.max).runs.reversed() }

    /// Bodies that were no list of events, wherever they are kept.
    func keptBodies(in store: ArchiveStore? = nil) async throws -> [[UInt8]] {
        var bodies = try FileSystem.walk(state + "/rejects").map {
            try #require(try FileSystem.read("\(state)/rejects/\($0)"))
        }
        let store = store ?? .directory(archive)
        for object in try await store.listAll("rejects/") where object.name.hasSuffix(".body") {
            bodies.append(try #require(try await store.read(object.name)).bytes)
        }
        return bodies
    }

    /// Every line of the archive's events, sorted.
    func storedEvents(in store: ArchiveStore? = nil) async throws -> [String] {
        let store = store ?? .directory(archive)
        var lines: [String] = []
        for object in try await store.listAll("events/") {
            let bytes = try #require(try await store.read(object.name)).bytes
            lines += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }
        return lines.sorted()
    }
}

/// What a run of the program left behind.
struct EndedProgram: Sendable {
    let status: Int32
    let output: String
    let errors: String

    fileprivate init(
        _ program: String, _ arguments: [String], _ environment: [String: String], in directory: String
    ) async throws {
        let base = directory + "/" + UUID().uuidString
        let paths = [base + ".out", base + ".err"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ToolProcess.withSanitizers(environment)
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        for path in paths { try Data().write(to: URL(fileURLWithPath: path)) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[0]))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[1]))
        try process.run()
        status = try await eventually("the end of \(arguments)", within: .seconds(90)) {
            process.isRunning ? nil : process.terminationReason == .exit ? process.terminationStatus : -1
        }
        output = ToolProcess.text(of: paths[0])
        errors = ToolProcess.text(of: paths[1])
    }

    /// `line` as a shell's, on that host.
    static func shell(_ line: String, _ host: EndToEndHost) async throws -> EndedProgram {
        let surroundings = ["HOME": host.root, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"]
        return try await EndedProgram("/bin/sh", ["-c", line], surroundings, in: host.root)
    }

    /// The log: one object a line; a line that is none is left out.
    var log: [JSONValue] {
        // Losing the error is right: `errors` is what a failed test shows.
        errors.split(separator: "\n").compactMap { try? JSONValue.parse(Array($0.utf8)) }
    }

    /// Entries of one kind.
    func entries(_ event: String) -> [JSONValue] { log.filter { $0["event"]?.string == event } }
}

/// Lets few programs run at a time: each has a deadline, and the machine may have two cores.
actor Turns {
    static let programs = Turns(3)
    /// Each is a process of its own besides.
    static let clouds = Turns(3)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
