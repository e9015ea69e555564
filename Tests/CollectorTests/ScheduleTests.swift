// SPDX-License-Identifier: MIT

import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import Collector

/// Runs tasks one step at a time in an order that follows from a seed.
final class SeededExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var random: SeededGenerator
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Runs until nothing is left to do.
    func drain() {
        while let job = next() { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next() -> UnownedJob? {
        state.withLock { state in
            guard !state.jobs.isEmpty else { return nil }
            return state.jobs.remove(at: Int.random(in: 0..<state.jobs.count, using: &state.random))
        }
    }
}

/// Several collectors at once, dying anywhere, with caches that are fresh, stale or lost: the model of the protocol.
@Suite struct ScheduleTests {
    /// In each of eight blocks; `POLISEN_SCHEDULES=1000` plays 8,000 in all.
    private static let schedules = ProcessInfo.processInfo.environment["POLISEN_SCHEDULES"].flatMap { Int($0) } ?? 40

    /// What the feed shows, one answer after the other: new events, edits back and forth, withdrawals, rejects.
    private static func history(seed: UInt64) throws -> [FeedState] {
        var random = SeededGenerator(seed: seed)
        var shown: [Int: Int] = [:]
        var next = 597_996
        return try (0..<10).map { minute in
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                shown[next] = 0
                next += 1
            }
            if let id = shown.keys.sorted().randomElement(using: &random) {
                shown[id] = Int.random(in: 0...2, using: &random)
            }
            if shown.count > 8, let id = shown.keys.min() { shown[id] = nil }
            var elements = shown.sorted { $0.key < $1.key }.map { id, version in
                event(id, "v\(version)", datetime: "2026-01-0\(1 + (id + version) % 3) 9:38:09 +01:00")
            }
            if minute % 4 == 3 { elements.append("\(minute)") }
            return try FeedState(elements, minute: minute)
        }
    }

    private static let histories: [[FeedState]] = (0..<8).compactMap { try? history(seed: $0) }

    /// A host: its cache, and whether its last run ended well.
    private struct Host {
        var snapshot: ArchiveCache.Snapshot?
        var isClean = true
    }

    /// What the writers of one schedule share.
    private final class World: Sendable {
        struct State {
            var random: SeededGenerator
            var shown = 0
            var stored: Set<Int> = []
            var deaths = 0
        }

        let memory = MemoryStore()
        let history: [FeedState]
        let state: Mutex<State>

        init(seed: UInt64, history: [FeedState]) {
            self.history = history
            state = Mutex(State(random: SeededGenerator(seed: seed)))
        }

        func chance(_ probability: Double) -> Bool {
            state.withLock { Double.random(in: 0..<1, using: &$0.random) < probability }
        }

        /// The feed moves on now and then; a writer sees what it shows now.
        func ask() -> FeedState {
            state.withLock { state in
                if Double.random(in: 0..<1, using: &state.random) < 0.6, state.shown + 1 < history.count {
                    state.shown += 1
                }
                return history[state.shown]
            }
        }

        func fault() -> StepFault {
            state.withLock { state in
                switch Double.random(in: 0..<1, using: &state.random) {
                case ..<0.02: .before
                case ..<0.04: .after
                case ..<0.10: .lostReply
                default: .none
                }
            }
        }
    }

    private static func live(_ world: World, rounds: Int) async {
        var host = Host()
        for number in 0..<rounds {
            let life = WriterLife(fault: { _ in world.fault() }, beforeStep: { await Task.yield() })
            let asked = world.ask()
            var start = Start.cold
            if let snapshot = host.snapshot { start = .cached(snapshot, isClean: host.isClean) }
            let result = await outcome { () async throws(ArchiveError) in
                try await round(
                    life.store(over: world.memory.store()), asked, from: start, run: "run \(number)",
                    headLag: world.chance(0.5) ? 0 : 3)
            }
            switch result {
            case .success(let snapshot):
                // A cache that could not be written stays as it was: stale.
                if host.snapshot == nil || world.chance(0.8) { host = Host(snapshot: snapshot) }
                world.state.withLock { _ = $0.stored.insert($0.shown) }
            case .failure:
                world.state.withLock { $0.deaths += 1 }
                host.isClean = false
                if world.chance(0.3) { host = Host() }
            }
        }
    }

    private func play(seed: UInt64) async throws -> (commits: Int, deaths: Int) {
        let world = World(seed: seed, history: Self.histories[Int(seed % UInt64(Self.histories.count))])
        let executor = SeededExecutor(seed: seed)
        for _ in 0..<3 {
            Task(executorPreference: executor) { await Self.live(world, rounds: 5) }
        }
        executor.drain()
        try expectSound(world.memory.objects, isSettled: false, "seed \(seed), before healing")
        let last = world.history[world.history.count - 1]
        try await round(world.memory.store(), last)
        try expectSound(world.memory.objects, "seed \(seed)")
        try expectComplete(world.memory.objects, last, seed)
        return (
            world.memory.objects.keys.count { $0.hasPrefix("commits/") }, world.state.withLock { $0.deaths }
        )
    }

    private func expectComplete(_ objects: [String: [UInt8]], _ last: FeedState, _ seed: UInt64) throws {
        let contents = try Contents(objects)
        #expect(contents.events.values.allSatisfy { $0.count == 1 }, "seed \(seed)")
        for shown in last.answer.events {
            let line = text(last.body[shown.range])
            let newest = contents.revisions[shown.id.token]?.max { revision($0) < revision($1) }
            let isNewest = newest?.hasSuffix(line + "}") ?? (contents.events[shown.id.token] == [line])
            #expect(isNewest, "seed \(seed): event \(shown.id.token)")
        }
        #expect(Set(contents.rejects).count == contents.rejects.count)
    }

    private func revision(_ line: String) -> Int {
        Int(line.split(separator: "\"revision\":")[1].prefix { $0.isNumber }) ?? 0
    }

    @Test(arguments: 0..<8)
    func `whatever writers do, however they die, every event is stored once`(block: Int) async throws {
        var commits = 0
        var deaths = 0
        for seed in 0..<Self.schedules {
            let result = try await play(seed: UInt64(block * 1_000_000 + seed))
            commits += result.commits
            deaths += result.deaths
        }
        // The schedules must be worth something: many commits, many deaths.
        #expect(commits > Self.schedules * 3)
        #expect(deaths > Self.schedules)
    }
}
