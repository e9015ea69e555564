// SPDX-License-Identifier: MIT

import Glibc
import Synchronization

/// A program run as a child: started at once, its signals passed on, its output passed through, its end told exactly.
package enum ChildProcess {
    package struct Order: Sendable {
        /// The program, searched for in PATH unless it holds a slash, and its arguments.
        package var command: [String]
        /// TERM goes to it after this long.
        package var timeout: Duration?
        /// KILL goes to it this long after the TERM.
        package var patience: Duration = .seconds(10)
        /// Keep the end of what it writes to streams that are no terminals.
        package var keepsTail = true
        /// Handed down to the child, so that the lock is held for as long as any of this process, the child and what the
        /// child starts is there; or until it is released.
        package var lock: FileLock?

        package init(_ command: [String]) { self.command = command }
    }

    /// How it ended.
    package struct End: Sendable, Hashable {
        package enum Cause: Sendable, Hashable {
            case exited(Int32)
            case signalled(Int32, dumpedCore: Bool)
        }

        package var cause: Cause
        package var isTimedOut = false
        /// Signals that were passed on, in order.
        package var forwarded: [Int32] = []
        package var tail = OutputTail(limitBytes: ChildWatch.tailBytes)
        /// What of its output could not be passed on.
        package var losses: [OutputLoss] = []
        /// Of the child and those of its children it has waited for.
        package var cpuSeconds = 0.0
        /// Never less than what this process had resident when it started the child: the kernel counts that in.
        package var peakMemoryBytes = 0

        package init(_ cause: Cause) { self.cause = cause }

        /// What a shell would say: the status, or 128 and the signal; 124 after a timeout.
        package var exitCode: Int32 {
            if isTimedOut { return 124 }
            return switch cause {
            case .exited(let status): status
            case .signalled(let number, _): 128 + number
            }
        }
    }

    private static let inheritedMask = Mutex<sigset_t?>(nil)

    /// Notes the signals this process was started with as blocked, which is what a child gets. To be called on the main
    /// thread before anything else: threads of Swift's pool block nearly all of them.
    package static func keepSignalMask() {
        let mask = currentMask
        inheritedMask.withLock { $0 = mask }
    }

    private static var currentMask: sigset_t {
        var mask = sigset_t()
        _ = unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
        return mask
    }

    /// Starts it and calls `onStart` while it runs; returns when it has ended. Blocks the calling thread.
    ///
    /// TERM, INT and QUIT go to all processes of the child's group, HUP, USR1 and USR2 to the child. Where this process
    /// is in the foreground of a terminal the child stays in this process's group, so that it can use the terminal; then
    /// every signal goes to the child alone, but for those the terminal has sent it already.
    /// Throws what posix_spawn(3) says: `isMissing` where there is no such program.
    package static func run(_ order: Order, onStart: (Int32) -> Void) throws(FileError) -> End {
        let mask = inheritedMask.withLock { $0 } ?? currentMask
        let signals = try SignalPipe([SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2])
        unblockChildSignal()
        let streams = order.keepsTail ? try tapped() : []
        // A file that may grow no more is an error of writing, not the end of this process.
        let isSizeIgnored = ProcessSignals.isIgnored(SIGXFSZ)
        ProcessSignals.ignore(SIGXFSZ)
        let staysInGroup = isInForeground
        let child: Int32
        do throws(FileError) {
            let defaults = (ProcessSignals.wasBrokenPipeIgnored ? [] : [SIGPIPE]) + (isSizeIgnored ? [] : [SIGXFSZ])
            child = try spawn(order, mask, defaults, streams, ownGroup: !staysInGroup)
        } catch {
            for stream in streams { for end in [stream.read, stream.write] { _ = close(end) } }
            throw error
        }
        let relays = streams.map { OutputRelay(source: $0.read, targets: $0.targets) }
        for stream in streams { _ = close(stream.write) }
        var watch = ChildWatch(child: child, ownGroup: !staysInGroup, order: order, relays: relays)
        onStart(child)
        return try watch.wait(signals)
    }

    /// A pipe in place of the streams `targets`.
    struct Tap {
        let read: Int32
        let write: Int32
        let targets: [Int32]
    }

    /// Standard output and error, as far as they are no terminals; one pipe where both are the same file, so that the
    /// order of what is written stays.
    private static func tapped() throws(FileError) -> [Tap] {
        let wanted = [Int32(1), 2].filter { isatty($0) != 1 }
        let groups = wanted.count == 2 && areSame(1, 2) ? [wanted] : wanted.map { [$0] }
        var taps: [Tap] = []
        for targets in groups {
            let ends = try pipePair()
            taps.append(Tap(read: ends.read, write: ends.write, targets: targets))
        }
        return taps
    }

    private static func areSame(_ one: Int32, _ other: Int32) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe fstat(one, &first) == 0, unsafe fstat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    private static var isInForeground: Bool {
        (Int32(0)...2).contains { isatty($0) == 1 && tcgetpgrp($0) == getpgrp() }
    }

    private static func unblockChildSignal() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGCHLD)
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    private static func spawn(
        _ order: Order, _ mask: sigset_t, _ defaultSignals: [Int32], _ taps: [Tap], ownGroup: Bool
    ) throws(FileError) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        for tap in taps {
            for target in tap.targets { unsafe posix_spawn_file_actions_adddup2(&actions, tap.write, target) }
        }
        // Onto itself: open after exec(2), too (posix_spawn_file_actions_adddup2(3)).
        if let lock = order.lock { unsafe posix_spawn_file_actions_adddup2(&actions, lock.number, lock.number) }
        var (mask, defaults) = (mask, sigset_t())
        unsafe sigemptyset(&defaults)
        for number in defaultSignals { unsafe sigaddset(&defaults, number) }
        unsafe posix_spawnattr_setsigmask(&attributes, &mask)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (ownGroup ? POSIX_SPAWN_SETPGROUP : 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var child: pid_t = 0
        let command = order.command
        var words = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        guard let program = unsafe words[0] else { throw FileError(operation: "start", path: "", code: EINVAL) }
        let code = unsafe posix_spawnp(&child, program, &actions, &attributes, &words, environ)
        guard code == 0 else { throw FileError(operation: "start", path: command.first ?? "", code: code) }
        return child
    }
}
