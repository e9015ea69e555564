// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension ArchiveExamination {
    /// Compares every shard with what the commits say.
    mutating func checkShards(_ progress: (Int, Int) -> Void) async throws(ArchiveError) {
        let prefix = Archive.shardObject("")
        let listed = try await store.listAll(prefix).map { String($0.name.dropFirst(prefix.count)) }
        let names = Set(listed).union(index.keys).sorted()
        var rest = names[...]
        while !rest.isEmpty {
            let batch = rest.prefix(16)
            rest = rest.dropFirst(16)
            let results = await concurrently(batch) { [store] name in
                await outcome { () async throws(ArchiveError) in
                    (name, try await store.read(Archive.shardObject(name))?.bytes)
                }
            }
            for (name, bytes) in try values(results) { checkShard(name, bytes) }
            report.shards += batch.count
            progress(report.shards, names.count)
        }
    }

    private mutating func checkShard(_ name: String, _ bytes: [UInt8]?) {
        let object = Archive.shardObject(name)
        let expected = index[name] ?? [:]
        guard let bytes else {
            if !expected.isEmpty { add(.shardMissing, object, "the commits hold \(expected.count) entries of it") }
            return
        }
        do throws(SeenShard.CodingProblem) {
            compare(try SeenShard(name: name, bytes: bytes).entries, with: expected, object)
        } catch {
            switch error {
            case .damaged(let text): add(.shardDamaged, object, text)
            case .newer(let schema): add(.newer, object, "it has schema \(schema)")
            }
        }
    }

    private mutating func compare(_ found: [String: SeenEntry], with expected: [String: SeenEntry], _ object: String) {
        let missing = expected.keys.filter { found[$0] == nil }
        let extra = found.keys.filter { expected[$0] == nil }
        let different = expected.keys.filter { key in
            guard let entry = found[key], let wanted = expected[key] else { return false }
            return isIncomplete ? entry.revisions < wanted.revisions : entry != wanted
        }
        func note(_ keys: [String], _ what: String) {
            guard let first = keys.min() else { return }
            let more = keys.count == 1 ? "" : " and \(keys.count - 1) more"
            add(.shardDifferent, object, "\(what): \(first)\(more)")
        }
        note(missing, "it lacks what the commits hold")
        note(different, "it says something else than the commits of")
        // The commits that cannot be read may hold these.
        if !isIncomplete { note(extra, "it holds what no commit does") }
    }

    mutating func checkHead() async throws(ArchiveError) {
        guard let stored = try await store.read(Archive.headObject) else { return }
        do throws(ArchiveError) {
            let head = try ArchiveHead(stored.bytes).commit
            report.head = head
            guard head > last else { return }
            add(.headAhead, Archive.headObject, "it names commit \(head), the last one is \(last)")
        } catch {
            switch error {
            case .newer(_, let schema): add(.newer, Archive.headObject, "it has schema \(schema)")
            case .damaged(_, let text): add(.headDamaged, Archive.headObject, text)
            default: throw error
            }
        }
    }

    /// Looks for objects that no commit explains.
    mutating func checkNames(_ progress: (Int, Int) -> Void) async throws(ArchiveError) {
        let folders = ["events/", "revisions/", "rejects/"]
        for (number, folder) in folders.enumerated() {
            var start: String?
            repeat {
                let page = try await store.list(folder, start, 1_000)
                for object in page.objects where !explained.contains(object.name) { noteUnexplained(object.name) }
                start = page.next
            } while start != nil
            progress(number + 1, folders.count)
        }
    }

    private mutating func noteUnexplained(_ name: String) {
        let file = name.split(separator: "/").last ?? ""
        if name.hasPrefix("rejects/"), name.hasPrefix(ArchiveRepair.evidence) || Self.isBody(file) { return }
        // Numbers of commits do not come near to seconds since 1970.
        if let adoptedAt, let written = Predecessor.written(name), written > 1_000_000_000 {
            let written = Date(timeIntervalSince1970: Double(written))
            guard written > adoptedAt else { return }
            let times = "\(Timestamp.text(written)), after the archive was adopted at \(Timestamp.text(adoptedAt))"
            return add(.predecessorActive, name, "it was written at \(times)")
        }
        // A commit that cannot be read may explain it.
        if isIncomplete, Self.number(file).map({ $0 <= last }) == true { return }
        add(.unexplained, name, "no commit holds it")
    }

    /// `answer-<hash>.body`: a body that was no list of events.
    private static func isBody(_ file: Substring) -> Bool { file.hasPrefix("answer-") && file.hasSuffix(".body") }

    /// The commit's number in `events-7.jsonl`.
    private static func number(_ file: Substring) -> Int? {
        guard file.hasSuffix(".jsonl") else { return nil }
        return file.dropLast(6).split(separator: "-").last.flatMap { Int($0) }
    }
}
