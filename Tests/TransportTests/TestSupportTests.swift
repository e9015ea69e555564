// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import TestSupport
import Testing
import Transport

/// The test tools themselves.
@Suite struct TestSupportTests {
    @Test func `a script answers in order, records the calls and fails past its end`() async throws {
        let script = ScriptedTransport([.success(Reply(status: 201)), .failure(.cancelled)])
        let first = try await script.transport.send(HTTPCall(.get, "h.example", "/1"))
        #expect(first.status == 201)
        await expectError("cancelled") { try await script.transport.send(HTTPCall(.get, "h.example", "/2")) }
        let error = await expectError("unusable") { try await script.transport.send(HTTPCall(.get, "h.example", "/3")) }
        #expect(error?.description.contains("GET h.example/3") == true)
        #expect(script.calls.map(\.request.path) == ["/1", "/2", "/3"])
    }

    @Test func `manual clocks move by sleeping and by hand`() async throws {
        let time = ManualTime()
        let start = time.source.now()
        try await time.source.sleep(.milliseconds(1500))
        time.advance(by: .seconds(1))
        #expect(time.source.now().timeIntervalSince(start) == 2.5)
        #expect(time.source.uptime() == .milliseconds(2500))
        #expect(time.sleeps == [.milliseconds(1500)])
        time.setNow(start)
        #expect(time.source.now() == start)
        #expect(time.uptime == .milliseconds(2500))
    }

    @Test func `a temporary directory is new and does not outlive its use`() async throws {
        let first = try await withTemporaryDirectory { path in
            await Task.yield()
            try withTemporaryDirectory { #expect($0 != path) }
            try Data([1]).write(to: URL(filePath: path + "/x"))
            return path
        }
        #expect(!FileManager.default.fileExists(atPath: first))
    }

    @Test func `a golden text that differs or is missing is an issue`() throws {
        try withTemporaryDirectory { directory in
            let golden = directory + "/Golden"
            try FileManager.default.createDirectory(atPath: golden, withIntermediateDirectories: true)
            try Data("one\ntwo\n".utf8).write(to: URL(filePath: golden + "/x.txt"))
            let file = directory + "/Test.swift"
            try expectGolden("one\ntwo\n", "x.txt", filePath: file)
            withKnownIssue { try expectGolden("one\n2\n", "x.txt", filePath: file) }
            withKnownIssue { try expectGolden("", "missing.txt", filePath: file) }
        }
    }

    @Test func `the package root holds the manifest`() {
        #expect(FileManager.default.fileExists(atPath: packageRoot + "/Package.swift"))
    }
}
