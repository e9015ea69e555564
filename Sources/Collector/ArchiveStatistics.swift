// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON
import Ledger

/// How much an archive holds, and of when.
package struct ArchiveStatistics: Sendable, Hashable {
    package private(set) var place: String
    package private(set) var commits = 0
    package private(set) var events = 0
    package private(set) var revisions = 0
    package private(set) var rejects = 0
    /// Events adopted from a predecessor's archive.
    package private(set) var adopted = 0
    /// First and last local date of an event, as `YYYY-MM-DD`.
    package private(set) var firstDate: String?
    package private(set) var lastDate: String?
    /// New events by the month of their date, as `YYYY-MM`.
    package private(set) var eventsPerMonth: [String: Int] = [:]
    package private(set) var newestCommit: Newest?
    /// Objects and their bytes by the first step of their names.
    package private(set) var storage: [String: Size] = [:]
    /// Commits that cannot be read: what they hold is not counted.
    package private(set) var unreadable = 0

    package struct Newest: Sendable, Hashable {
        package let number: Int
        package let run: String
        package let committedAt: Date
    }

    package struct Size: Sendable, Hashable {
        package var objects = 0
        package var bytes = 0
    }

    /// Reads all commits and lists all objects.
    package static func read(
        _ store: ArchiveStore, progress: @Sendable (ArchiveProgress) -> Void = { _ in }
    ) async throws(ArchiveError) -> ArchiveStatistics {
        var statistics = ArchiveStatistics(place: store.place)
        let log = CommitLog(store: store)
        let numbers = try await log.list().numbers
        try await log.read(numbers) { entry throws(ArchiveError) in
            statistics.take(entry)
            progress(ArchiveProgress(.commits, done: statistics.commits, total: numbers.count))
        }
        var start: String?
        repeat {
            let page = try await store.list("", start, 1_000)
            for object in page.objects { statistics.take(object) }
            start = page.next
        } while start != nil
        return statistics
    }

    private init(place: String) { self.place = place }

    private mutating func take(_ entry: CommitLog.Entry) {
        commits += 1
        guard case .success(let commit) = entry.commit else {
            unreadable += 1
            return
        }
        newestCommit = Newest(number: commit.number, run: commit.run, committedAt: commit.committedAt)
        events += commit.count(.events)
        revisions += commit.count(.revisions)
        rejects += commit.count(.rejects)
        adopted += commit.count(.seeds)
        for part in commit.parts where part.kind == .events {
            let date = (part.object ?? "").split(separator: "/").dropFirst().prefix(3).joined(separator: "-")
            eventsPerMonth[String(date.prefix(7)), default: 0] += part.lines
            firstDate = min(firstDate ?? date, date)
            lastDate = max(lastDate ?? date, date)
        }
    }

    private mutating func take(_ object: ArchiveStore.ListedObject) {
        let kind = object.name.contains("/") ? String(object.name.prefix { $0 != "/" }) : "other"
        storage[kind, default: Size()].objects += 1
        storage[kind, default: Size()].bytes += object.bytes
    }
}

extension ArchiveStatistics {
    /// `schema` 1: counts by their names, `events_per_month` and `storage` as objects.
    package var json: JSONValue {
        let months = eventsPerMonth.sorted { $0.key < $1.key }.map { JSONMember($0.key, .int($0.value)) }
        let sizes = storage.sorted { $0.key < $1.key }.map { kind, size in
            JSONMember(kind, ["objects": .int(size.objects), "bytes": .int(size.bytes)])
        }
        let newest = newestCommit.map { commit -> JSONValue in
            [
                "commit": .int(commit.number), "run_id": .string(commit.run),
                "committed_at": .string(Timestamp.text(commit.committedAt)),
            ]
        }
        return [
            "schema": 1, "archive": .string(place), "commits": .int(commits), "unreadable_commits": .int(unreadable),
            "events": .int(events), "revisions": .int(revisions), "rejects": .int(rejects), "adopted": .int(adopted),
            "first_date": .optional(firstDate), "last_date": .optional(lastDate), "newest": newest ?? .null,
            "events_per_month": .object(months), "storage": .object(sizes),
        ]
    }
}
