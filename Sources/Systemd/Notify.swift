// SPDX-License-Identifier: MIT

import CSystemd
import Glibc

/// Word to the service manager that started this process (`Type=notify`), by sd_notify(3).
package enum Notify: Sendable, Hashable {
    case ready
    case stopping
    /// The unit is alive (`WatchdogSec=`).
    case watchdog
    /// One line for `systemctl status`; line feeds become blanks.
    case status(String)
    /// Start or stop takes longer: at most this long from now on.
    case extendTimeout(Duration)

    package enum Delivery: Sendable, Hashable {
        case delivered
        /// No service manager waits for word: `NOTIFY_SOCKET` is not set.
        case nobodyListens
        /// `errno`.
        case failed(Int32)
    }

    /// Sends all of them as one message.
    @discardableResult
    package static func send(_ states: Notify...) -> Delivery {
        guard unsafe getenv("NOTIFY_SOCKET") != nil else { return .nobodyListens }
        guard let library = SystemdLibrary.loaded else { return .failed(ELIBACC) }
        let result = unsafe csystemd_notify(library.table, states.map(\.assignment).joined(separator: "\n"))
        if result < 0 { return .failed(-result) }
        return result == 0 ? .nobodyListens : .delivered
    }

    /// Source: sd_notify(3), "Well-known assignments".
    var assignment: String {
        switch self {
        case .ready: return "READY=1"
        case .stopping: return "STOPPING=1"
        case .watchdog: return "WATCHDOG=1"
        case .status(let text): return "STATUS=" + text.map { $0.isNewline ? " " : String($0) }.joined()
        case .extendTimeout(let duration):
            let (seconds, attoseconds) = duration.components
            return "EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)"
        }
    }
}
