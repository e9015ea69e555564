// SPDX-License-Identifier: MIT

import Files
import Foundation
import Ledger
import TestSupport
import Testing

/// `exec` on a terminal, of which the test is keyboard and screen.
@Suite struct EndToEndTerminalTests {
    /// What the program wrote to the terminal, and how it ended.
    private struct Session {
        let screen: String
        let status: Int32
    }

    /// Runs `script` by `exec` in a session of its own; `keys` are typed once `ready` is on the screen.
    private func run(_ host: EndToEndHost, _ script: String, ready: String, keys: String) async throws -> Session {
        let program = builtExecutable("polisen-collector")
        let words = [
            "exec", program, "exec", "--job", "j", "--state-path", host.state, "--", "sh", "-c", "'\(script)'",
        ]
        // script(1) makes the terminal. What runs in it must not inherit what Swift's threads block and tests ignore.
        let unmask = "sigprocmask(SIG_SETMASK, POSIX::SigSet->new()); exec @ARGV"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "--default-signal", "perl", "-MPOSIX", "-e", unmask, "script", "--quiet", "--return", "--flush",
            "--command",
            words.joined(separator: " "), "/dev/null",
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": host.root, "SHELL": "/bin/sh"]
        let (keyboard, screen) = (Pipe(), host.root + "/screen")
        try Data().write(to: URL(fileURLWithPath: screen))
        process.standardInput = keyboard
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: screen))
        try process.run()
        defer { ToolProcess.end(process) }
        _ = try await eventually("a word on the screen", within: .seconds(120)) {
            ToolProcess.text(of: screen).contains(ready) ? true : nil
        }
        try keyboard.fileHandleForWriting.write(contentsOf: Data(keys.utf8))
        _ = try await eventually("the end of the session", within: .seconds(120)) { process.isRunning ? nil : true }
        return Session(screen: ToolProcess.text(of: screen), status: process.terminationStatus)
    }

    @Test func `the command has the terminal: it reads what is typed, and its output passes as it is`() async throws {
        try await EndToEndHost.use { host in
            let script = "test -t 0 && test -t 1 && test -t 2 && echo ready; read word; echo \"got $word\"; exit 4"
            let session = try await run(host, script, ready: "ready", keys: "hello\n")
            #expect(session.status == 4, "\(session.screen)")
            #expect(session.screen.contains("got hello"), "\(session.screen)")
            let record = try #require(try RunLedger(statePath: host.state + "/jobs/j").last(1).runs.first)
            #expect(record.execution?.exitStatus == 4)
            #expect(record.execution?.outputTail == nil, "a terminal's output is nobody else's")
        }
    }

    @Test func `Ctrl-C reaches the command once`() async throws {
        try await EndToEndHost.use { host in
            // A second signal would be counted in the time that follows; one that never comes ends by the loop.
            let script =
                "n=0; trap \"n=\\$((n+1))\" INT; echo ready; i=0; "
                + "while [ $n = 0 ] && [ $i -lt 3000 ]; do sleep 0.1; i=$((i+1)); done; "
                + "sleep 0.2; sleep 0.2; echo \"interrupted $n\"; exit 6"
            let session = try await run(host, script, ready: "ready", keys: "\u{3}")
            #expect(session.screen.contains("interrupted 1"), "\(session.screen)")
            #expect(session.status == 6)
            #expect(try RunLedger(statePath: host.state + "/jobs/j").last(1).runs.first?.execution?.exitStatus == 6)
        }
    }

    @Test func `a command that Ctrl-C ends is no command that somebody killed`() async throws {
        try await EndToEndHost.use { host in
            let session = try await run(host, "echo ready; exec sleep 300", ready: "ready", keys: "\u{3}")
            #expect(session.status == 130, "\(session.screen)")
            let record = try #require(try RunLedger(statePath: host.state + "/jobs/j").last(1).runs.first)
            #expect(record.outcome == .failed && record.error?.type == "exec_terminated")
            #expect(record.execution?.signal == 2)
        }
    }
}
