// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization

/// Work that blocks, on a thread that is not one of Swift concurrency's few.
final class Background<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () throws -> Value) {
        DispatchQueue.global().async {
            let result = Result { try work() }
            self.outcome.withLock { $0 = result }
            self.done.signal()
        }
    }

    /// Waits for the end of the work.
    func result() throws -> Value {
        done.wait()
        return try outcome.withLock { outcome in
            guard let outcome else { throw CancellationError() }
            return try outcome.get()
        }
    }
}
