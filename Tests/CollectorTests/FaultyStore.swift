// SPDX-License-Identifier: MIT

import Collector
import Synchronization

/// What happens at one step of a store.
enum StepFault: Sendable, CaseIterable {
    case none
    /// The writer dies before the step is made.
    case before
    /// The step is made, then the writer dies.
    case after
    /// A write is made, its reply is lost and the repetition finds it done: what a retry over HTTP sees.
    case lostReply
}

/// One life of a writer: counts its steps from 1, and once it has died makes no further one.
final class WriterLife: Sendable {
    private struct State {
        var steps = 0
        var isDead = false
    }

    private let state = Mutex(State())
    private let fault: @Sendable (Int) -> StepFault
    private let beforeStep: @Sendable () async -> Void

    /// - Parameter beforeStep: runs before each step; a place to let others go first.
    init(
        fault: @escaping @Sendable (Int) -> StepFault = { _ in .none },
        beforeStep: @escaping @Sendable () async -> Void = {}
    ) {
        self.beforeStep = beforeStep
        self.fault = fault
    }

    var steps: Int { state.withLock { $0.steps } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// `store` as this life sees it.
    func store(over store: ArchiveStore) -> ArchiveStore {
        ArchiveStore(
            place: store.place,
            read: { name throws(ArchiveError) in
                try await self.step({ () async throws(ArchiveError) in try await store.read(name) })
            },
            create: { name, bytes throws(ArchiveError) in
                try await self.step(
                    { () async throws(ArchiveError) in try await store.create(name, bytes) }, repeated: .exists)
            },
            replace: { name, bytes, tag throws(ArchiveError) in
                try await self.step(
                    { () async throws(ArchiveError) in try await store.replace(name, bytes, tag) },
                    repeated: .some(nil))
            },
            list: { prefix, start, limit throws(ArchiveError) in
                try await self.step({ () async throws(ArchiveError) in try await store.list(prefix, start, limit) })
            })
    }

    private func step<Value: Sendable>(
        _ body: () async throws(ArchiveError) -> Value, repeated: Value? = nil
    ) async throws(ArchiveError) -> Value {
        await beforeStep()
        let (number, isDead) = state.withLock { state in
            state.steps += 1
            return (state.steps, state.isDead)
        }
        let fault = isDead ? .before : fault(number)
        if fault == .before || fault == .after { state.withLock { $0.isDead = true } }
        if fault == .before { throw MemoryStore.death }
        let value = try await body()
        if fault == .after { throw MemoryStore.death }
        if fault == .lostReply, let repeated { return repeated }
        return value
    }
}
