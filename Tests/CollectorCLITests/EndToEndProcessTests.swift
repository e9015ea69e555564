// SPDX-License-Identifier: MIT

import Files
import JSON
import TestSupport
import Testing

@testable import Ledger

/// What the built program makes of the process it finds itself in.
@Suite struct EndToEndProcessTests {
    @Test func `a refused configuration is in the ledger of a state directory that is there`() async throws {
        try await EndToEndHost.use { host in
            try FileSystem.makeDirectories(host.state)
            let ended = try await host.run(["collect", "--json", "--state-path", host.state, "--feed-timeout", "soon"])
            #expect(ended.status == 78)
            let record = try #require(try host.records().last)
            #expect(record.outcome == .failed && record.error?.type == "configuration" && record.error?.exitCode == 78)
            #expect(record.error?.message.contains("feed.timeout") == true)
            #expect(ended.output.contains(record.runID.description) && ended.output.hasPrefix("{"))
        }
    }

    @Test func `a replay that waits for input ends when told to`() async throws {
        try await EndToEndHost.use { host in
            let program = builtExecutable("polisen-collector")
            let command =
                "tail -f /dev/null | timeout --preserve-status -s TERM 1 \(program) replay - --state-path \(host.state) "
                + "--archive-path \(host.archive) & wait $!; echo status $?; kill %1"
            let ended = try runProgram("/bin/bash", ["-mc", command])
            #expect(String(decoding: ended.output, as: UTF8.self).contains("status 75"))
        }
    }

    @Test func `closed standard streams are nobody's files`() async throws {
        try await EndToEndHost.use { host in
            let program = builtExecutable("polisen-collector")
            let command =
                "\(program) collect --feed-url http://127.0.0.1:1/ --state-path \(host.state) --archive-path \(host.archive) "
                + "--run-deadline 1s --log-target json 0<&- 1>&- 2>&-"
            #expect(try runProgram("/bin/sh", ["-c", command]).status == 69)
            #expect(try host.records().count == 1)
            for file in try FileSystem.walk(host.state) {
                let bytes = try #require(try FileSystem.read(host.state + "/" + file))
                #expect(!String(decoding: bytes, as: UTF8.self).contains("run started"), "\(file)")
            }
        }
    }
}
