// SPDX-License-Identifier: MIT

import Synchronization

/// The wish that the run ends (SIGTERM, SIGINT): asked for at safe points, waited for beside slow work.
package final class StopSignal: Sendable {
    private struct State {
        var isRequested = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Asks the run to end; more than once is as good as once.
    package func request() {
        let waiting = state.withLock { state in
            state.isRequested = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the end is asked for, or the task is cancelled.
    package func wait() async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRequested || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    /// Runs `body`; once the end is asked for and `grace` has passed too, its task is cancelled.
    package func whileRunning<Value: Sendable>(
        grace: Duration = .zero, sleep: @escaping @Sendable (Duration) async -> Void,
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value {
        let result = Collected<Value>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { result.add(await body()) }
            group.addTask {
                await self.wait()
                if grace > .zero { await sleep(grace) }
            }
            // Whichever is over first: the body, and the other need not wait; or the grace, and the body must stop.
            await group.next()
            group.cancelAll()
        }
        guard let value = result.values.first else { preconditionFailure("a group ends after all its tasks") }
        return value
    }
}
