// SPDX-License-Identifier: MIT

import Collector
import Files
import Synchronization

/// An archive's store in memory, which can be told to die before or after any of its steps.
final class MemoryStore: Sendable {
    /// What happens at a step.
    enum Fault: Sendable { case none, before, after }

    private struct State {
        var objects: [String: ArchiveStore.StoredObject] = [:]
        var steps = 0
        var tags = 0
    }

    private let state = Mutex(State())

    var objects: [String: [UInt8]] { state.withLock { $0.objects.mapValues(\.bytes) } }
    var steps: Int { state.withLock { $0.steps } }

    init() {}

    func set(_ name: String, _ bytes: [UInt8]) {
        state.withLock { state in
            state.tags += 1
            state.objects[name] = .init(bytes: bytes, tag: "t\(state.tags)")
        }
    }

    func remove(_ name: String) { state.withLock { $0.objects[name] = nil } }

    /// The store; `fault` says what happens at each step, which are counted from 1 over all its users.
    func store(_ fault: @escaping @Sendable (Int) -> Fault = { _ in .none }) -> ArchiveStore {
        ArchiveStore(
            place: "memory",
            read: { name throws(ArchiveError) in try self.step(fault) { $0.objects[name] } },
            create: { name, bytes throws(ArchiveError) in
                try self.step(fault) { state in
                    guard state.objects[name] == nil else { return .exists }
                    state.tags += 1
                    state.objects[name] = .init(bytes: bytes, tag: "t\(state.tags)")
                    return .created
                }
            },
            replace: { name, bytes, tag throws(ArchiveError) in
                try self.step(fault) { state in
                    guard state.objects[name]?.tag == tag else { return nil }
                    state.tags += 1
                    state.objects[name] = .init(bytes: bytes, tag: "t\(state.tags)")
                    return "t\(state.tags)"
                }
            },
            list: { prefix, start, limit throws(ArchiveError) in
                try self.step(fault) { state in
                    let names = state.objects.keys.filter { name in
                        name.hasPrefix(prefix) && start.map { !name.utf8.lexicographicallyPrecedes($0.utf8) } ?? true
                    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    return .init(
                        objects: names.prefix(limit).map {
                            .init(name: $0, bytes: state.objects[$0]?.bytes.count ?? 0)
                        },
                        next: names.count > limit ? names[limit] : nil)
                }
            })
    }

    static let death = ArchiveError.file(FileError(operation: "die", path: "memory", code: 5))

    private func step<Value: Sendable>(
        _ fault: (Int) -> Fault, _ body: (inout sending State) -> sending Value
    ) throws(ArchiveError) -> Value {
        let number = state.withLock { state in
            state.steps += 1
            return state.steps
        }
        let fault = fault(number)
        if case .before = fault { throw Self.death }
        let value = state.withLock(body)
        if case .after = fault { throw Self.death }
        return value
    }
}
