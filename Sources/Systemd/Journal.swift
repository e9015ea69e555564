// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization

/// The way into journald: entries are handed over at once and sent on a thread of their own.
///
/// An entry is dropped and counted when journald's socket has had no room for 50 ms, or is not there. The caller never
/// waits, whatever journald does.
package final class Journal: Sendable {
    private struct Waiting {
        var entry: JournalEntry
        /// By `monotonicNanoseconds()`.
        var deadline: Int
    }

    private struct Queue {
        /// Oldest first; what stands before `next` is done with.
        var waiting: [Waiting] = []
        var next = 0
        var bytes = 0
        var isSending = false
    }

    /// How long an entry may wait while journald takes nothing.
    private static let patience = 50_000_000  // ns
    /// With more than this waiting, no entry is added.
    private static let queueLimitBytes = 8 << 20

    private let queue = Mutex(Queue())
    private let socket = Mutex(JournalSocket())
    private let droppedEntries = Atomic<Int>(0)
    // A serial queue with no target of its own has a thread to itself while it works.
    private let worker = DispatchQueue(label: "journal")

    package init() {}

    /// Whether journald's socket is there, and libsystemd. A successful call of libsystemd says nothing: it is one
    /// without journald too.
    package static var isAvailable: Bool { JournalSocket.exists && SystemdLibrary.loaded != nil }

    /// Entries that never reached journald.
    package var dropped: Int { droppedEntries.load(ordering: .relaxed) }

    /// Hands an entry over; never waits.
    package func send(_ entry: JournalEntry) {
        let deadline = monotonicNanoseconds() + Self.patience
        let (isTaken, mustStart) = queue.withLock { queue -> (Bool, Bool) in
            // Of what waits, not with the entry: the largest there is goes behind others, too.
            guard queue.bytes <= Self.queueLimitBytes else { return (false, false) }
            queue.waiting.append(Waiting(entry: entry, deadline: deadline))
            queue.bytes += entry.bytes.count
            defer { queue.isSending = true }
            return (true, !queue.isSending)
        }
        if !isTaken { drop(1) }
        if mustStart { worker.async { self.work() } }
    }

    /// Waits until everything handed over so far is sent or dropped; false where that took too long.
    ///
    /// What still waits then is dropped and counted, so that a program can end.
    package func flush(within limit: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        worker.async { done.signal() }
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        guard done.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut else { return true }
        let abandoned = queue.withLock { queue in
            defer { (queue.waiting, queue.next, queue.bytes) = ([], 0, 0) }
            return queue.waiting.count - queue.next
        }
        drop(abandoned)
        return false
    }

    private func work() {
        var lastSent = 0
        while let waiting = next() {
            // As long as journald takes entries, none is dropped for having waited behind others.
            let deadline = max(waiting.deadline, lastSent + Self.patience)
            let isSent = socket.withLock { socket in
                socket.hasRoom(until: deadline) && sendToJournal(waiting.entry)
            }
            if isSent { lastSent = monotonicNanoseconds() } else { drop(1) }
        }
    }

    private func next() -> Waiting? {
        queue.withLock { queue in
            guard queue.next < queue.waiting.count else {
                (queue.waiting, queue.next, queue.bytes) = ([], 0, 0)
                queue.isSending = false
                return nil
            }
            let waiting = queue.waiting[queue.next]
            queue.waiting[queue.next].entry = JournalEntry()
            queue.next += 1
            queue.bytes -= waiting.entry.bytes.count
            if queue.next == 1024 {
                queue.waiting.removeFirst(queue.next)
                queue.next = 0
            }
            return waiting
        }
    }

    private func drop(_ count: Int) { droppedEntries.add(count, ordering: .relaxed) }
}
