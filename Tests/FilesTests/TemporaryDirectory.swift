// SPDX-License-Identifier: MIT

import Foundation

/// A directory of its own for one test, gone with the last reference.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "edge-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    // Losing the error is right: a directory left under /tmp fails no test.
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path in the directory.
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Names in the directory, the hidden ones too.
    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

/// What a program that was run to its end said.
struct Finished: Sendable {
    var status: Int32
    var output: String
}

/// Runs a program to its end; its standard error joins its standard output.
func run(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws -> Finished {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Finished(status: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self))
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
