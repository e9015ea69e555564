// SPDX-License-Identifier: MIT

package import Foundation

/// A program of the system that a test runs as its child.
package enum ToolProcess {
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
    package static func run(_ name: String, _ arguments: [String], directory: String) throws -> String {
        let log = directory + "/" + UUID().uuidString + ".log"
        let process = try start(name, arguments, directory: directory, log: log)
        process.waitUntilExit()
        let output = text(of: log)
        guard process.terminationStatus == 0 else {
            throw ToolError(command: "\(name) \(arguments.joined(separator: " "))", output: output)
        }
        return output
    }

    /// What a file holds; empty where there is none.
    package static func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

/// A program that could not be run or did not succeed.
package struct ToolError: Error, CustomStringConvertible {
    package let command: String
    package let output: String

    package var description: String { "\(command) failed: \(output)" }
}

/// Asks every 5 ms until there is an answer; throws `ToolError` after ten seconds.
package func eventually<Result>(
    _ what: String, within limit: Duration = .seconds(10), _ answer: () throws -> Result?
) async throws -> Result {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if let result = try answer() { return result }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw ToolError(command: "waiting for \(what)", output: "not within \(limit)")
}
