// SPDX-License-Identifier: MIT

import FoundationEssentials
import TestSupport
import Testing

@testable import Collector

/// Kills a run at every one of its steps, then lets another run heal what it left.
@Suite struct StepWalkTests {
    enum Scenario: String, CaseIterable, Sendable {
        case first, steady, mixed, adoption, damagedShard, headAdvance, staleCache
    }

    /// How the run after the dead one begins.
    enum Healing: String, CaseIterable, Sendable {
        case cold
        /// From the cache of the run before the dead one, knowing of the death.
        case cachedUnclean
        /// From that cache, on another host that knows nothing.
        case cachedUnaware
    }

    /// What stood before the run that dies, and what it saw.
    private struct Stage {
        var snapshot: ArchiveCache.Snapshot?
        var before: FeedState
        var victim: FeedState
        var headLag = 2
        var isCached = false
    }

    private static let old = [event(598_001), event(598_002), event(597_999, datetime: "2026-01-01 23:59:00 +01:00")]
    private static let new = [event(598_003), event(599_000, datetime: "2026-01-03 09:00:00 +01:00")]
    private static let edited = [event(598_001, "edited"), #"{"id":"no"}"#, event(598_002), new[0], new[1], "7"]

    private func prepare(_ scenario: Scenario, _ backend: Backend) async throws -> Stage {
        let before = try FeedState(Self.old)
        let mixed = try FeedState(Self.edited, minute: 30)
        switch scenario {
        case .first: return Stage(before: try FeedState([]), victim: before)
        case .steady:
            let victim = try FeedState(Self.old + [Self.new[0]], minute: 30)
            return Stage(
                snapshot: try await round(backend.store, before), before: before, victim: victim, isCached: true)
        case .mixed:
            return Stage(snapshot: try await round(backend.store, before), before: before, victim: mixed)
        case .adoption:
            try adoptable(backend)
            return Stage(before: try FeedState([Self.old[0]]), victim: mixed)
        case .damagedShard:
            let snapshot = try await round(backend.store, before)
            try backend.set("index/shards/598", bytes("{\"schema\":1}\nnonsense\n"))
            return Stage(snapshot: snapshot, before: before, victim: mixed)
        case .headAdvance:
            let snapshot = try await round(backend.store, before, headLag: 0)
            return Stage(snapshot: snapshot, before: before, victim: mixed, headLag: 0, isCached: true)
        case .staleCache:
            let snapshot = try await round(backend.store, before)
            let between = try FeedState([Self.new[0], event(598_002, "by another")], minute: 20)
            try await round(backend.store, between, run: "another")
            let victim = try FeedState([Self.new[0], Self.new[1], event(598_002, "by another"), "7"], minute: 30)
            return Stage(snapshot: snapshot, before: between, victim: victim, isCached: true)
        }
    }

    private func adoptable(_ backend: Backend) throws {
        try backend.set("metadata/last_seen.json", bytes(#"{"seen_ids": [598002, 598001], "total_tracked": 2}"#))
        let line = #"{"id": 598001, "datetime": "2026-01-02 9:38:09 +01:00", "type": "Brand"}"# + "\n"
        try backend.set("events/2026/01/02/events-1767355000.jsonl", bytes(line))
    }

    private func start(_ stage: Stage) -> Start {
        guard stage.isCached, let snapshot = stage.snapshot else { return .cold }
        return .cached(snapshot, isClean: true)
    }

    private func start(_ healing: Healing, _ stage: Stage) -> Start {
        guard let snapshot = stage.snapshot else { return .cold }
        return switch healing {
        case .cold: .cold
        case .cachedUnclean: .cached(snapshot, isClean: false)
        case .cachedUnaware: .cached(snapshot, isClean: true)
        }
    }

    /// What the archive holds when nothing goes wrong, and how many steps that takes.
    private func truth(_ scenario: Scenario, _ kind: Backend.Kind) async throws -> (contents: Contents, steps: Int) {
        try await withBackend(kind) { backend in
            let stage = try await prepare(scenario, backend)
            let life = WriterLife()
            try await round(
                life.store(over: backend.store), stage.victim, from: start(stage), headLag: stage.headLag)
            try expectSound(try backend.objects())
            return (try Contents(try backend.objects()), life.steps)
        }
    }

    @Test(arguments: Scenario.allCases, Backend.Kind.allCases)
    func `a run that dies at any step is made good by the next one`(scenario: Scenario, kind: Backend.Kind) async throws
    {
        let (expected, steps) = try await truth(scenario, kind)
        #expect(steps >= 3)
        for step in 1...steps {
            for fault in [StepFault.before, .after, .lostReply] {
                for healing in kind == .memory ? Healing.allCases : [.cold] {
                    try await walk(scenario, kind, step: step, fault, healing, expected)
                }
            }
        }
    }

    private func walk(
        _ scenario: Scenario, _ kind: Backend.Kind, step: Int, _ fault: StepFault, _ healing: Healing,
        _ expected: Contents
    ) async throws {
        try await withBackend(kind) { backend in
            let stage = try await prepare(scenario, backend)
            let comment: Comment = "\(scenario) \(kind) step \(step) \(fault) \(healing)"
            let life = WriterLife { $0 == step ? fault : .none }
            let victim = await outcome { () async throws(ArchiveError) in
                try await round(
                    life.store(over: backend.store), stage.victim, from: start(stage), headLag: stage.headLag)
            }
            if fault == .lostReply { _ = try victim.get() }
            // The damage to a shard is the run's to repair, not yet done.
            if scenario != .damagedShard { try expectSound(try backend.objects(), isSettled: false, comment) }
            try await round(backend.store, stage.victim, from: start(healing, stage), headLag: stage.headLag)
            try expectSound(try backend.objects(), comment)
            #expect(try Contents(try backend.objects()) == expected, comment)
            let objects = try backend.objects()
            try await round(backend.store, stage.victim)
            #expect(try backend.objects() == objects, comment)
        }
    }

    @Test(arguments: Scenario.allCases, [Healing.cold, .cachedUnclean])
    func `a run after an unclean end finishes what was claimed, even when it has nothing new`(
        scenario: Scenario, healing: Healing
    ) async throws {
        let (_, steps) = try await truth(scenario, .memory)
        for step in 1...steps {
            try await withBackend(.memory) { backend in
                let stage = try await prepare(scenario, backend)
                let life = WriterLife { $0 == step ? .after : .none }
                _ = await outcome { () async throws(ArchiveError) in
                    try await round(
                        life.store(over: backend.store), stage.victim, from: start(stage), headLag: stage.headLag)
                }
                if scenario == .damagedShard, life.isDead {
                    // Nothing of this shard is looked at where nothing is new; what is new makes it whole first.
                    try await round(backend.store, stage.victim)
                } else {
                    try await round(backend.store, stage.before, from: start(healing, stage))
                }
                try expectSound(try backend.objects(), "\(scenario) step \(step) \(healing)")
            }
        }
    }

    @Test func `a head that lags behind is a lower bound, and one that was never written too`() async throws {
        for remove in [true, false] {
            let memory = MemoryStore()
            var snapshot = try await round(memory.store(), try FeedState(Self.old), headLag: 0)
            for minute in 1...5 {
                let state = try FeedState(Self.old + [event(598_100 + minute)], minute: minute)
                snapshot = try await round(
                    memory.store(), state, from: .cached(snapshot, isClean: true), headLag: 100)
            }
            #expect(memory.objects["index/head"].map(text)?.contains("\"commit\":1") == true)
            if remove { memory.remove("index/head") }
            let objects = memory.objects
            try await round(memory.store(), try FeedState(Self.old), headLag: 100)
            #expect(memory.objects == objects)
            try expectSound(memory.objects)
        }
    }
}
