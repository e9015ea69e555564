// SPDX-License-Identifier: MIT

import Foundation

/// An HTTPS server on 127.0.0.1: `openssl s_server`, which answers `GET /name` with the bytes of a file.
///
/// Each answer is the file's bytes as they stand, status line and headers included, on a connection of its own; other
/// methods and names get nothing. Use it by `withTLSServer`.
package final class TLSServer: Sendable {
    /// The port of 127.0.0.1 it listens on.
    package let port: Int
    private let process: Process

    /// Starts a server that shows `leaf`; `answers` are raw HTTP answers by name. Arguments go to `s_server` besides.
    package init(
        _ certificates: TestCertificates, _ leaf: TestCertificates.Leaf = .good, answers: [String: String],
        arguments: [String] = []
    ) async throws {
        let directory = certificates.directory + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, answer) in answers {
            try Data(answer.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
        }
        let log = directory + ".log"
        let process = try ToolProcess.start(
            "openssl",
            ["s_server", "-accept", "127.0.0.1:0", "-HTTP"] + arguments
                + ["-cert", certificates.certificate(leaf), "-key", certificates.key(leaf)],
            directory: directory, log: log)
        self.process = process
        port = try await eventually("the port of openssl s_server") {
            let output = ToolProcess.text(of: log)
            if !process.isRunning { throw ToolError(command: "openssl s_server", output: output) }
            let lines = output.split(separator: "\n").filter { $0.hasPrefix("ACCEPT ") }
            // A line counts once it is whole.
            return output.hasSuffix("\n") ? lines.first?.split(separator: ":").last.flatMap { Int($0) } : nil
        }
    }

    /// `127.0.0.1:port`, as a URL's authority.
    package var authority: String { "127.0.0.1:\(port)" }

    /// Ends the server.
    package func stop() { ToolProcess.end(process) }
}

/// Runs `body` with an HTTPS server that shows `leaf` and answers `GET /name` with `answers[name]`, raw.
package func withTLSServer<Result>(
    _ certificates: TestCertificates, _ leaf: TestCertificates.Leaf = .good, answers: [String: String],
    arguments: [String] = [], body: (TLSServer) async throws -> Result
) async throws -> Result {
    let server = try await TLSServer(certificates, leaf, answers: answers, arguments: arguments)
    defer { server.stop() }
    return try await body(server)
}
