// SPDX-License-Identifier: MIT

import Synchronization

/// Holds tasks back until something else has happened. Open until it is closed.
final class Gate: Sendable {
    private struct State {
        var isOpen = true
        var lastID = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    func close() { state.withLock { $0.isOpen = false } }

    /// Lets everybody through.
    func open() {
        let waiting = state.withLock { state in
            defer { (state.isOpen, state.waiting) = (true, [:]) }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns when it is open, or when the task is cancelled.
    func pass() async {
        guard !state.withLock(\.isOpen) else { return }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isHeld = state.withLock { state in
                    // A cancellation that came before leaves its mark on the task, a later one finds the continuation.
                    guard !state.isOpen, !Task.isCancelled else { return false }
                    state.waiting[id] = continuation
                    return true
                }
                if !isHeld { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
