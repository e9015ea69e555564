// SPDX-License-Identifier: MIT

import JSON

/// All commits of an archive in order, a few in memory at a time.
struct CommitLog: Sendable {
    let store: ArchiveStore

    /// Why a commit that is listed cannot be used.
    enum Fault: Error, Sendable, Hashable {
        /// It went away after it was listed.
        case missing
        case damaged(String)
        case newer(schema: Int)
    }

    struct Entry: Sendable {
        let number: Int
        /// Of the object, in bytes.
        let size: Int
        let commit: Result<Commit, Fault>
    }

    /// What stands under `commits/`: numbers in order, and names that are none.
    func list(after number: Int = 0) async throws(ArchiveError) -> (numbers: [Int], others: [String]) {
        var numbers: [Int] = []
        var others: [String] = []
        var start: String? = Commit.object(number + 1)
        if number == 0 { start = nil }
        repeat {
            let page = try await store.list("commits/", start, 1_000)
            for object in page.objects {
                if let number = Commit.number(ofObject: object.name) {
                    numbers.append(number)
                } else {
                    others.append(object.name)
                }
            }
            start = page.next
        } while start != nil
        return (numbers.sorted(), others)
    }

    /// Reads the commits side by side and hands them to `body` in the order of `numbers`.
    func read(
        _ numbers: [Int], _ body: (Entry) async throws(ArchiveError) -> Void
    ) async throws(ArchiveError) {
        var rest = numbers[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batch)
            rest = rest.dropFirst(batch.count)
            let results = await concurrently(batch) { number in
                await outcome { () async throws(ArchiveError) in try await entry(number) }
            }
            for entry in try values(results).sorted(by: { $0.number < $1.number }) { try await body(entry) }
        }
    }

    private static let batch = 16

    private func entry(_ number: Int) async throws(ArchiveError) -> Entry {
        guard let stored = try await store.read(Commit.object(number)) else {
            return Entry(number: number, size: 0, commit: .failure(.missing))
        }
        return Entry(number: number, size: stored.bytes.count, commit: Self.decode(number, stored.bytes))
    }

    private static func decode(_ number: Int, _ bytes: [UInt8]) -> Result<Commit, Fault> {
        do throws(Commit.CodingProblem) {
            return .success(try Commit(number: number, bytes: bytes))
        } catch {
            switch error {
            case .damaged(let text): return .failure(.damaged(text))
            case .newer(let schema): return .failure(.newer(schema: schema))
            }
        }
    }
}

extension Commit {
    /// One line of a commit and what it makes of the index.
    struct Line: Sendable, Hashable {
        let kind: Part.Kind
        let key: String
        let entry: SeenEntry
    }

    /// All lines in the order they happened: parts are sorted by date, so the revisions of an event are put in order here.
    func lines() throws(CodingProblem) -> [Line] {
        var lines: [Line] = []
        for part in parts {
            for line in part.bytes.split(separator: 0x0A) {
                let (key, entry) = try Self.seenEntry(of: Array(line), part.kind)
                lines.append(Line(kind: part.kind, key: key, entry: entry))
            }
        }
        let first = lines.filter { $0.kind != .revisions }
        return first + lines.filter { $0.kind == .revisions }.sorted { $0.entry.revisions < $1.entry.revisions }
    }
}
