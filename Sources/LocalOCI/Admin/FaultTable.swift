// SPDX-License-Identifier: MIT

import JSON
import Synchronization

/// The faults waiting to strike, oldest first; one request is hit by at most one.
final class FaultTable: Sendable {
    private struct State: Sendable {
        var faults: [Fault] = []
        var added = 0
    }

    private let state = Mutex(State())

    /// Returns its number.
    func add(_ fault: Fault) -> Int {
        state.withLock { state in
            state.added += 1
            var fault = fault
            fault.id = state.added
            state.faults.append(fault)
            return state.added
        }
    }

    func clear() { state.withLock { $0.faults.removeAll() } }

    func all() -> [Fault] { state.withLock(\.faults) }

    /// What is to happen to this request.
    func strike(_ request: ServerRequest, _ service: ServiceName) -> Fault.Action? {
        state.withLock { state in
            for index in state.faults.indices where state.faults[index].take(request, service) {
                return state.faults[index].action
            }
            return nil
        }
    }
}
