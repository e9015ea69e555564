// SPDX-License-Identifier: MIT

import Files
import TestSupport
import Testing

/// The commands about alarms as programs of a pipe.
@Suite struct EndToEndAlarmTests {
    private func shell(_ script: String, _ directory: String) async throws -> String {
        let program = builtExecutable("polisen-collector")
        let line = script.replacing("COLLECTOR", with: "env -u POLISEN_CONFIG \(program)")
        return try await ToolProcess.run("sh", ["-c", line], directory: directory)
    }

    @Test func `queries come by standard input and go on in their form`() async throws {
        try await withTemporaryDirectory { home async throws in
            let one = try await shell("printf 'a[1m]\\n  .max()>80\\n' | COLLECTOR mql fmt -", home)
            #expect(one == "a[1m].max() > 80\n")
            let refused = try await shell("printf 'a[1m' | COLLECTOR mql check - || echo status $?", home)
            #expect(refused.hasSuffix("status 65\n"))
            let mistyped = try await shell("COLLECTOR mql chek 'a[1m].max()' 2>&1 || echo status $?", home)
            #expect(mistyped.contains("did you mean check?") && mistyped.hasSuffix("status 64\n"))
        }
    }

    @Test func `data come by standard input, compressed or not, and the back-test is silent in a pipe`() async throws {
        try await withTemporaryDirectory { home async throws in
            let line = """
                {"name":"clock_skew_seconds","dimensions":{"job":"polisen"},"start":"2026-01-05T00:00:00Z","step":"30m",\
                "values":"0x9 90x9 0x9"}
                """
            try FileSystem.replace(home + "/data.jsonl", Array(line.utf8))
            let command = "COLLECTOR alarms backtest --alarms \(packageRoot)/alarms --filter clock --data - 2>errors"
            let plain = try await shell("cat data.jsonl | \(command)", home)
            let compressed = try await shell("gzip -c data.jsonl | \(command)", home)
            #expect(plain.contains("WARNING clock-skew") && plain == compressed)
            #expect(try FileSystem.read(home + "/errors") == [])
        }
    }

    @Test func `a directory of alarms beside one is found without being told`() async throws {
        try await withTemporaryDirectory { home async throws in
            try await ToolProcess.run(
                "cp", ["-r", packageRoot + "/alarms", packageRoot + "/runbooks", home], directory: home)
            let linted = try await shell("COLLECTOR alarms lint", home)
            #expect(linted.contains("no-successful-run") && !linted.contains(" error"))
            let tested = try await shell("COLLECTOR alarms test --filter watchdog", home)
            #expect(tested.contains(" 0 failed"))
            let book = try await shell("COLLECTOR runbook watchdog", home)
            #expect(book.hasPrefix("# ") && !book.contains("\u{1B}"))
        }
    }
}
