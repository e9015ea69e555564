// SPDX-License-Identifier: MIT

import Synchronization

/// Runs `body` for every element, at most `limit` at a time, and returns all results in no particular order.
///
/// The results travel through a lock and not through the task group: swiftc 6.3.1 with -O makes child tasks whose result
/// is a `Result` of a tuple hand over freed memory (seen as a crash in `prepareWaitingTaskWithTask` in every third run).
func concurrently<Element: Sendable, Value: Sendable>(
    _ elements: some Sequence<Element>, limit: Int = 16,
    _ body: @escaping @Sendable (Element) async -> Value
) async -> [Value] {
    let collected = Collected<Value>()
    await withTaskGroup(of: Void.self) { group in
        var running = 0
        for element in elements {
            if running == limit {
                await group.next()
                running -= 1
            }
            group.addTask { collected.add(await body(element)) }
            running += 1
        }
    }
    return collected.values
}

/// What tasks that run side by side have to say.
final class Collected<Value: Sendable>: Sendable {
    private let state = Mutex<[Value]>([])

    var values: [Value] { state.withLock { $0 } }

    func add(_ value: Value) { state.withLock { $0.append(value) } }
}

/// The outcome of `body` as a value: closures of the standard library's task groups cannot throw typed errors.
func outcome<Value, Failure: Error>(
    _ body: () async throws(Failure) -> Value
) async -> Result<Value, Failure> {
    do throws(Failure) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}

/// All values, or the first failure.
func values<Value, Failure: Error>(_ results: [Result<Value, Failure>]) throws(Failure) -> [Value] {
    var values: [Value] = []
    for result in results { values.append(try result.get()) }
    return values
}
