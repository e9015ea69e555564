// SPDX-License-Identifier: MIT

package import JSON

/// Reads everything an archive holds and says whether it is what design §4 promises.
///
/// Commits are read in order, a few at a time; what is kept in memory is one index entry for each id and the names of the
/// files that follow from commits.
package struct ArchiveVerification: Sendable {
    private let store: ArchiveStore
    private let progress: @Sendable (ArchiveProgress) -> Void

    package init(_ store: ArchiveStore, progress: @escaping @Sendable (ArchiveProgress) -> Void = { _ in }) {
        self.store = store
        self.progress = progress
    }

    /// What was read and what was found wrong, problems sorted by object.
    package struct Report: Sendable, Hashable {
        package internal(set) var place: String
        package internal(set) var commits = 0
        package internal(set) var firstCommit: Int?
        package internal(set) var lastCommit: Int?
        package internal(set) var head: Int?
        package internal(set) var events = 0
        package internal(set) var revisions = 0
        package internal(set) var rejects = 0
        /// Events known from a predecessor's archive.
        package internal(set) var seeds = 0
        package internal(set) var files = 0
        package internal(set) var shards = 0
        /// Lines that store again what was stored before.
        package internal(set) var duplicates = 0
        /// Bytes read of commits and files.
        package internal(set) var bytes = 0
        package internal(set) var problems: [ArchiveProblem] = []

        package var isGood: Bool { problems.isEmpty }
    }

    /// - Throws: only where the store cannot be read; whatever is wrong with its content is in the report.
    package func run() async throws(ArchiveError) -> Report {
        try await examine().report
    }

    /// The report and what `ArchiveRepair` needs of the way to it.
    func examine() async throws(ArchiveError) -> ArchiveExamination {
        var commits = ArchiveExamination(store: store)
        let listed = try await CommitLog(store: store).list()
        commits.noteForeign(listed.others)
        var numbers = listed.numbers
        // A collector may be at work: what it commits meanwhile belongs to the picture.
        for _ in 0..<Self.attempts {
            try await take(numbers, into: &commits)
            var all = commits
            try await all.checkShards { progress(ArchiveProgress(.index, done: $0, total: $1)) }
            try await all.checkHead()
            try await all.checkNames { progress(ArchiveProgress(.names, done: $0, total: $1)) }
            all.finish()
            if all.report.problems.count == commits.report.problems.count { return all }
            numbers = try await CommitLog(store: store).list(after: commits.last).numbers
            if numbers.isEmpty { return all }
        }
        throw .contended(object: Commit.object(commits.last + 1), attempts: Self.attempts)
    }

    private static let attempts = 20

    private func take(_ numbers: [Int], into examination: inout ArchiveExamination) async throws(ArchiveError) {
        let total = examination.report.commits + numbers.count
        try await CommitLog(store: store).read(numbers) { entry throws(ArchiveError) in
            try await examination.take(entry)
            progress(ArchiveProgress(.commits, done: examination.report.commits, total: total))
        }
    }
}

/// How far long work has come.
package struct ArchiveProgress: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable { case commits, index, names, files }

    package let phase: Phase
    package let done: Int
    package let total: Int

    package init(_ phase: Phase, done: Int, total: Int) {
        self.phase = phase
        self.done = done
        self.total = total
    }
}

extension ArchiveVerification.Report {
    /// `schema` 1: the counts by their names, and `problems` as objects.
    package var json: JSONValue {
        [
            "schema": 1, "archive": .string(place), "good": .bool(isGood), "commits": .int(commits),
            "first_commit": .optional(firstCommit), "last_commit": .optional(lastCommit), "head": .optional(head),
            "events": .int(events), "revisions": .int(revisions), "rejects": .int(rejects), "adopted": .int(seeds),
            "duplicates": .int(duplicates), "files": .int(files), "shards": .int(shards), "bytes_read": .int(bytes),
            "problems": .array(problems.map(\.json)),
        ]
    }
}
