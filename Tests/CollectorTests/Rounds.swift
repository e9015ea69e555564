// SPDX-License-Identifier: MIT

import FoundationEssentials
import TestSupport
import Testing
import Transport

@testable import Collector

/// An answer of the feed, read once and used by many runs.
struct FeedState: Sendable {
    let answer: Answer
    let body: [UInt8]
    let at: Date

    init(_ elements: [String], minute: Int = 0) throws {
        body = CollectorTests.body(elements)
        at = Date(timeIntervalSince1970: Double(noon + 60 * minute))
        var reader = AnswerReader()
        answer = try reader.read(body, now: noon + 60 * minute)
    }

    var keys: [String] {
        answer.events.map { SeenKey.event($0.id) }
            + answer.rejects.map { Observation($0, in: body, observedAt: at).key }
    }
}

/// How a run of the collector gets at the archive.
enum Start: Sendable {
    /// From `index/head`, as after the loss of the cache.
    case cold
    /// From what an earlier run left. After an unclean end it looks for commits to finish.
    case cached(ArchiveCache.Snapshot, isClean: Bool)
}

extension Archive {
    /// What this run would leave for the next one.
    var snapshot: ArchiveCache.Snapshot {
        ArchiveCache.Snapshot(
            position: position, head: head, isClean: true, savedAt: time.now(),
            shards: shards.mapValues { ArchiveCache.Snapshot.Shard(shard: $0.shard, tag: $0.tag, checksum: "") },
            inventory: inventory)
    }
}

/// The archive's part of one run: open, diff, commit.
@discardableResult
func round(
    _ store: ArchiveStore, _ state: FeedState, from start: Start = .cold, run: String = "test", headLag: Int = 2
) async throws(ArchiveError) -> ArchiveCache.Snapshot {
    let opening = Archive.Opening(
        run: run, date: state.at, headLag: headLag, time: ManualTime(now: state.at).source, log: silent)
    var archive: Archive
    switch start {
    case .cold: archive = try await Archive.open(store, opening)
    case .cached(let snapshot, let isClean):
        archive = Archive(store: store, cached: snapshot, opening: opening)
        if !isClean { try await archive.catchUp() }
    }
    try await archive.load(keys: state.keys)
    var draft = CommitDraft()
    _ = draft.add(state.answer, body: state.body, observedAt: state.at, run: run, seen: archive.seen)
    _ = try await archive.commit(draft, run: run, at: state.at)
    return archive.snapshot
}

/// Holds the protocol's promises against everything an archive holds.
///
/// - Parameter isSettled: all files and shards must be there, as after a healing run.
func expectSound(
    _ objects: [String: [UInt8]], isSettled: Bool = true, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let numbers = objects.keys.compactMap(Commit.number(ofObject:)).sorted()
    var problems: [String] = []
    if numbers != Array((numbers.first ?? 1)..<(numbers.first ?? 1) + numbers.count) || (numbers.first ?? 1) != 1 {
        problems.append("the commits are \(numbers)")
    }
    var index: [String: SeenEntry] = [:]
    var explained: Set<String> = []
    for number in numbers {
        let commit = try Commit(number: number, bytes: objects[Commit.object(number)] ?? [])
        try judge(commit, &index, &problems)
        for part in commit.parts {
            guard let object = part.object else { continue }
            explained.insert(object)
            if objects[object] == nil ? isSettled : objects[object] != part.bytes {
                problems.append("\(object) is not its slice of commit \(number)")
            }
        }
    }
    let shards = try shards(objects)
    for (key, entry) in index where isSettled && shards[SeenKey.shard(of: key)]?.entries[key] != entry {
        problems.append("the index says something else of \(key)")
    }
    for (name, shard) in shards {
        for (key, entry) in shard.entries {
            let isAhead = (index[key]?.revisions ?? -1) < entry.revisions
            if SeenKey.shard(of: key) != name || isAhead { problems.append("shard \(name) makes up \(key)") }
        }
    }
    let head = try objects["index/head"].map { try ArchiveHead($0).commit } ?? 0
    if head > numbers.last ?? 0 { problems.append("head \(head) leads") }
    for number in numbers where number <= head {
        let commit = try Commit(number: number, bytes: objects[Commit.object(number)] ?? [])
        for (key, entry) in try commit.seenEntries() {
            let known = shards[SeenKey.shard(of: key)]?.entries[key]
            if (known?.revisions ?? -1) < entry.revisions { problems.append("head \(head) leads \(key)") }
        }
    }
    #expect(problems == [], comment, sourceLocation: sourceLocation)
}

private func shards(_ objects: [String: [UInt8]]) throws -> [String: SeenShard] {
    var shards: [String: SeenShard] = [:]
    for (object, bytes) in objects where object.hasPrefix("index/shards/") {
        let name = String(object.dropFirst(13))
        shards[name] = try SeenShard(name: name, bytes: bytes)
    }
    return shards
}

/// Revisions of one event may lie in parts of several dates: `lines` puts them in order.
private func judge(
    _ commit: Commit, _ index: inout [String: SeenEntry], _ problems: inout [String]
) throws {
    for line in try commit.lines() {
        let (key, number) = (line.key, commit.number)
        switch line.kind {
        case .events, .rejects, .seeds:
            if index[key] != nil { problems.append("\(key) is stored twice, again in commit \(number)") }
        case .revisions:
            if index[key]?.revisions != line.entry.revisions - 1 {
                problems.append("\(key) skips a revision in \(number)")
            }
            if index[key]?.content == line.entry.content {
                problems.append("\(key) is revised to itself in \(number)")
            }
        }
        index[key] = line.entry
    }
}
