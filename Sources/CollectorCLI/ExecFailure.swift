// SPDX-License-Identifier: MIT

import Collector
import Files
import Ledger

/// Why a program that `exec` ran did not succeed.
struct ExecFailure: Sendable, Hashable {
    private(set) var type: String
    private(set) var message: String
    /// It was ended from outside, and not on request.
    let isKill: Bool
    /// The command's own, as a shell would say it; where it has none to tell of a failure, ours.
    private(set) var exitCode: Int32

    /// nil where it succeeded: status 0, not after its time, and all it said was passed on.
    init?(_ end: ChildProcess.End, timeout: Duration?, wasOOM: Bool) {
        let losses = end.losses.map(\.description).joined(separator: "; ")
        guard var failure = ExecFailure(ofCommand: end, timeout: timeout, wasOOM: wasOOM) else {
            guard !losses.isEmpty else { return nil }
            (type, isKill, exitCode) = ("exec_output_lost", false, ExitStatus.cannotWrite.rawValue)
            message = "the command succeeded, but \(losses): see where its output goes (df -h shows full disks)"
            return
        }
        if !losses.isEmpty { failure.message += "; moreover, \(losses)" }
        self = failure
    }

    private init?(ofCommand end: ChildProcess.End, timeout: Duration?, wasOOM: Bool) {
        exitCode = end.exitCode
        if end.isTimedOut {
            let limit = timeout.map(\.shortText) ?? "its time"
            (type, message, isKill) = (
                "exec_timeout",
                "the command was still running after \(limit) and was ended: look at what it waited for, "
                    + "or give it more with --timeout", false
            )
            return
        }
        switch end.cause {
        case .exited(0): return nil
        case .exited(let status) where wasOOM:
            (type, message, isKill) = (
                Self.outOfMemory,
                "the kernel killed a process of the command for want of memory, and the command ended with status "
                    + "\(status): raise the limit (MemoryMax=), or make it use less", true
            )
        case .exited(let status):
            let advice = end.tail.totalBytes > 0 ? "see the end of its output" : "no output of it is kept"
            (type, message, isKill) = ("exec_exit", "the command ended with status \(status): \(advice)", false)
        case .signalled(let number, let dumpedCore):
            let name = Self.names[number] ?? "signal \(number)"
            let isForwarded = end.forwarded.contains(number)
            if isForwarded {
                (type, message, isKill) = ("exec_terminated", "the command was told to end (\(name)) and did", false)
            } else if number == 13 {
                (type, message, isKill) = (
                    "exec_broken_pipe", "nobody read the command's output any more (SIGPIPE)", false
                )
            } else if wasOOM, number == 9 {
                (type, message, isKill) = (
                    Self.outOfMemory,
                    "the kernel killed the command for want of memory: raise the limit (MemoryMax=), or "
                        + "make it use less", true
                )
            } else if dumpedCore || Self.crashes.contains(number) {
                (type, message, isKill) = (
                    "crashed", "the command crashed (\(name)): coredumpctl may have the details", true
                )
            } else {
                (type, message, isKill) = ("killed", "the command was killed (\(name)) by somebody else", true)
            }
        }
    }

    var record: RunRecord.Failure {
        RunRecord.Failure(type: type, message: message, stage: nil, exitCode: Int(exitCode))
    }

    /// As systemd's word for it becomes in `report-failure`.
    private static let outOfMemory = UnitEnd.Cause.outOfMemory.rawValue
    private static let crashes: Set<Int32> = [4, 5, 6, 7, 8, 11, 31]
    private static let names: [Int32: String] = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
        9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
        24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
}
