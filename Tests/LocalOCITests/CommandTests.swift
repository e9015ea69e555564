// SPDX-License-Identifier: MIT

import Files
import Foundation
import HTTPTypes
import JSON
import LocalOCI
import TestSupport
import Testing
import Transport

/// The built program as a user runs it.
struct CommandTests {
    private struct Outcome: Sendable {
        let status: Int32
        let output: [UInt8]
        let errors: String
    }

    /// The executable lies beside the test bundle.
    private static func program(_ arguments: [String]) -> Process {
        let process = Process()
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0])
        process.executableURL = bundle.deletingLastPathComponent().appending(path: "local-oci")
        process.arguments = arguments
        return process
    }

    private static func run(_ arguments: [String]) throws -> Outcome {
        let process = program(arguments)
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: bytes, errors: text)
    }

    private static let range = ["--from", "2026-01-05T00:00:00Z", "--to", "2026-01-05T06:00:00Z", "--every", "2h"]

    @Test func `feed writes lines that a recording serves, and tells the truth about them`() throws {
        try withTemporaryDirectory { directory in
            let truth = directory + "/truth.json"
            let plain = try Self.run(["feed", "--seed", "9"] + Self.range + ["--truth", truth])
            #expect(plain.status == 0)
            let lines = plain.output.split(separator: UInt8(ascii: "\n"))
            #expect(lines.count == 3)
            let expected = try JSONValue.parse(try #require(try FileSystem.read(truth)))
            var seen = Set<Int>()
            for line in lines {
                let body = try #require(try JSONValue.parse(Array(line))["body"]?.array)
                seen.formUnion(body.compactMap { $0["id"]?.int })
            }
            #expect(expected["uniqueIds"]?.int == seen.count)
            #expect(expected["polls"]?.int == 3)
            let zipped = try Self.run(["feed", "--seed", "9", "--gzip"] + Self.range)
            #expect(zipped.output.count < plain.output.count / 3)
            #expect(try GzipCoding.inflate(zipped.output) == plain.output)
            let path = directory + "/feed.gz"
            try FileSystem.replace(path, zipped.output)
            let recording = try RecordedFeed(path: path)
            var generator = FeedGenerator(seed: 9, start: instant("2026-01-05T00:00:00Z"))
            let noon = instant("2026-01-05T04:00:00Z")
            #expect(recording.answer(at: noon)?.body == generator.answer(at: noon))
        }
    }

    @Test(arguments: [
        ["feed", "--from", "x", "--to", "y"], ["feed", "--from", "2026-01-05T00:00:00Z", "--to", "later"],
        ["feed", "--from", "2026-01-05T00:00:00Z", "--to", "2026-01-06T00:00:00Z", "--every", "soon"],
        ["serve", "--data", "/tmp/never-made", "--clock", "noon"],
        ["serve", "--data", "/tmp/never-made", "--start", "x"],
        ["serve"], ["dance"],
    ])
    func `a bad argument is told and nothing is done`(arguments: [String]) throws {
        let outcome = try Self.run(arguments)
        #expect(outcome.status != 0)
        #expect(!outcome.errors.isEmpty)
        #expect(!FileSystem.exists("/tmp/never-made/server"))
    }

    @Test func `help says what it is not for`() throws {
        #expect(String(decoding: try Self.run(["--help"]).output, as: UTF8.self).contains("NOT FOR PRODUCTION"))
    }

    @Test func `serve announces itself in one line, answers, logs, and ends at SIGTERM`() throws {
        try withTemporaryDirectory { directory in
            let process = Self.program([
                "serve", "--data", directory + "/d", "--clock", "2026-01-05T00:00:00Z", "--log", directory + "/log",
            ])
            let output = Pipe()
            let errors = Pipe()
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            let line = try #require(Self.firstLine(output.fileHandleForReading))
            let endpoints = try JSONValue.parse(line)
            let kept = try #require(try FileSystem.read(directory + "/d/client/endpoints.json"))
            #expect(try JSONValue.parse(kept) == endpoints)
            let url = try #require(endpoints["feed_url"]?.string.flatMap { URL(string: $0) })
            let names = [
                "url", "oci_config", "key_file", "namespace", "tenancy", "user", "compartment", "region", "bucket",
                "vault_id", "topic_id",
            ]
            for name in names { #expect(endpoints[name]?.string?.isEmpty == false, "\(name)") }
            let config = try #require(try FileSystem.read(endpoints["oci_config"]?.string ?? ""))
            #expect(String(decoding: config, as: UTF8.self).hasPrefix("[DEFAULT]\nuser=ocid1.user."))
            let mode = try FileManager.default.attributesOfItem(atPath: endpoints["key_file"]?.string ?? "")
            #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            let body = try JSONValue.parse([UInt8](try Data(contentsOf: url)))
            #expect(body.array?.count == 500)
            process.terminate()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
            let log = try #require(try FileSystem.read(directory + "/log"))
            #expect(try JSONValue.parse(log)["target"]?.string == "/api/events")
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(text.contains("NOT FOR PRODUCTION"))
        }
    }

    @Test func `what was acknowledged before a kill is there after it`() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            let transport = try HTTPTransport.curl(CurlOptions(userAgent: "local-oci-test"))
            var acknowledged: [String] = []
            for round in 0..<3 {
                let process = Self.program(["serve", "--data", directory + "/d", "--no-verify"])
                let output = Pipe()
                process.standardOutput = output
                process.standardError = FileHandle.nullDevice
                try process.run()
                let line = try #require(Self.firstLine(output.fileHandleForReading))
                let authority = try #require(try JSONValue.parse(line)["url"]?.string).dropFirst("http://".count)
                func call(_ method: HTTPRequest.Method, _ name: String) -> HTTPCall {
                    let path = "/n/localns/b/polisen-events-collector/o/" + name
                    return HTTPCall(
                        HTTPRequest(method: method, scheme: "http", authority: String(authority), path: path),
                        body: method == .put ? Array(name.utf8) : nil)
                }
                for name in acknowledged {
                    let kept = try await transport.send(call(.get, name))
                    #expect(kept.body == Array(name.utf8))
                }
                for number in 0..<5 {
                    let name = "round-\(round)-\(number)"
                    if try await transport.send(call(.put, name)).status == 200 { acknowledged.append(name) }
                }
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            #expect(acknowledged.count == 15)
        }
    }

    @Test func `a port that is taken is told`() throws {
        try withTemporaryDirectory { directory in
            let first = try HTTPListener(port: 0) { _ in ServerResponse(status: 200) }
            let outcome = try Self.run(["serve", "--data", directory + "/d", "--port", String(first.port)])
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("in use"))
        }
    }

    private static func firstLine(_ handle: FileHandle) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            guard let byte = handle.readData(ofLength: 1).first else { return nil }
            if byte == UInt8(ascii: "\n") { return line }
            line.append(byte)
        }
    }
}
