// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Logging

/// An archive of the Python collector this program follows: `metadata/last_seen.json` with the highest 1,000 ids, and
/// `events/YYYY/MM/DD/events-<unix>.jsonl`. It is read once, to know what is stored; nothing of it is ever rewritten.
package enum Predecessor {
    static let seenObject = "metadata/last_seen.json"

    /// Whether `store` holds such an archive.
    ///
    /// - Throws: `foreign` where it holds something else. Names beginning with a dot do not count.
    package static func isPresent(in store: ArchiveStore) async throws(ArchiveError) -> Bool {
        var others: [String] = []
        for object in try await store.list("", nil, 1_000).objects {
            if object.name == seenObject || isEventsObject(object.name) { return true }
            if !isOurs(object.name) { others.append(object.name) }
        }
        guard others.isEmpty else { throw .foreign(place: store.place, examples: Array(others.prefix(3))) }
        // The first thousand names may all be ours or none: ask for the two marks themselves.
        if try await store.read(seenObject) != nil { return true }
        return try await store.list("events/", nil, 1).objects.contains { isEventsObject($0.name) }
    }

    /// Every id it knows, with the content last stored where a line holds it.
    static func seeds(in store: ArchiveStore, log: Logger) async throws(ArchiveError) -> [String: SeenEntry] {
        var seeds: [String: SeenEntry] = [:]
        var unreadable = 0
        let objects = try await store.listAll("events/").map(\.name).filter(isEventsObject)
        for object in objects.sorted(by: { written($0) ?? 0 < written($1) ?? 0 }) {
            guard let stored = try await store.read(object) else { continue }
            for line in stored.bytes.split(separator: 0x0A) {
                guard let event = event(in: Array(line)) else {
                    unreadable += 1
                    continue
                }
                seeds[SeenKey.event(event.id)] = SeenEntry(content: event.content, revisions: 0)
            }
        }
        for id in try await seenIDs(in: store) where seeds[id] == nil {
            seeds[id] = SeenEntry(content: nil, revisions: 0)
        }
        if unreadable > 0 {
            log.warning("lines of the predecessor's archive cannot be read", metadata: ["lines": "\(unreadable)"])
        }
        return seeds
    }

    /// Commit 1 of an adopted archive: what is known, as lines of their own kind.
    static func commit(_ seeds: [String: SeenEntry], run: String, at date: Date) -> Commit {
        var lines: [UInt8] = []
        for key in seeds.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let line: JSONValue = [
                "id": .string(key), "content": .optional(seeds[key]?.content?.hex), "revisions": 0,
            ]
            lines += line.encoded() + [0x0A]
        }
        let part = Commit.Part(kind: .seeds, object: nil, lines: seeds.count, bytes: lines)
        return Commit(number: 1, run: run, runs: [run], committedAt: date, parts: [part])
    }

    /// `events/YYYY/MM/DD/events-<unix>.jsonl`, whoever wrote it.
    static func isEventsObject(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 5 && parts[0] == "events" && parts[4].hasPrefix("events-") && parts[4].hasSuffix(".jsonl")
    }

    private static func isOurs(_ name: String) -> Bool {
        ["commits/", "events/", "revisions/", "rejects/", "index/", "runs/", "reports/", "metadata/", "."].contains {
            name.hasPrefix($0)
        }
    }

    /// The number in the name of a file of events: the time it was written, in seconds since 1970.
    static func written(_ name: String) -> Int? {
        isEventsObject(name) ? Int(name.split(separator: "-").last?.dropLast(6) ?? "") : nil
    }

    private static func event(in line: [UInt8]) -> Event? {
        // A line that is no event tells nothing about what is stored; the caller counts it.
        guard case (.event(let event), _)? = try? EventReader.read(line.span, from: 0) else { return nil }
        return event
    }

    private static func seenIDs(in store: ArchiveStore) async throws(ArchiveError) -> [String] {
        guard let stored = try await store.read(seenObject) else { return [] }
        do throws(JSONError) {
            let ids = try JSONValue.parse(stored.bytes)["seen_ids"]?.array ?? []
            return ids.compactMap { id in
                switch id {
                case .number(let token), .string(let token): Int(token).map(String.init)
                default: nil
                }
            }
        } catch {
            throw .damaged(object: seenObject, problem: "\(error)")
        }
    }
}
