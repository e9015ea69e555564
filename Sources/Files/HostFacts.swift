// SPDX-License-Identifier: MIT

import Glibc

/// What the operating system says about this process and its machine.
package enum HostFacts {
    /// What the process has used so far.
    package struct Usage: Sendable, Hashable {
        /// User and system time of all threads.
        package var cpuSeconds: Double
        /// The most memory it has had resident at once.
        package var peakMemoryBytes: Int
    }

    /// As `hostname` says; `localhost` where the kernel has none.
    package static var hostName: String {
        let name = unsafe cString(capacity: 256) { buffer in unsafe gethostname(buffer, 255) } ?? ""
        return name.isEmpty ? "localhost" : name
    }

    package static var processID: Int { Int(getpid()) }

    package static var effectiveUserID: Int { Int(geteuid()) }

    /// Changes with every start of the machine; 32 hex digits. nil where /proc is not there.
    package static var bootID: String? {
        // Losing the reason is right: without /proc there is no boot id to tell.
        guard let bytes = try? FileSystem.read("/proc/sys/kernel/random/boot_id") else { return nil }
        return String(decoding: bytes.filter { $0 > 0x20 && $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }

    /// Since the machine's start, sleep included; no setting of the clock moves it.
    package static var uptime: Duration {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Whether a process with this number is there, whoever owns it. One of another container never is.
    package static func processExists(_ number: Int) -> Bool {
        guard number > 0, number <= Int(Int32.max) else { return false }
        return kill(pid_t(number), 0) == 0 || errno == EPERM
    }

    package static var usage: Usage {
        var usage = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        return Usage(cpuSeconds: cpu, peakMemoryBytes: usage.ru_maxrss * 1024)
    }

    /// Whether what stands at `path` is this process's user's; false where nothing stands.
    package static func owns(_ path: String) -> Bool {
        var info = stat()
        return unsafe stat(path, &info) == 0 && info.st_uid == geteuid()
    }

    /// Whether the descriptor is a terminal.
    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of the terminal; nil where the descriptor is none or does not say.
    package static func terminalWidth(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Whether a Unix socket stands at `path`.
    package static func isSocket(_ path: String) -> Bool {
        var info = stat()
        return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFSOCK
    }

    /// Whether `descriptor` is the very stream systemd gave the unit: `JOURNAL_STREAM` is `device:inode` of it.
    ///
    /// Source: systemd.exec(5), `$JOURNAL_STREAM`.
    package static func isJournalStream(_ variable: String?, descriptor: Int32 = 2) -> Bool {
        var info = stat()
        guard let variable, unsafe fstat(descriptor, &info) == 0 else { return false }
        return variable == "\(info.st_dev):\(info.st_ino)"
    }

    static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
