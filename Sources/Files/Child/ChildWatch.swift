// SPDX-License-Identifier: MIT

import Glibc

/// Waits for a child beside its output, the signals that come and the time it has.
struct ChildWatch {
    let child: Int32
    let ownGroup: Bool
    let relays: [OutputRelay]
    private let patience: Duration
    private let start = ContinuousClock().now
    /// When to send TERM, then KILL.
    private var deadline: Duration?
    private var isTimedOut = false
    private var forwarded: [Int32] = []
    private var tail = OutputTail(limitBytes: Self.tailBytes)
    /// More than the 64 KiB that are kept in the end: the first line is thrown away, and marks are shorter than secrets.
    static let tailBytes = 80 << 10

    init(child: Int32, ownGroup: Bool, order: ChildProcess.Order, relays: [OutputRelay]) {
        self.child = child
        self.ownGroup = ownGroup
        self.relays = relays
        patience = order.patience
        deadline = order.timeout
    }

    mutating func wait(_ signals: borrowing SignalPipe) throws(FileError) -> ChildProcess.End {
        // The child may have ended before the first poll: then SIGCHLD waits in the pipe already.
        var end: ChildProcess.End?
        while end == nil {
            try poll(signals)
            for arrival in signals.arrivals() where arrival.number != SIGCHLD { pass(arrival) }
            end = try reap()
            if end == nil { enforce() }
        }
        // Its time is over with it: what is left to do waits for readers alone.
        deadline = nil
        if case .signalled(let number, _)? = end?.cause { try expect(number, signals) }
        for relay in relays { relay.finish() }
        // What is written is delivered, however slowly it is read; a second wish to end ends that.
        var isUrged = false
        while !isUrged, relays.contains(where: { !$0.isDone }) {
            try poll(signals)
            isUrged = signals.arrivals().contains { $0.number == SIGTERM || $0.number == SIGINT }
        }
        for relay in relays { relay.flush(&tail) }
        var result = end ?? ChildProcess.End(.exited(0))
        result.isTimedOut = isTimedOut
        result.forwarded = forwarded
        result.tail = tail
        result.losses = relays.compactMap(\.loss)
        return result
    }

    /// The child may have been ended by a signal that went to this process as well, and is only on its way here: a
    /// terminal sends Ctrl-C to all of a group, systemd sends TERM to all of a unit.
    private mutating func expect(_ number: Int32, _ signals: borrowing SignalPipe) throws(FileError) {
        guard [SIGHUP, SIGINT, SIGQUIT, SIGTERM].contains(number) else { return }
        let limit = ContinuousClock().now + .milliseconds(50)
        while !forwarded.contains(number), ContinuousClock().now < limit {
            var request = pollfd(fd: signals.readEnd.number, events: Int16(POLLIN), revents: 0)
            guard unsafe Glibc.poll(&request, 1, 10) > 0 else { continue }
            forwarded += signals.arrivals().map(\.number).filter { $0 != SIGCHLD }
        }
    }

    /// Waits for the next thing to happen and moves output on.
    private mutating func poll(_ signals: borrowing SignalPipe) throws(FileError) {
        let active = relays.filter { $0.request != nil }
        var requests = [pollfd(fd: signals.readEnd.number, events: Int16(POLLIN), revents: 0)]
        requests += active.compactMap(\.request)
        let milliseconds = timeLeft
        let count = unsafe Glibc.poll(&requests, nfds_t(requests.count), milliseconds)
        if count < 0, errno != EINTR { throw FileError(operation: "poll", path: "the child's output", code: errno) }
        guard count > 0 else { return }
        for (relay, request) in zip(active, requests.dropFirst()) where request.revents != 0 { relay.advance(&tail) }
    }

    /// Milliseconds until something is due, rounded up; -1 for ever.
    private var timeLeft: Int32 {
        guard let deadline else { return -1 }
        let (seconds, attoseconds) = (deadline - (ContinuousClock().now - start)).components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: max(0, milliseconds))
    }

    private mutating func enforce() {
        guard let limit = deadline, ContinuousClock().now - start >= limit else { return }
        if isTimedOut {
            send(SIGKILL, toAll: true)
            deadline = nil
        } else {
            isTimedOut = true
            send(SIGTERM, toAll: true)
            // A stopped process does not hear TERM.
            send(SIGCONT, toAll: true)
            deadline = limit + patience
        }
    }

    private mutating func pass(_ arrival: SignalPipe.Arrival) {
        forwarded.append(arrival.number)
        // The terminal has told the child by itself: it is in the same group.
        if arrival.isFromKernel, !ownGroup { return }
        send(arrival.number, toAll: [SIGTERM, SIGINT, SIGQUIT].contains(arrival.number))
    }

    private func send(_ number: Int32, toAll: Bool) {
        _ = kill(toAll && ownGroup ? -child : child, number)
    }

    /// The end of the child; nil while it lives.
    private func reap() throws(FileError) -> ChildProcess.End? {
        var (status, usage): (Int32, rusage) = (0, rusage())
        let reaped = try check("wait for", "the child") { unsafe Int(wait4(child, &status, WNOHANG, &usage)) }
        guard reaped != 0 else { return nil }
        let number = status & 0x7F
        var end = ChildProcess.End(
            number == 0 ? .exited(status >> 8 & 0xFF) : .signalled(number, dumpedCore: status & 0x80 != 0))
        end.cpuSeconds = HostFacts.seconds(usage.ru_utime) + HostFacts.seconds(usage.ru_stime)
        end.peakMemoryBytes = usage.ru_maxrss * 1024
        return end
    }
}
