// SPDX-License-Identifier: MIT

import Files
import Foundation
import Ledger
import TestSupport
import Testing

/// `exec` where its output, its reader or itself comes to grief.
@Suite struct EndToEndExecEdgeTests {
    /// The command line that runs `script` as job `j`, in a shell's words, with the signals a shell has.
    private func line(_ host: EndToEndHost, _ script: String, _ flags: String = "") -> String {
        "/usr/bin/env --default-signal \(builtExecutable("polisen-collector")) exec --job j "
            + "--state-path \(host.state) \(flags) -- sh -c '\(script)'"
    }

    private func shell(_ host: EndToEndHost, _ line: String) async throws -> EndedProgram {
        try await EndedProgram.shell(line, host)
    }

    private func records(_ host: EndToEndHost) throws -> [RunRecord] {
        try RunLedger(statePath: host.state + "/jobs/j").last(.max).runs
    }

    @Test(arguments: [
        ("echo hello", Int32(73), "exec_output_lost", "6 bytes of standard output"),
        ("echo hello; exit 3", 3, "exec_exit", "6 bytes of standard output"),
        (
            "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; echo end >&2", 73, "exec_output_lost",
            "220000 "
        ),
    ])
    func `output that cannot be written is no success, and the command is not ended for it`(
        script: String, status: Int32, type: String, words: String
    ) async throws {
        try await EndToEndHost.use { host in
            let ended = try await shell(host, line(host, script) + " > /dev/full")
            #expect(ended.status == status, "\(ended.errors)")
            #expect(ended.errors.contains(words) && ended.errors.contains("No space left on device"), "\(ended.errors)")
            if status == 73, script.hasSuffix(">&2") { #expect(ended.errors.contains("end\n")) }
            let record = try #require(try records(host).first)
            #expect(record.outcome == .failed && record.error?.type == type, "\(record)")
            #expect(record.error?.exitCode == Int(status))
            #expect(record.error?.message.contains("(errno 28)") == true)
            #expect(record.execution?.outputTail?.isEmpty == false, "what was said is kept all the same")
        }
    }

    @Test func `a file that may grow no more ends neither exec nor the account`() async throws {
        try await EndToEndHost.use { host in
            let script = "head -c 3000000 /dev/zero; exit 0"
            // 2,000 blocks of 512 bytes; the command itself writes into a pipe, which has no limit.
            let ended = try await shell(host, "ulimit -f 2000; \(line(host, script)) > \(host.root)/big")
            #expect(ended.status == 73, "\(ended.errors)")
            #expect(try records(host).first?.error?.type == "exec_output_lost")
        }
    }

    @Test func `an exec that is killed leaves the job's turn to its command, and no run beside it`() async throws {
        try await EndToEndHost.use { host in
            let pids = host.root + "/pids"
            // Not a word is written, since nobody reads any more.
            let script = "echo $$ $PPID > \(pids).new; mv \(pids).new \(pids); exec sleep 300"
            _ = try ChildProcess.start(
                "/bin/sh", ["-c", line(host, script)], environment: ["PATH": "/usr/bin:/bin", "HOME": host.root],
                output: host.root + "/out", errors: host.root + "/err")
            let numbers = try await eventually("the command's pid") { () -> [Int32]? in
                let found = ToolProcess.text(of: pids).split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
                return found.count == 2 ? found : nil
            }
            defer { kill(numbers[0], SIGKILL) }
            kill(numbers[1], SIGKILL)
            // Foundation waits for all that have inherited its pipe, the command among them.
            _ = try await eventually("the end of exec") {
                let stat = ToolProcess.text(of: "/proc/\(numbers[1])/stat")
                return stat.isEmpty || stat.contains(") Z ") ? true : nil
            }
            let beside = try await shell(host, line(host, "echo ran"))
            #expect(beside.status == 75 && beside.output.isEmpty, "\(beside.output)\(beside.errors)")
            kill(numbers[0], SIGKILL)
            _ = try await eventually("the job's turn") {
                guard let lock = try? FileLock.tryAcquire(host.state + "/jobs/j/lock") else { return nil as Bool? }
                lock.release()
                return true
            }
            #expect(try await shell(host, line(host, "echo ran")).output == "ran\n")
        }
    }

    @Test func `what a run that ended leaves in the background keeps no turn`() async throws {
        try await EndToEndHost.use { host in
            let pid = host.root + "/pid"
            let leaves = line(host, "sleep 300 > /dev/null 2>&1 & echo $! > \(pid)")
            let both = "\(leaves); kill -0 $(cat \(pid)) && \(line(host, "echo ran")); kill $(cat \(pid))"
            let ended = try await shell(host, both)
            #expect(ended.output == "ran\n" && ended.status == 0, "\(ended.errors)")
        }
    }

    @Test func `a reader that is slower than the time limit costs no processor time`() async throws {
        try await EndToEndHost.use { host in
            // The command ends at once, with more output than one pipe holds; nobody reads for a while.
            let command = line(host, "head -c 100000 /dev/zero", "--timeout 300ms")
            let marker = host.state + "/jobs/j/running.json"
            // A thread that polls without a pause is seen running (R), one that waits is not (S).
            let watch =
                "pipe(R, W); if (!($p = fork)) { open(STDOUT, \">&W\"); close R; close W; exec @ARGV } close W; "
                + "select(undef, undef, undef, 0.1) until -e '\(marker)'; sleep 1; "
                + "for (1 .. 20) { select(undef, undef, undef, 0.05); $t = q(); "
                + "for (glob(\"/proc/$p/task/*/stat\")) { open(S, $_); $t .= (split / /, <S>)[2] } "
                + "$s .= $t =~ /R/ ? q(R) : q(S) } "
                + "1 while read(R, $b, 65536); waitpid($p, 0); print $? >> 8, qq( $s)"
            let said = try await ToolProcess.run(
                "perl", ["-e", watch, "sh", "-c", "exec " + command], directory: host.root)
            #expect(said.hasPrefix("0 "), "\(said)")
            #expect(said.filter { $0 == "S" }.count > 10, "\(said)")
            #expect(try records(host).first?.outcome == .success)
        }
    }

    @Test func `a program that is not there is told from one whose interpreter is not`() async throws {
        try await EndToEndHost.use { host in
            let script = host.root + "/job"
            try Data("#!/no/such/interpreter -x\n".utf8).write(to: URL(fileURLWithPath: script))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
            let flags = ["exec", "--job", "j", "--state-path", host.state, "--"]
            let bad = try await host.run(flags + [script])
            #expect(bad.status == 126)
            #expect(
                bad.errors.contains("\(script) cannot be run: the interpreter /no/such/interpreter "), "\(bad.errors)")
            let found = try await host.run(flags + ["job"], environment: ["PATH": "/usr/bin:\(host.root)"])
            #expect(found.status == 126 && found.errors.contains("/no/such/interpreter"), "\(found.errors)")
            let none = try await host.run(flags + [""])
            #expect(none.status == 127 && none.errors.contains("the command's name is empty"), "\(none.errors)")
            #expect(
                try records(host).map(\.error?.type) == [
                    "exec_not_found", "exec_not_executable", "exec_not_executable",
                ])
        }
    }

    @Test(arguments: [["bogus"], ["statsu", "--json"], ["archive", "verfy"]])
    func `a command there is not is told with those there are`(words: [String]) async throws {
        try await EndToEndHost.use { host in
            let ended = try await host.run(words)
            #expect(ended.status == 64)
            #expect(ended.errors.contains("has no command '"), "\(ended.errors)")
            #expect(ended.errors.contains(words[0] == "archive" ? "verify" : "collect"), "\(ended.errors)")
            if words[0] == "statsu" { #expect(ended.errors.contains("did you mean status?")) }
        }
    }
}
