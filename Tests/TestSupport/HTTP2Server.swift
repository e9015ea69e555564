// SPDX-License-Identifier: MIT

import Foundation

/// An HTTP/2 server on 127.0.0.1 over TLS: `nghttpd` of Debian's nghttp2-server, which serves files.
package final class HTTP2Server: Sendable {
    /// Whether the program is installed; tests say that they skip where it is not.
    package static var isAvailable: Bool { ToolProcess.path(of: "nghttpd") != nil }

    /// The port of 127.0.0.1 it listens on.
    package let port: Int
    private let process: Process

    /// Starts a server that shows the good certificate and serves `files` by name.
    package init(_ certificates: TestCertificates, files: [String: String]) async throws {
        let directory = certificates.directory + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
        }
        let process = try ToolProcess.start(
            "nghttpd",
            ["-a", "127.0.0.1", "-d", directory, "0", certificates.key(.good), certificates.certificate(.good)],
            directory: directory, log: directory + ".log")
        self.process = process
        port = try await eventually("the port of nghttpd") { Self.listeningPort(of: process.processIdentifier) }
    }

    /// `127.0.0.1:port`, as a URL's authority.
    package var authority: String { "127.0.0.1:\(port)" }

    /// Ends the server.
    package func stop() { ToolProcess.end(process) }

    /// nghttpd does not say which port it got: the kernel does, by way of the socket's inode.
    private static func listeningPort(of process: Int32) -> Int? {
        let descriptors = "/proc/\(process)/fd"
        // The process may not have got that far; then there is nothing to find yet.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
        let links = names.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\($0)")
        }
        let inodes = Set(links.filter { $0.hasPrefix("socket:[") }.map { $0.dropFirst(8).dropLast() })
        for line in ToolProcess.text(of: "/proc/\(process)/net/tcp").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", inodes.contains(fields[9]) else { continue }
            return fields[1].split(separator: ":").last.flatMap { Int($0, radix: 16) }
        }
        return nil
    }
}

/// Runs `body` with an HTTP/2 server that serves `files` by name.
package func withHTTP2Server<Result>(
    _ certificates: TestCertificates, files: [String: String], body: (HTTP2Server) async throws -> Result
) async throws -> Result {
    let server = try await HTTP2Server(certificates, files: files)
    defer { server.stop() }
    return try await body(server)
}
