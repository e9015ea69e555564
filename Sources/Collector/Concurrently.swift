// SPDX-License-Identifier: MIT

/// Runs `body` for every element, at most `limit` at a time, and returns all results in no particular order.
func concurrently<Element: Sendable, Value: Sendable>(
    _ elements: some Sequence<Element>, limit: Int = 16,
    _ body: @escaping @Sendable (Element) async -> Value
) async -> [Value] {
    await withTaskGroup(of: Value.self) { group in
        var values: [Value] = []
        var running = 0
        for element in elements {
            if running == limit, let value = await group.next() {
                values.append(value)
                running -= 1
            }
            group.addTask { await body(element) }
            running += 1
        }
        for await value in group { values.append(value) }
        return values
    }
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
