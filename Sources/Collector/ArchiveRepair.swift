// SPDX-License-Identifier: MIT

package import JSON
import Logging
import OCI

/// Makes an archive's files, index and head again from its commits. What was damaged is kept aside; what is good is left
/// alone, so that a second repair does nothing.
///
/// No run should be at work meanwhile; one that is changes nothing for the worse, since everything is written on
/// condition.
package struct ArchiveRepair: Sendable {
    private let store: ArchiveStore
    private let progress: @Sendable (ArchiveProgress) -> Void

    package init(_ store: ArchiveStore, progress: @escaping @Sendable (ArchiveProgress) -> Void = { _ in }) {
        self.store = store
        self.progress = progress
    }

    /// What was done, in the order it was done, and what is left.
    package struct Report: Sendable, Hashable {
        package internal(set) var place: String
        /// Objects made or made again.
        package internal(set) var made: [String] = []
        /// Where damaged bytes are kept.
        package internal(set) var kept: [String] = []
        /// The commit `index/head` names now, where it was changed.
        package internal(set) var head: Int?
        /// Of the verification afterwards.
        package internal(set) var after: ArchiveVerification.Report

        package var isGood: Bool { after.isGood }
    }

    /// Where the damaged bytes of files go.
    static let evidence = "rejects/damaged/"

    /// Repairs what can be repaired, then verifies again.
    package func run() async throws(ArchiveError) -> Report {
        let found = try await ArchiveVerification(store, progress: progress).examine()
        var report = Report(place: store.place, after: found.report)
        try await makeFiles(found, &report)
        try await makeShards(found, &report)
        try await makeHead(found, &report)
        if !report.made.isEmpty { report.after = try await ArchiveVerification(store, progress: progress).run() }
        return report
    }

    private func makeFiles(_ found: ArchiveExamination, _ report: inout Report) async throws(ArchiveError) {
        let broken = Set(
            found.report.problems.filter { [.fileMissing, .fileDifferent].contains($0.kind) }.map(\.object))
        let numbers = Set(broken.compactMap { found.commit(ofFile: $0) }).sorted()
        var done = 0
        try await CommitLog(store: store).read(numbers) { entry throws(ArchiveError) in
            guard case .success(let commit) = entry.commit else { return }
            for part in commit.parts {
                guard let object = part.object, broken.contains(object) else { continue }
                try await put(object, part.bytes, evidence: Self.evidence, &report)
                done += 1
                progress(ArchiveProgress(.files, done: done, total: broken.count))
            }
        }
    }

    private func makeShards(_ found: ArchiveExamination, _ report: inout Report) async throws(ArchiveError) {
        let kinds: [ArchiveProblem.Kind] = [.shardMissing, .shardDamaged, .shardDifferent]
        let broken = Set(found.report.problems.filter { kinds.contains($0.kind) }.map(\.object))
        for object in broken.sorted() {
            let name = String(object.dropFirst(Archive.shardObject("").count))
            var shard = SeenShard(entries: found.index[name] ?? [:])
            if found.isIncomplete {
                // What the unreadable commits hold is known only here: nothing is taken away, and a shard that
                // cannot be read waits for the commits.
                guard let stored = try await store.read(object) else { continue }
                guard var known = try? SeenShard(name: name, bytes: stored.bytes) else { continue }
                _ = known.merge(shard.entries)
                shard = known
            }
            try await put(object, shard.encoded(name: name), evidence: "index/damaged/", &report)
        }
    }

    /// The head may name the last commit now that all files and shards are made.
    private func makeHead(_ found: ArchiveExamination, _ report: inout Report) async throws(ArchiveError) {
        let isBroken = found.report.problems.contains { [.headDamaged, .headAhead].contains($0.kind) }
        let isNewer = found.report.problems.contains { $0.kind == .newer }
        guard !isNewer, isBroken || (!report.made.isEmpty && (found.report.head ?? 0) < found.position) else { return }
        // Without any commit left, a head that says 0 says that they are gone for good.
        guard !found.isIncomplete || (isBroken && found.position > 0) else { return }
        let shards = try await store.listAll("index/shards/").map { String($0.name.dropFirst(13)) }
        let head = ArchiveHead(commit: found.position, shards: Set(shards))
        try await put(Archive.headObject, head.encoded(), evidence: "index/damaged/", &report)
        report.head = found.position
    }

    /// Puts the bytes where others stand or nothing does; what stood there is kept.
    private func put(
        _ object: String, _ bytes: [UInt8], evidence: String, _ report: inout Report
    ) async throws(ArchiveError) {
        for _ in 0..<10 {
            let stored = try await store.read(object)
            guard stored?.bytes != bytes else { return }
            if let stored {
                let hash = Hex.encode(Array(Digest.sha256(stored.bytes).prefix(8)))
                let kept = evidence + object.split(separator: "/").joined(separator: "-") + "-" + hash
                _ = try await store.create(kept, stored.bytes)
                report.kept.append(kept)
            }
            if try await store.replace(object, bytes, stored?.tag) != nil {
                report.made.append(object)
                return
            }
        }
        throw .contended(object: object, attempts: 10)
    }
}

extension ArchiveRepair.Report {
    /// `schema` 1: `made` and `kept` as names, `head`, and `after` as `archive verify` tells it.
    package var json: JSONValue {
        [
            "schema": 1, "archive": .string(place), "good": .bool(isGood), "made": .array(made.map(JSONValue.string)),
            "kept": .array(kept.map(JSONValue.string)), "head": .optional(head), "after": after.json,
        ]
    }
}

extension ArchiveExamination {
    /// The commit a file follows from.
    fileprivate func commit(ofFile name: String) -> Int? {
        name.dropLast(6).split(separator: "-").last.flatMap { Int($0) }
    }
}
