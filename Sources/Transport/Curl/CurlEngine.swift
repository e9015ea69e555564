// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization

/// Runs all transfers of one transport on one thread, which is taken only while there are any.
final class CurlEngine: Sendable {
    private struct Inbox: Sendable {
        var lastId = 0
        var added: [PendingTransfer] = []
        var cancelled: Set<Int> = []
        /// Whether `drive` runs or is about to.
        var isDriven = false
    }

    private let loop: TransferLoop
    private let inbox = Mutex(Inbox())
    private let queue = DispatchQueue(label: "polisen-collector.transfers")

    init(_ settings: TransferSettings) throws(TransportError) { loop = try TransferLoop(settings) }

    /// Sends the request and waits for its answer; cancelling the task ends the transfer at once.
    func send(_ call: HTTPCall) async throws(TransportError) -> Reply {
        let id = inbox.withLock { inbox in
            inbox.lastId += 1
            return inbox.lastId
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                add(PendingTransfer(id: id, call: call, continuation: continuation))
            }
        } onCancel: {
            inbox.withLock { _ = $0.cancelled.insert(id) }
            loop.wakeUp()
        }
        return try result.get()
    }

    private func add(_ pending: PendingTransfer) {
        enum Next { case wake, drive, refuse }
        let next = inbox.withLock { inbox -> Next in
            // Asked under the lock: a cancellation that came before leaves its mark on the task, a later one is found
            // in `cancelled` together with the transfer.
            if Task.isCancelled { return .refuse }
            inbox.added.append(pending)
            defer { inbox.isDriven = true }
            return inbox.isDriven ? .wake : .drive
        }
        switch next {
        case .refuse: pending.continuation.resume(returning: .failure(.cancelled))
        case .wake: loop.wakeUp()
        case .drive: queue.async { self.drive() }
        }
    }

    /// Moves transfers until none is left.
    private func drive() {
        while let (added, cancelled) = nextWork() {
            for pending in added { loop.begin(pending) }
            loop.cancel(cancelled)
            loop.advance()
            if !loop.isIdle { loop.wait() }
        }
    }

    /// What has been asked for since the last time; nil when there is nothing more to do.
    private func nextWork() -> (added: [PendingTransfer], cancelled: Set<Int>)? {
        inbox.withLock { inbox in
            if inbox.added.isEmpty, loop.isIdle {
                inbox.isDriven = false
                inbox.cancelled = []
                return nil
            }
            defer { (inbox.added, inbox.cancelled) = ([], []) }
            return (inbox.added, inbox.cancelled)
        }
    }
}
