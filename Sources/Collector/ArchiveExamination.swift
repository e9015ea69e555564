// SPDX-License-Identifier: MIT

import FoundationEssentials

/// The state of a verification: what the commits said so far, and what is wrong.
struct ArchiveExamination: Sendable {
    let store: ArchiveStore
    var report: ArchiveVerification.Report
    /// The index as the commits say it must be, by shard.
    var index: [String: [String: SeenEntry]] = [:]
    /// Files that follow from commits.
    var explained: Set<String> = []
    /// Highest number listed.
    var last = 0
    /// Commits up to this one are all there and readable.
    var position = 0
    /// When a predecessor's archive was adopted.
    var adoptedAt: Date?
    /// A commit is missing or cannot be read: the index cannot be known whole.
    var isIncomplete = false

    init(store: ArchiveStore) {
        self.store = store
        report = ArchiveVerification.Report(place: store.place)
    }

    mutating func add(_ kind: ArchiveProblem.Kind, _ object: String, _ what: String) {
        report.problems.append(ArchiveProblem(kind, object, what))
    }

    mutating func noteForeign(_ names: [String]) {
        for name in names { add(.unexplained, name, "its name is none of a commit") }
    }

    mutating func finish() {
        report.problems.sort { ($0.object, $0.kind.rawValue, $0.what) < ($1.object, $1.kind.rawValue, $1.what) }
    }

    /// Takes in the next commit, and compares the files that follow from it.
    mutating func take(_ entry: CommitLog.Entry) async throws(ArchiveError) {
        let object = Commit.object(entry.number)
        noteGap(before: entry.number)
        last = entry.number
        report.commits += 1
        report.firstCommit = report.firstCommit ?? entry.number
        report.lastCommit = entry.number
        report.bytes += entry.size
        switch entry.commit {
        case .success(let commit):
            if position == entry.number - 1 { position = entry.number }
            takeLines(of: commit, object)
            try await compareFiles(of: commit)
        case .failure(let fault):
            isIncomplete = true
            switch fault {
            case .missing: add(.commitMissing, object, "it was listed and is not there")
            case .damaged(let text): add(.commitDamaged, object, text)
            case .newer(let schema): add(.newer, object, "it has schema \(schema)")
            }
        }
    }

    private mutating func noteGap(before number: Int) {
        guard number > last + 1 else { return }
        isIncomplete = true
        let range = number - last == 2 ? "it is" : "it and \(number - last - 2) more after it are"
        add(.commitMissing, Commit.object(last + 1), "\(range) not there, but commit \(number) is")
    }

    private mutating func takeLines(of commit: Commit, _ object: String) {
        let lines: [Commit.Line]
        do throws(Commit.CodingProblem) {
            lines = try commit.lines()
        } catch {
            isIncomplete = true
            if case .damaged(let text) = error { add(.commitDamaged, object, text) }
            return
        }
        for line in lines {
            switch line.kind {
            case .events: report.events += 1
            case .revisions: report.revisions += 1
            case .rejects: report.rejects += 1
            case .seeds:
                report.seeds += 1
                adoptedAt = commit.committedAt
            }
            judge(line, object)
            index[SeenKey.shard(of: line.key), default: [:]][line.key] = line.entry
        }
    }

    private mutating func judge(_ line: Commit.Line, _ object: String) {
        let known = index[SeenKey.shard(of: line.key)]?[line.key]
        let name = line.kind == .rejects ? "reject \(line.key.dropFirst())" : "event \(line.key)"
        guard line.kind == .revisions else {
            if known != nil {
                report.duplicates += 1
                add(.duplicate, object, "it stores \(name) again")
            }
            return
        }
        guard let known else {
            // After a gap nobody can tell what was there.
            if !isIncomplete {
                add(
                    .revisionOrder, object, "it stores revision \(line.entry.revisions) of \(name), which was never new"
                )
            }
            return
        }
        if line.entry.revisions != known.revisions + 1, !isIncomplete || line.entry.revisions <= known.revisions {
            if line.entry.revisions <= known.revisions { report.duplicates += 1 }
            let what = "it stores revision \(line.entry.revisions) of \(name) after revision \(known.revisions)"
            add(.revisionOrder, object, what)
        } else if line.entry.content == known.content {
            report.duplicates += 1
            add(.revisionUnchanged, object, "revision \(line.entry.revisions) of \(name) changes nothing")
        }
    }

    private mutating func compareFiles(of commit: Commit) async throws(ArchiveError) {
        let parts = commit.parts.filter { $0.object != nil }
        let results = await concurrently(parts) { [store] part in
            await outcome { () async throws(ArchiveError) in (part, try await store.read(part.object ?? "")?.bytes) }
        }
        for (part, bytes) in try values(results) {
            guard let object = part.object else { continue }
            if !explained.insert(object).inserted {
                add(.duplicate, Commit.object(commit.number), "it names \(object), which another part is called")
            }
            report.files += 1
            guard let bytes else {
                add(
                    .fileMissing, object, "commit \(commit.number) holds its \(part.lines) lines, the file is not there"
                )
                continue
            }
            report.bytes += bytes.count
            if bytes != part.bytes {
                let sizes = "\(bytes.count) bytes instead of \(part.bytes.count)"
                let how = bytes.count == part.bytes.count ? "its bytes are others" : "it has \(sizes)"
                add(.fileDifferent, object, "it is not what commit \(commit.number) says: \(how)")
            }
        }
    }
}
