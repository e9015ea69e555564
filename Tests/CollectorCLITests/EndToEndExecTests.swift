// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// `exec` by the built program, with a shell as the job.
@Suite struct EndToEndExecTests {
    private func exec(
        _ host: EndToEndHost, _ script: String, _ flags: [String] = [], environment: [String: String] = [:]
    ) async throws -> EndedProgram {
        let arguments = ["exec", "--job", "j", "--state-path", host.state] + flags + ["--", "sh", "-c", script]
        return try await host.run(arguments, environment: environment)
    }

    /// Other tests in this process ignore signals; a program inherits that, and a shell could not change it.
    private static let defaults = "/usr/bin/env --default-signal"

    private func records(_ host: EndToEndHost) throws -> [RunRecord] {
        try RunLedger(statePath: host.state + "/jobs/j").last(.max).runs
    }

    @Test(arguments: [
        ("exit 0", Int32(0), RunRecord.Outcome.success, ""), ("exit 3", 3, .failed, "exec_exit"),
        ("kill -KILL $$", 137, .killed, "killed"), ("ulimit -c 0; kill -SEGV $$", 139, .killed, "crashed"),
    ])
    func `the command's end is ours, and on record`(
        script: String, status: Int32, outcome: RunRecord.Outcome, type: String
    ) async throws {
        try await EndToEndHost.use { host in
            let ended = try await exec(host, "echo out; echo err >&2; \(script)")
            #expect(ended.status == status)
            #expect(ended.output == "out\n")
            #expect(ended.errors == "err\n")
            let record = try #require(try records(host).first)
            #expect(record.outcome == outcome)
            #expect(record.command == .exec)
            #expect(record.error?.type ?? "" == type)
            #expect((record.execution?.outputTail != nil) == (outcome != .success))
            #expect(!FileSystem.exists(host.state + "/jobs/j/running.json"))
        }
    }

    @Test func `a command that is not there or no program is told as shells do`() async throws {
        try await EndToEndHost.use { host in
            for (program, status) in [("no-such-program", Int32(127)), ("/etc/passwd", 126)] {
                let ended = try await host.run(["exec", "--job", "j", "--state-path", host.state, "--", program])
                #expect(ended.status == status)
                #expect(ended.errors.contains(program))
            }
            #expect(try records(host).map(\.error?.exitCode) == [126, 127])
        }
    }

    @Test func `after its time it is told to end, then ended with all its children`() async throws {
        try await EndToEndHost.use { host in
            let script = "trap '' TERM; echo begun; while :; do sleep 0.05; done"
            let ended = try await exec(host, script, ["--timeout", "1s", "--kill-after", "200ms"])
            #expect(ended.status == 124)
            #expect(ended.output == "begun\n")
            let record = try #require(try records(host).first)
            #expect(record.error?.type == "exec_timeout")
            #expect(record.execution?.isTimedOut == true)
        }
    }

    @Test func `signals reach the command, and its own end counts`() async throws {
        try await EndToEndHost.use { host in
            let unmask =
                "sigprocmask(SIG_UNBLOCK, POSIX::SigSet->new(SIGTERM, SIGUSR1)); "
                + "$SIG{$_} = 'DEFAULT' for qw(TERM USR1); exec @ARGV"
            let script =
                "trap 'echo usr1' USR1; trap 'echo term; exit 5' TERM; kill -USR1 $PPID; sleep 0.2; "
                + "kill -TERM $PPID; i=0; while [ $i -lt 200 ]; do sleep 0.1; i=$((i+1)); done"
            let ended = try await host.run(
                ["exec", "--job", "j", "--state-path", host.state, "--", "sh", "-c", script],
                inside: ["/usr/bin/perl", "-MPOSIX", "-e", unmask])
            #expect(ended.status == 5)
            #expect(ended.output == "usr1\nterm\n")
            #expect(try records(host).first?.execution?.exitStatus == 5)
        }
    }

