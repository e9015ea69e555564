// SPDX-License-Identifier: MIT

import Files
import Testing

@testable import CollectorCLI

@Suite struct ExecFailureTests {
    private static func failure(
        _ cause: Files.ChildProcess.End.Cause, oom: Bool = false, forwarded: [Int32] = [], isTimedOut: Bool = false
    ) -> ExecFailure? {
        var end = Files.ChildProcess.End(cause)
        (end.forwarded, end.isTimedOut) = (forwarded, isTimedOut)
        return ExecFailure(end, timeout: .seconds(60), wasOOM: oom)
    }

    @Test(
        arguments: [
            (.signalled(9, dumpedCore: false), "killed_oom"), (.exited(137), "killed_oom"), (.exited(1), "killed_oom"),
            (.exited(0), nil), (.signalled(11, dumpedCore: true), "crashed"),
        ] as [(Files.ChildProcess.End.Cause, String?)])
    func `where the kernel killed for want of memory, that is the cause of an end that is not good`(
        cause: Files.ChildProcess.End.Cause, type: String?
    ) {
        let failure = Self.failure(cause, oom: true)
        #expect(failure?.type == type)
        #expect(failure?.isKill ?? true)
    }

    @Test(
        arguments: [
            (.exited(0), nil), (.exited(137), "exec_exit"), (.signalled(9, dumpedCore: false), "killed"),
            (.signalled(6, dumpedCore: false), "crashed"), (.signalled(13, dumpedCore: false), "exec_broken_pipe"),
            (.signalled(15, dumpedCore: false), "killed"),
        ] as [(Files.ChildProcess.End.Cause, String?)])
    func `else its own end is`(cause: Files.ChildProcess.End.Cause, type: String?) {
        #expect(Self.failure(cause)?.type == type)
    }

    @Test func `nobody is sent to look at output where there is none`() {
        var end = Files.ChildProcess.End(.exited(3))
        #expect(ExecFailure(end, timeout: nil, wasOOM: false)?.message.contains("see the end") == false)
        end.tail.add(Array("why".utf8))
        #expect(ExecFailure(end, timeout: nil, wasOOM: false)?.message.contains("see the end of its output") == true)
    }

    @Test(arguments: [(Int32(0), "exec_output_lost", Int32(73)), (4, "exec_exit", 4)])
    func `output that was lost is a failure, but never in place of the command's own`(
        status: Int32, type: String, code: Int32
    ) {
        var end = Files.ChildProcess.End(.exited(status))
        end.losses = [OutputLoss(streams: [1, 2], code: 28, bytes: 1)]
        let failure = ExecFailure(end, timeout: nil, wasOOM: false)
        #expect(failure?.type == type && failure?.exitCode == code)
        #expect(failure?.message.contains("1 byte of standard output and standard error could not be written") == true)
    }

    @Test func `what was asked for is no kill, even while memory is short`() {
        let stopped = Self.failure(.signalled(15, dumpedCore: false), oom: true, forwarded: [15])
        #expect(stopped?.type == "exec_terminated" && stopped?.isKill == false)
        let late = Self.failure(.signalled(9, dumpedCore: false), oom: true, isTimedOut: true)
        #expect(late?.type == "exec_timeout" && late?.isKill == false)
    }
}
