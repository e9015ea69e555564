// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
package import Ledger
package import Logging
import OCI
package import Transport

/// The collector's core over recorded answers: same classes, same diff, same archive; the clock is each answer's own.
///
/// Many answers share a commit. Its header names all of them, and the ledger `replay` gets their records afterwards; a
/// run id follows from the answer and the archive, so that an answer taken once is never taken again, whatever happened
/// in between.
package struct Replay: Sendable {
    private let setting: RunSetting
    private let place: String
    private let ledger: RunLedger
    private let pending: PendingRecords
    private let log: Logger
    private let time: TimeSource
    private var archive: Archive
    private var reader = AnswerReader()
    private var draft = CommitDraft()
    private var records: [RunRecord] = []
    private var done: Set<RunID>
    /// Keep in `lastRecord` what each answer's metrics need.
    package var isMeasuring = false
    /// Of the last answer, with its measures; nil where that was taken before.
    package private(set) var lastRecord: RunRecord?
    package private(set) var summary = Summary()

    /// What a replay came to.
    package struct Summary: Sendable, Hashable {
        package var answers = 0
        /// Taken by an earlier replay.
        package var repeated = 0
        package var classes: [String: Int] = [:]
        package var new = 0
        package var revised = 0
        package var rejected = 0
        package var commits = 0
        /// Of the bodies.
        package var bytes = 0
    }

    /// A commit is made when the draft or the records pass one of these.
    private static let draftLimitBytes = 4 << 20
    private static let recordLimit = 250

    /// Opens the archive and learns what was replayed into it before.
    ///
    /// - Parameter id: of this start of the program; stands in the commits as their run.
    package static func begin(
        _ id: RunID, setting: RunSetting, access: ArchiveAccess, state: StatePaths, time: TimeSource,
        log: Logger
    ) async throws(RunFailure) -> Replay {
        let ledger = RunLedger(statePath: state.root, name: "replay")
        do throws(ArchiveError) {
            let store = try await access.connect(id)
            let opening = Archive.Opening(
                run: id.description, date: time.now(), headLag: access.headLag, time: time, log: log)
            let archive = try await Archive.open(store, opening)
            let pending = PendingRecords(state: state, place: access.place)
            let done = try await alreadyDone(archive, ledger, pending)
            return Replay(
                setting: setting, place: access.place, ledger: ledger, pending: pending, log: log, time: time,
                archive: archive, done: done)
        } catch {
            throw RunFailure(error, stage: .store)
        }
    }

    private init(
        setting: RunSetting, place: String, ledger: RunLedger, pending: PendingRecords, log: Logger, time: TimeSource,
        archive: Archive, done: Set<RunID>
    ) {
        self.setting = setting
        self.place = place
        self.ledger = ledger
        self.pending = pending
        self.log = log
        self.time = time
        self.archive = archive
        self.done = done
    }

    /// Runs in the ledger, and those in commits that a crash kept out of it, which get there now. Every commit is read:
    /// the ledger does not say which archive its commits are in, nor that it has all before its last.
    private static func alreadyDone(
        _ archive: Archive, _ ledger: RunLedger, _ pending: PendingRecords
    ) async throws(ArchiveError) -> Set<RunID> {
        let numbers = try await archive.store.listAll("commits/").compactMap { Commit.number(ofObject: $0.name) }
        let runs = await concurrently(numbers) { number in
            await outcome { () async throws(ArchiveError) in try await archive.readCommit(number)?.runs ?? [] }
        }
        var commits: [RunID: [Int]] = [:]
        for (number, runs) in zip(numbers, try values(runs)) {
            for run in runs.compactMap(RunID.init) { commits[run, default: []].append(number) }
        }
        do throws(FileError) {
            let known = try ledger.runIDs()
            try pending.settle(in: ledger, known: known, commits: commits)
            return known.union(commits.keys)
        } catch {
            throw .file(error)
        }
    }

    /// Takes one answer.
    package mutating func take(_ answer: CapturedAnswer) async throws(RunFailure) {
        let sha256 = Digest.sha256(answer.body)
        let id = RunID(at: answer.capturedAt, hash: Array(Digest.sha256(sha256 + Array(place.utf8)).prefix(10)))
        lastRecord = nil
        summary.answers += 1
        summary.bytes += answer.body.count
        guard done.insert(id).inserted else {
            summary.repeated += 1
            return
        }
        var record = setting.record(id, .replay, at: answer.capturedAt)
        let reading = read(answer)
        let before = draft.observations.count
        switch reading {
        case .success(let read): try await add(read, answer, to: &record, sha256: sha256)
        case .failure(let problem): try await keepBad(answer, problem, in: &record, sha256: sha256)
        }
        summary.classes[record.answer?.answerClass ?? "", default: 0] += 1
        records.append(record)
        if isMeasuring { lastRecord = measured(record, since: before) }
        if draft.byteCount >= Self.draftLimitBytes || records.count >= Self.recordLimit { try await flush() }
    }

    /// Commits and records what was taken so far.
    package mutating func flush() async throws(RunFailure) {
        guard !records.isEmpty else { return }
        do throws(FileError) {
            try pending.write(records)
        } catch {
            throw RunFailure(error, stage: .telemetry)
        }
        do throws(ArchiveError) {
            let known = archive.claimed.count
            let conflicts = archive.conflicts
            let id = records[0].runID.description
            draft = try await archive.commit(draft, run: id, at: time.now())
            let claimed = Array(archive.claimed.dropFirst(known))
            summary.commits += claimed.count
            // Another writer may have stored other states of the events the reader remembers.
            if archive.conflicts != conflicts { reader.forget() }
            for index in records.indices where !claimed.isEmpty { records[index].commits = claimed }
        } catch {
            throw RunFailure(error, stage: .commit)
        }
        do throws(FileError) {
            try ledger.append(records)
            try pending.clear()
        } catch {
            throw RunFailure(error, stage: .telemetry)
        }
        records = []
        draft = CommitDraft()
    }

    /// The ledger keeps no measures of replayed answers: they follow from the answers.
    private func measured(_ record: RunRecord, since index: Int) -> RunRecord {
        var record = record
        let isRead = record.answer.flatMap { AnswerProblem(rawValue: $0.answerClass) } == nil
        record.measures.feedOutcomes = [(isRead ? FeedOutcome.ok : .parse).rawValue: 1]
        record.measures.lag = .init(draft.lagSeconds(from: index))
        for (problem, number) in draft.rejectProblems(from: index) {
            record.measures.rejected[problem.reason, default: 0] += number
        }
        return record
    }

    private mutating func read(_ answer: CapturedAnswer) -> Result<Answer, AnswerProblem> {
        do throws(AnswerProblem) {
            return .success(try reader.read(answer.body, now: Int(answer.capturedAt.timeIntervalSince1970)))
        } catch {
            return .failure(error)
        }
    }

    private mutating func add(
        _ read: Answer, _ answer: CapturedAnswer, to record: inout RunRecord, sha256: [UInt8]
    ) async throws(RunFailure) {
        do throws(ArchiveError) {
            try await archive.load(keys: read.unfamiliarKeys(in: answer))
        } catch {
            throw RunFailure(error, stage: .diff)
        }
        let counts = draft.add(
            read, body: answer.body, observedAt: answer.capturedAt, run: record.runID.description, seen: archive.seen)
        record.outcome = read.kind == .normal ? .success : .partial
        record.answer = RunRecord.Answer(answerClass: "", bytes: answer.body.count, sha256: Hex.encode(sha256))
            .describing(read)
        let returned = read.events.count + read.rejects.count
        if counts.new + counts.revised == 0 { record.answer = record.answer?.withoutNews() }
        record.counts = .init(
            returned: returned, new: counts.new, revised: counts.revised, unchanged: counts.unchanged,
            rejected: counts.rejected)
        summary.new += counts.new
        summary.revised += counts.revised
        summary.rejected += counts.rejected
    }

    private mutating func keepBad(
        _ answer: CapturedAnswer, _ problem: AnswerProblem, in record: inout RunRecord, sha256: [UInt8]
    ) async throws(RunFailure) {
        record.error = RunFailure(problem, bytes: answer.body.count).record
        record.answer = RunRecord.Answer(
            answerClass: problem.rawValue, bytes: answer.body.count, sha256: Hex.encode(sha256))
        guard problem != .empty else { return }
        let kept = RejectedBody(answer.body, at: answer.capturedAt)
        do throws(ArchiveError) {
            _ = try await archive.store.create(kept.object, kept.bytes)
            record.notes.append("the body is kept as \(kept.object)")
        } catch {
            throw RunFailure(error, stage: .store)
        }
    }
}

extension Answer {
    /// Keys that must be looked up: an element repeated from the answer before is known.
    fileprivate func unfamiliarKeys(in captured: CapturedAnswer) -> Set<String> {
        var keys: Set<String> = []
        for event in events where !event.isRepeated { keys.insert(SeenKey.event(event.id)) }
        for reject in rejects {
            keys.insert(Observation(reject, in: captured.body, observedAt: captured.capturedAt).key)
        }
        return keys
    }
}
