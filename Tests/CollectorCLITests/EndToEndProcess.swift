// SPDX-License-Identifier: MIT

import Foundation
import Glibc
import JSON
import TestSupport

enum ChildProcess {
    /// Starts a program with its output in files; the caller ends it.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String], output: String, errors: String
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ToolProcess.withSanitizers(environment)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try file(output)
        process.standardError = try file(errors)
        try process.run()
        return process
    }

    private static func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}

/// The built collector at work in a process of its own.
struct CollectorProcess: Sendable {
    /// How it ended.
    struct End: Sendable {
        /// Exit status; nil where a signal ended it.
        let status: Int32?
        let output: String
        let errors: String

        /// The run's record, as `collect --json` answers.
        var record: JSONValue? { try? JSONValue.parse(Array(output.utf8)) }
        var errorType: String? { record?["error"]?["type"]?.string }
    }

    private let process: Process
    private let output: String

    static func start(
        _ environment: [String: String], _ arguments: [String] = ["collect", "--json"], in directory: String
    ) throws -> CollectorProcess {
        let output = directory + "/" + UUID().uuidString
        return CollectorProcess(
            process: try ChildProcess.start(
                builtExecutable("polisen-collector"), arguments, environment: environment, output: output,
                errors: output + ".err"), output: output)
    }

    /// Starts one that receives SIGTERM as it would from a shell or from systemd: a child of a thread of Swift's pool
    /// inherits its signal mask, in which SIGTERM is blocked.
    static func startUnmasked(
        _ environment: [String: String], _ arguments: [String] = ["collect", "--json"], in directory: String
    ) throws -> CollectorProcess {
        let output = directory + "/" + UUID().uuidString
        let unmask = "sigprocmask(SIG_UNBLOCK, POSIX::SigSet->new(SIGTERM, SIGINT)); exec @ARGV"
        return CollectorProcess(
            process: try ChildProcess.start(
                "/usr/bin/perl",
                ["-MPOSIX", "-e", unmask, builtExecutable("polisen-collector")] + arguments,
                environment: environment, output: output, errors: output + ".err"), output: output)
    }

    var isRunning: Bool { process.isRunning }

    /// Sends a signal; nothing happens where it has ended.
    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    func end(within limit: Duration = .seconds(120)) async throws -> End {
        do {
            _ = try await eventually("the end of the collector", within: limit) { process.isRunning ? nil : true }
        } catch {
            ToolProcess.end(process)
            throw ToolError(command: "\(error)", output: ToolProcess.text(of: output + ".err"))
        }
        let end = End(
            status: process.terminationReason == .exit ? process.terminationStatus : nil,
            output: ToolProcess.text(of: output), errors: ToolProcess.text(of: output + ".err"))
        try FileManager.default.removeItem(atPath: output)
        try FileManager.default.removeItem(atPath: output + ".err")
        return end
    }
}
