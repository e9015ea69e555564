// SPDX-License-Identifier: MIT

package import Foundation
import Glibc

/// A program of the system that a test runs as its child.
package enum ToolProcess {
    /// An environment of a child's own, and what a sanitizer in this process and the child has been told.
    package static func withSanitizers(_ environment: [String: String]) -> [String: String] {
        let told = ProcessInfo.processInfo.environment.filter { ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key) }
        return environment.merging(told) { own, _ in own }
    }

    /// Where the program lies; nil where it is not installed.
    package static func path(of name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/", "/bin/"].map { $0 + name }.first(where: FileManager.default.isExecutableFile)
    }

    /// Starts a program with its output in the file `log`; the caller ends it.
    package static func start(
        _ name: String, _ arguments: [String], directory: String, log: String, environment: [String: String]? = nil
    ) throws -> Process {
        guard let path = path(of: name) else { throw ToolError(command: name, output: "not installed") }
        try Data().write(to: URL(fileURLWithPath: log))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        if let environment { process.environment = environment }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }

    /// Runs a program to its end and returns what it wrote; throws `ToolError` unless it succeeds.
    @discardableResult
    package static func run(_ name: String, _ arguments: [String], directory: String) async throws -> String {
        let log = directory + "/" + UUID().uuidString + ".log"
        let process = try start(name, arguments, directory: directory, log: log)
        // `waitUntilExit` would block a thread of the pool the tests themselves run on.
        let status = try await eventually("the end of \(name)", within: .seconds(60)) {
            process.isRunning ? nil : process.terminationStatus
        }
        let output = text(of: log)
        guard status == 0 else {
            throw ToolError(command: "\(name) \(arguments.joined(separator: " "))", output: output)
        }
        return output
    }

    /// Ends a program at once.
    ///
    /// A child started from a thread of Swift's pool inherits that thread's signal mask, in which SIGTERM is blocked
    /// (observed 2026-11, Foundation 6.3 on Linux); SIGKILL cannot be.
    package static func end(_ process: Process) { kill(process.processIdentifier, SIGKILL) }

    /// What a file holds; empty where there is none.
    package static func text(of path: String) -> String {
        // Read to the end rather than to the size: files under /proc have none.
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// A program that could not be run or did not succeed.
package struct ToolError: Error, CustomStringConvertible {
    package let command: String
    package let output: String

    package init(command: String, output: String) {
        self.command = command
        self.output = output
    }

    package var description: String { "\(command) failed: \(output)" }
}

/// Asks every 5 ms until there is an answer; throws `ToolError` after ten seconds.
package func eventually<Result>(
    _ what: String, within limit: Duration = .seconds(120), _ answer: () throws -> Result?
) async throws -> Result {
    let end = ContinuousClock.now + limit
    while true {
        // Looked at once more when the time is up: on a busy machine it may have been up before anybody looked.
        let isLast = ContinuousClock.now >= end
        if let result = try answer() { return result }
        guard !isLast else { throw ToolError(command: "waiting for \(what)", output: "not within \(limit)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
