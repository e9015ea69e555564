// SPDX-License-Identifier: MIT

import ArgumentParser

/// How the program ends: codes of `sysexits.h`, so that units and scripts can tell one end from another.
enum ExitStatus: Int32, Error, Sendable, CaseIterable {
    case ok = 0
    case badState = 1
    case usage = 64
    case badData = 65
    case unavailable = 69
    case cannotWrite = 73
    case temporary = 75
    case denied = 77
    case configuration = 78

    /// What it means, for `--help` and the unit file.
    var meaning: String {
        switch self {
        case .ok: "ok"
        case .badState: "a bad state was found: stale data, a failed test, drift"
        case .usage: "the command line is wrong"
        case .badData: "the input data is wrong"
        case .unavailable: "a remote service is unavailable"
        case .cannotWrite: "cannot write"
        case .temporary: "not now, try later: another run, the feed's limits"
        case .denied: "permission denied"
        case .configuration: "the configuration is wrong"
        }
    }

    /// What ArgumentParser ends the process with when a command throws it.
    var exitCode: ExitCode { ExitCode(rawValue) }

    /// The table for the end of `--help`.
    static var helpText: String {
        let rows = allCases.map { status in
            let code = String(status.rawValue)
            return "  " + String(repeating: " ", count: 2 - code.count) + code + "  " + status.meaning
        }
        return (["Exit codes:"] + rows).joined(separator: "\n")
    }
}
