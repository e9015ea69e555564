// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import Synchronization
import TestSupport
import Testing

@testable import Collector

/// Everything that can be wrong with an archive is found, and what can be made good is.
@Suite struct VerificationTests {
    /// Three commits: events of two dates, then revisions and rejects, then one event.
    private func fill(_ backend: Backend) async throws {
        let first = [event(598_001), event(598_002), event(599_001, datetime: "2026-01-03 10:00:00 +01:00")]
        try await round(backend.store, try FeedState(first), headLag: 0)
        let second = [event(598_001, "edited"), first[1], "7", #"{"id":"no"}"#]
        try await round(backend.store, try FeedState(second, minute: 30), headLag: 0)
        try await round(backend.store, try FeedState(second + [event(598_003)], minute: 60), headLag: 0)
    }

    private func filled() async throws -> MemoryStore {
        let memory = MemoryStore()
        try await fill(.memory(memory))
        return memory
    }

    struct Mutation: Sendable, CustomTestStringConvertible {
        let name: String
        let kind: ArchiveProblem.Kind
        let object: String
        let apply: @Sendable (Backend) async throws -> Void

        init(
            _ name: String, _ kind: ArchiveProblem.Kind, _ object: String,
            _ apply: @escaping @Sendable (Backend) async throws -> Void
        ) {
            (self.name, self.kind, self.object, self.apply) = (name, kind, object, apply)
        }

        var testDescription: String { name }
    }

    private static func removed(_ object: String, _ kind: ArchiveProblem.Kind) -> Mutation {
        Mutation("\(object) removed", kind, object) { try $0.remove(object) }
    }

    private static func set(_ object: String, _ kind: ArchiveProblem.Kind, _ text: String) -> Mutation {
        Mutation("\(object) replaced", kind, object) { try $0.set(object, bytes(text)) }
    }

    private static func edited(
        _ object: String, _ kind: ArchiveProblem.Kind, _ old: String, _ new: String
    ) -> Mutation {
        Mutation("\(object): \(old) to \(new)", kind, object) { backend in
            let whole = text(try backend.objects()[object] ?? [])
            #expect(whole.contains(old))
            try backend.set(object, bytes(whole.replacing(old, with: new, maxReplacements: 1)))
        }
    }

    private static func shard(_ name: String, _ edit: @escaping @Sendable (inout SeenShard) -> Void) -> Mutation {
        let object = "index/shards/\(name)"
        return Mutation("entries of shard \(name)", .shardDifferent, object) { backend in
            var shard = (try backend.objects()[object]).flatMap { try? SeenShard(name: name, bytes: $0) } ?? SeenShard()
            edit(&shard)
            try backend.set(object, shard.encoded(name: name))
        }
    }

    /// Commit 4 as a writer with a wrong view of the index would make it.
    private static func commit(
        _ name: String, _ kind: ArchiveProblem.Kind, _ element: String, known: SeenEntry?
    ) -> Mutation {
        Mutation(name, kind, Commit.object(4)) { backend in
            let state = try FeedState([element], minute: 90)
            var draft = CommitDraft()
            _ = draft.add(state.answer, body: state.body, observedAt: state.at, run: "wrong") { _ in known }
            try backend.set(Commit.object(4), draft.commit(number: 4, run: "wrong", at: state.at).encoded())
        }
    }

    static let repairable: [Mutation] = [
        removed("events/2026/01/02/events-1.jsonl", .fileMissing),
        removed("revisions/2026/01/02/revisions-2.jsonl", .fileMissing),
        removed("rejects/2026/01/02/rejects-2.jsonl", .fileMissing),
        set("events/2026/01/03/events-1.jsonl", .fileDifferent, "{}\n"),
        edited("revisions/2026/01/02/revisions-2.jsonl", .fileDifferent, "edited", "forged"),
        removed("index/shards/598", .shardMissing), set("index/shards/599", .shardDamaged, "nonsense"),
        edited("index/shards/598", .shardDamaged, "598001 ", "598009 "),
        shard("598") { $0.entries["598002"] = nil },
        shard("598") { $0.entries["598002"] = SeenEntry(content: ContentHash(canonical: []), revisions: 0) },
        shard("598") { $0.entries["598009"] = SeenEntry(content: nil, revisions: 0) },
        shard("600") { $0.entries["600000"] = SeenEntry(content: nil, revisions: 0) },
        set("index/head", .headAhead, #"{"schema":1,"commit":4}"#), set("index/head", .headDamaged, "{"),
        set("index/head", .headDamaged, #"{"schema":1,"commit":-1}"#),
    ]

    static let lasting: [Mutation] = [
        removed(Commit.object(1), .commitMissing), removed(Commit.object(2), .commitMissing),
        set(Commit.object(2), .commitDamaged, "{}\n"),
        edited(Commit.object(1), .commitDamaged, #"{"id":598001"#, #"{"id":59800x"#),
        edited(Commit.object(3), .newer, #""schema":1"#, #""schema":9"#),
        edited("index/shards/598", .newer, #""schema":1"#, #""schema":9"#),
        set("index/head", .newer, #"{"schema":2,"commit":3}"#),
        set("events/2026/01/02/events-99.jsonl", .unexplained, "{}\n"),
        set("rejects/2026/01/02/notes.txt", .unexplained, "x"), set("commits/readme.txt", .unexplained, "x"),
        commit("an event twice", .duplicate, event(598_001), known: nil),
        commit("a reject twice", .duplicate, "7", known: nil),
        commit(
            "a revision left out", .revisionOrder, event(598_002, "x"), known: SeenEntry(content: nil, revisions: 4)),
        commit("a revision again", .revisionOrder, event(598_001, "x"), known: SeenEntry(content: nil, revisions: 0)),
        commit("a revision of nothing", .revisionOrder, event(5), known: SeenEntry(content: nil, revisions: 0)),
        commit("an empty revision", .revisionUnchanged, event(598_002), known: SeenEntry(content: nil, revisions: 0)),
    ]

    @Test(arguments: Backend.Kind.allCases)
    func `a sound archive is good`(kind: Backend.Kind) async throws {
        try await withBackend(kind) { backend async throws in
            #expect(try await ArchiveVerification(backend.store).run().isGood)
            try await fill(backend)
            try backend.set("rejects/2026/01/02/answer-0123.body", [1])
            let objects = try backend.objects()
            let report = try await ArchiveVerification(backend.store).run()
            #expect(report.problems == [])
            #expect(report.commits == 3 && report.firstCommit == 1 && report.lastCommit == 3 && report.head == 3)
            #expect(report.events == 4 && report.revisions == 1 && report.rejects == 2 && report.duplicates == 0)
            #expect(report.files == 5 && report.shards >= 3)
            #expect(report.json["good"] == true && report.json["commits"] == 3)
            #expect(try backend.objects() == objects)
            let repair = try await ArchiveRepair(backend.store).run()
            #expect(repair.isGood && repair.made == [] && repair.kept == [])
            #expect(try backend.objects() == objects)
        }
    }

    @Test(arguments: repairable, Backend.Kind.allCases)
    func `what follows from commits is found wrong and made again`(mutation: Mutation, kind: Backend.Kind) async throws
    {
        try await withBackend(kind) { backend async throws in
            try await fill(backend)
            let good = try backend.objects()
            try await mutation.apply(backend)
            let damaged = try backend.objects()
            let report = try await ArchiveVerification(backend.store).run()
            #expect(report.problems.map(\.kind) == [mutation.kind])
            #expect(report.problems.map(\.object) == [mutation.object])
            #expect(!report.isGood && report.json["good"] == false && mutation.kind.isRepairable)
            let repair = try await ArchiveRepair(backend.store).run()
            #expect(repair.isGood && repair.made == [mutation.object])
            var repaired = try backend.objects()
            // Damaged bytes are kept, and an index that lost a shard is not one that never had it.
            if let bytes = damaged[mutation.object] {
                #expect(repair.kept.count == 1)
                #expect(repair.kept.allSatisfy { repaired[$0] == bytes })
            }
            for kept in repair.kept { repaired[kept] = nil }
            if mutation.object != "index/shards/600" { #expect(repaired == good) }
            let again = try await ArchiveRepair(backend.store).run()
            #expect(again.made == [] && again.isGood)
        }
    }

    @Test(arguments: lasting)
    func `what cannot be made again is told, and a repair leaves it`(mutation: Mutation) async throws {
        let memory = try await filled()
        try await mutation.apply(.memory(memory))
        let report = try await ArchiveVerification(memory.store()).run()
        let found = report.problems.filter { $0.kind == mutation.kind && $0.object == mutation.object }
        #expect(found.count == 1, "\(report.problems)")
        #expect(!mutation.kind.isRepairable)
        let objects = memory.objects
        let repair = try await ArchiveRepair(memory.store()).run()
        #expect(repair.after.problems.contains { $0.kind == mutation.kind && $0.object == mutation.object })
        for (name, bytes) in objects where name.hasPrefix("commits/") { #expect(memory.objects[name] == bytes) }
        let settled = memory.objects
        #expect(try await ArchiveRepair(memory.store()).run().made == [])
        #expect(memory.objects == settled)
    }

    @Test func `every problem says what to do`() {
        for kind in ArchiveProblem.Kind.allCases {
            let problem = ArchiveProblem(kind, "object", "what")
            #expect(problem.json["fix"]?.string?.isEmpty == false)
            #expect(problem.json["repairable"] == .bool(kind.isRepairable))
            #expect(kind.fix.contains("archive repair") == kind.isRepairable)
        }
    }

    @Test func `with a commit gone, nothing is taken out of the index`() async throws {
        let memory = try await filled()
        let objects = memory.objects
        memory.remove(Commit.object(3))
        memory.remove(Commit.object(1))
        memory.remove("revisions/2026/01/02/revisions-2.jsonl")
        memory.set("index/shards/599", bytes("nonsense"))
        let repair = try await ArchiveRepair(memory.store()).run()
        #expect(!repair.isGood)
        // The file follows from a commit that is there; the shard does not.
        #expect(repair.made == ["revisions/2026/01/02/revisions-2.jsonl"])
        #expect(memory.objects["index/shards/598"] == objects["index/shards/598"])
        #expect(memory.objects["index/shards/599"] == bytes("nonsense"))
        memory.set(Commit.object(1), objects[Commit.object(1)] ?? [])
        memory.set(Commit.object(3), objects[Commit.object(3)] ?? [])
        let whole = try await ArchiveRepair(memory.store()).run()
        #expect(whole.isGood && whole.made == ["index/shards/599"])
    }

    @Test func `files that nobody wrote yet are a repair's to write, and the head follows`() async throws {
        let memory = try await filled()
        for name in memory.objects.keys where !name.hasPrefix("commits/") { memory.remove(name) }
        let repair = try await ArchiveRepair(memory.store()).run()
        #expect(repair.isGood && repair.head == 3)
        try expectSound(memory.objects)
        try await round(memory.store(), try FeedState([event(598_001, "edited")]))
        #expect(memory.objects[Commit.object(4)] == nil)
    }

    @Test(arguments: 1...25)
    func `a collector at work meanwhile is no problem`(step: Int) async throws {
        let memory = try await filled()
        let later = try FeedState([event(598_010), event(598_002, "later"), event(601_000)], minute: 90)
        let isDone = Atomic(false)
        let life = WriterLife(fault: { number in
            if number == step { isDone.store(true, ordering: .relaxed) }; return .none
        }) {
            guard isDone.exchange(false, ordering: .relaxed) else { return }
            _ = try? await round(memory.store(), later, headLag: 0)
        }
        let report = try await ArchiveVerification(life.store(over: memory.store())).run()
        #expect(report.problems == [], "step \(step)")
    }

    @Test func `an adopted archive is good, a predecessor that writes on is not`() async throws {
        let memory = MemoryStore()
        memory.set("metadata/last_seen.json", bytes(#"{"seen_ids": [598002, 598001]}"#))
        memory.set("events/2026/01/02/events-1767355000.jsonl", bytes(event(598_001) + "\n"))
        try await round(memory.store(), try FeedState([event(598_001), event(598_002), event(598_003)]))
        let good = try await ArchiveVerification(memory.store()).run()
        #expect(good.problems == [] && good.seeds == 2 && good.events == 1 && good.revisions == 1)
        memory.set("events/2026/01/02/events-1767355201.jsonl", bytes(event(598_009) + "\n"))
        let report = try await ArchiveVerification(memory.store()).run()
        #expect(report.problems.map(\.kind) == [.predecessorActive])
    }

    @Test func `progress goes up to its total`() async throws {
        let memory = try await filled()
        let seen = Mutex<[ArchiveProgress]>([])
        _ = try await ArchiveVerification(memory.store()) { step in seen.withLock { $0.append(step) } }.run()
        let steps = seen.withLock { $0 }
        for phase in [ArchiveProgress.Phase.commits, .index, .names] {
            let last = steps.last { $0.phase == phase }
            #expect(last.map { $0.done == $0.total } == true, "\(phase)")
        }
    }

    @Test func `a store that fails is an error, no finding`() async throws {
        let memory = try await filled()
        let healthy = WriterLife()
        _ = try await ArchiveVerification(healthy.store(over: memory.store())).run()
        for step in 1...healthy.steps {
            let life = WriterLife { $0 == step ? .before : .none }
            await #expect(throws: ArchiveError.self) {
                try await ArchiveVerification(life.store(over: memory.store())).run()
            }
        }
    }

    @Test func `a repair that dies anywhere is finished by the next`() async throws {
        for step in 1...80 {
            let memory = try await filled()
            memory.remove("events/2026/01/02/events-1.jsonl")
            memory.set("revisions/2026/01/02/revisions-2.jsonl", [1])
            memory.set("index/shards/598", bytes("x"))
            memory.set("index/head", bytes("x"))
            let life = WriterLife { $0 == step ? .after : .none }
            _ = try? await ArchiveRepair(life.store(over: memory.store())).run()
            #expect(try await ArchiveRepair(memory.store()).run().isGood, "step \(step)")
            try expectSound(memory.objects, "step \(step)")
        }
    }

    @Test func `statistics count what the commits hold and what is stored`() async throws {
        let memory = try await filled()
        try await round(
            memory.store(), try FeedState([event(5, datetime: "2025-12-31 23:00:00 +01:00")], minute: 90), run: "last")
        memory.set(Commit.object(5), [1])
        memory.set("README", [1, 2])
        let statistics = try await ArchiveStatistics.read(memory.store())
        #expect(statistics.commits == 5 && statistics.unreadable == 1)
        #expect(
            statistics.events == 5 && statistics.revisions == 1 && statistics.rejects == 2 && statistics.adopted == 0)
        #expect(statistics.firstDate == "2025-12-31" && statistics.lastDate == "2026-01-03")
        #expect(statistics.eventsPerMonth == ["2025-12": 1, "2026-01": 4])
        #expect(statistics.newestCommit?.number == 4 && statistics.newestCommit?.run == "last")
        #expect(statistics.storage["other"] == .init(objects: 1, bytes: 2))
        let bytes = memory.objects.filter { $0.key.hasPrefix("commits/") }.reduce(0) { $0 + $1.value.count }
        #expect(statistics.storage["commits"] == .init(objects: 5, bytes: bytes))
        let json = statistics.json
        #expect(json["events_per_month"]?["2025-12"] == 1 && json["newest"]?["run_id"] == "last")
        #expect(json["storage"]?["commits"]?["bytes"]?.int == bytes)
        let empty = try await ArchiveStatistics.read(MemoryStore().store())
        #expect(empty.commits == 0 && empty.json["newest"] == .null)
    }
}