    @Test func `a stop that reaches the command before exec is still a stop, not a kill by somebody else`() async throws
    {
        try await EndToEndHost.use { host in
            let unmask = "sigprocmask(SIG_SETMASK, POSIX::SigSet->new()); $SIG{TERM} = 'DEFAULT'; exec @ARGV"
            // As systemd does for all of a unit, with the command first; by perl, since a shell is slow between two kills.
            let both = "$p = getppid; $c = $$; if (!fork) { kill('TERM', $c); kill('TERM', $p); exit } sleep 10"
            let ended = try await host.run(
                ["exec", "--job", "j", "--state-path", host.state, "--", "perl", "-e", both],
                inside: ["/usr/bin/perl", "-MPOSIX", "-e", unmask])
            #expect(ended.status == 143)
            let record = try #require(try records(host).first)
            #expect(record.outcome == .failed && record.error?.type == "exec_terminated", "\(record)")
        }
    }

    @Test func `a command gets the signal mask that exec was started with`() async throws {
        try await EndToEndHost.use { host in
            let command = ["grep", "SigBlk", "/proc/self/status"]
            let direct = try await ToolProcess.run("grep", ["SigBlk", "/proc/self/status"], directory: host.root)
            let ended = try await host.run(["exec", "--job", "j", "--state-path", host.state, "--"] + command)
            #expect(ended.output == direct)
        }
    }

    @Test func `the same job is skipped while it runs, unless parallel ones are allowed`() async throws {
        try await EndToEndHost.use { host in
            let held = try #require(try FileLock.tryAcquire(host.state + "/jobs/j/lock"))
            let skipped = try await exec(host, "echo ran")
            #expect(skipped.status == 75)
            #expect(skipped.output == "")
            #expect(try records(host).first?.skipReason == .locked)
            let parallel = try await exec(host, "echo ran", ["--allow-parallel"])
            #expect(parallel.output == "ran\n")
            held.release()
            #expect(try await exec(host, "echo ran").output == "ran\n")
        }
    }

    @Test func `much output passes whole, and a reader that goes away ends it`() async throws {
        try await EndToEndHost.use { host in
            let ended = try await exec(host, "head -c 3000000 /dev/zero | tr '\\0' x; echo; exit 1")
            #expect(ended.output.utf8.count == 3_000_001)
            let record = try #require(try records(host).first)
            #expect(record.execution?.outputBytes == 3_000_001)
            #expect((record.execution?.outputTail?.utf8.count ?? 0) <= 65_536)
            let program = builtExecutable("polisen-collector")
            let pipe = "\(Self.defaults) \(program) exec --job j --state-path \(host.state) -- yes | head -n 2"
            #expect(try await ToolProcess.run("sh", ["-c", pipe], directory: host.root) == "y\ny\n")
            #expect(try records(host).first?.error?.type == "exec_broken_pipe")
        }
    }

    @Test func `what a background process holds open does not keep exec waiting`() async throws {
        try await EndToEndHost.use { host in
            // Foundation's Process waits for all that hold its own pipe, so the shell takes the time.
            let program = builtExecutable("polisen-collector")
            let line =
                "\(Self.defaults) \(program) exec --job j --state-path \(host.state) -- sh -c 'sleep 60 & echo $!; exit 0' > out; "
                + "kill $(cat out) && echo it was still there"
            let said = try await ToolProcess.run("sh", ["-c", line], directory: host.root)
            #expect(said == "it was still there\n")
        }
    }

    @Test func `a state that cannot be written does not keep the command from running`() async throws {
        try await EndToEndHost.use { host in
            try Data("a file".utf8).write(to: URL(fileURLWithPath: host.state))
            let ended = try await exec(host, "echo ran; exit 3")
            #expect(ended.status == 3)
            #expect(ended.output == "ran\n")
            #expect(ended.errors.contains("cannot"))
        }
    }

