// SPDX-License-Identifier: MIT

/// How systemd says that a unit's process ended.
///
/// Source: systemd.exec(5), `$SERVICE_RESULT` (for `ExecStopPost=`) and `$MONITOR_SERVICE_RESULT` (for `OnFailure=`).
package struct UnitEnd: Sendable, Hashable {
    package var unit: String?
    /// `success` `protocol` `timeout` `exit-code` `signal` `core-dump` `watchdog` `exec-condition` `oom-kill`
    /// `start-limit-hit` `resources`.
    package var result: String
    /// A number, or the name of a signal without `SIG`; nil where no process ended.
    package var status: String?
    /// systemd's id of the start; nil where nobody says.
    package var invocationID: String?
    /// The kernel's counter says that a process of the unit was killed for its memory.
    package var isOutOfMemory = false
    /// systemd tries no more until the next slot (`OnFailure=`).
    package var isLast = false

    package init(unit: String?, result: String, status: String?, invocationID: String?) {
        self.unit = unit
        self.result = result
        self.status = status
        self.invocationID = invocationID
    }

    /// Why it ended: the `error_type` of the record.
    package enum Cause: String, Sendable, Hashable, CaseIterable {
        case outOfMemory = "killed_oom"
        case timeout = "killed_timeout"
        case watchdog = "killed_watchdog"
        case coreDump = "killed_core_dump"
        case signal = "killed_signal"
        /// It ended by itself, with a status that says failure.
        case exit = "killed_exit"
        /// systemd could not start it.
        case start = "start_failed"
        /// It was started too often and is not tried again in this slot: no process was there to end.
        case startLimit = "start_limit_hit"
        case unknown = "killed"
    }

    /// nil where it ended well.
    package var cause: Cause? {
        switch result {
        case "success": nil
        case "oom-kill": .outOfMemory
        case "signal", "core-dump": isOutOfMemory ? .outOfMemory : result == "signal" ? .signal : .coreDump
        case "timeout": .timeout
        case "watchdog": .watchdog
        // systemd's own codes, for what it does between fork and exec: systemd.exec(5), "Process Exit Codes".
        case "exit-code": (200...245).contains(number ?? 0) ? .start : .exit
        case "protocol", "resources", "exec-condition": .start
        case "start-limit-hit": .startLimit
        default: .unknown
        }
    }

    /// What a shell would show as `$?`.
    package var shellStatus: Int {
        if let number { return number }
        guard let status, let signal = Self.signals[status] else { return 137 }
        return 128 + signal
    }

    private var number: Int? { status.flatMap { Int($0) } }

    private static let signals = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
        "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "XCPU": 24, "XFSZ": 25, "SYS": 31,
    ]

    /// What happened and what to do next, for people.
    package var story: String {
        let unit = unit ?? "the unit"
        let number = status ?? "unknown"
        switch cause {
        case .outOfMemory:
            return "\(unit) was killed for its memory (\(result)): raise MemoryMax= of the unit, or see who else took "
                + "the memory (`journalctl -k -g oom`)"
        case .timeout:
            return "\(unit) was ended by systemd at its time limit (TimeoutStartSec=): see at which stage it hung; "
                + "run.deadline should end it before"
        case .watchdog: return "\(unit) was ended by systemd's watchdog (WatchdogSec=): see at which stage it hung"
        case .coreDump:
            return "\(unit) crashed (signal \(number), core dumped): keep `coredumpctl info` and report it as a defect"
        case .signal:
            return "\(unit) was killed by signal \(number): see who sent it (`journalctl -b`); no data is lost"
        case .exit:
            return
                "\(unit) ended with status \(number) before it could record why: its last lines are in `journalctl -u \(unit)`"
        case .start:
            return "\(unit) could not be started (\(result), status \(number)): `systemctl status \(unit)` names the "
                + "setting; status 203 is the program, 226 a path of the sandbox, 243 a credential"
        case .startLimit:
            return "\(unit) failed too often in a row and is left alone until its next slot (start-limit-hit): "
                + "correct the cause, then `systemctl reset-failed \(unit)` and `systemctl start \(unit)`"
        case .unknown, nil: return "\(unit) ended with result \(result), status \(number)"
        }
    }
}