    @Test func `a wrong configuration is told, and the command runs`() async throws {
        try await EndToEndHost.use { host in
            let ended = try await exec(host, "echo ran", environment: ["POLISEN_RUN_DEADLINE": "soon"])
            #expect(ended.status == 0)
            #expect(ended.output == "ran\n")
            #expect(ended.errors.contains("run.deadline"))
        }
    }

    @Test func `a run that died without a record is buried by the next`() async throws {
        try await EndToEndHost.use { host in
            var random = SeededGenerator(seed: 7)
            let dead = RunID(at: Date().addingTimeInterval(-60), using: &random)
            let marker = #"{"schema":1,"run_id":"\#(dead)","started_at":"\#(Timestamp.text(dead.date))","pid":1}"#
            try FileManager.default.createDirectory(atPath: host.state + "/jobs/j", withIntermediateDirectories: true)
            try Data(marker.utf8).write(to: URL(fileURLWithPath: host.state + "/jobs/j/running.json"))
            #expect(try await exec(host, "true").status == 0)
            #expect(try records(host).map(\.outcome) == [.success, .killed])
            #expect(try records(host).last?.runID == dead)
        }
    }

    @Test func `no secret of the command's world is kept or shown`() async throws {
        try await EndToEndHost.use { host in
            let canary = "c4n4ry-S3CRET-value"
            let script = "echo $MY_API_KEY; echo \"Authorization: Bearer \(canary)\"; echo token=\(canary); exit 1"
            let ended = try await exec(host, script, environment: ["MY_API_KEY": canary])
            #expect(ended.output.contains(canary), "what the command says passes untouched")
            let flags = ["--state-path", host.state, "--exec-job", "j"]
            var shown = ToolProcess.text(
                of: try #require(try RunLedger(statePath: host.state + "/jobs/j").files().first))
            for command in [["status"], ["explain"], ["status", "--json"], ["explain", "--json"]] {
                let told = try await host.run(command + flags, environment: ["MY_API_KEY": canary])
                shown += told.output + told.errors
            }
            #expect(!shown.contains(canary))
            #expect(shown.contains("[redacted]"))
        }
    }

    @Test func `a secret that comes in pieces, with the other stream in between, is kept in none of them`() async throws
    {
        try await EndToEndHost.use { host in
            let script =
                "printf 'token=c4n'; sleep 0.1; echo a word >&2; sleep 0.1; printf '4ry-S3CRET\\n'; printf 'the s3cr'; "
                + "sleep 0.1; echo of the environment >&2; sleep 0.1; printf '3t-of-it'; exit 1"
            let ended = try await exec(host, script, environment: ["MY_TOKEN": "s3cr3t-of-it"])
            #expect(ended.output == "token=c4n4ry-S3CRET\nthe s3cr3t-of-it")
            let execution = try #require(try records(host).first?.execution)
            let text = "a word\ntoken=[redacted]\nof the environment\nthe [redacted]"
            #expect(execution.outputTail == text)
            #expect(execution.outputBytes == (ended.output + ended.errors).utf8.count)
        }
    }

    @Test func `64 KiB of output are kept, of a line without an end, too`() async throws {
        try await EndToEndHost.use { host in
            for script in [
                "perl -e 'print \"y\\n\" x 100000'; exit 1", "head -c 200000 /dev/zero | tr '\\0' y; exit 1",
            ] {
                _ = try await exec(host, script)
                let execution = try #require(try records(host).first?.execution)
                #expect(execution.outputTail?.utf8.count == 65_536, "\(script)")
                #expect(execution.outputBytes == 200_000)
            }
        }
    }

    @Test(arguments: ["../x", ".", "", "a b", "-x"])
    func `a job's name is never a path`(name: String) async throws {
        try await EndToEndHost.use { host in
            let ended = try await host.run(["exec", "--job=\(name)", "--state-path", host.state, "--", "true"])
            #expect(ended.status == 64)
        }
    }
}
