// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import Ledger
import Logging
import OCI
import Transport

extension CollectionRun {
    /// Gets an answer and reads it. One that is not the window of events is asked for a second time: whatever stands
    /// between the source and us often has the right one ten seconds later.
    func ask(_ progress: inout Progress) async throws(RunFailure) {
        // A 304 says «you have it»: only where there is an archive to have it in.
        let saved = FeedValidators.load(state.validators, feed: feedName, place: archive.place)
        let known = archive.isThere() ? saved : nil
        var failure: RunFailure?
        for attempt in 1...2 {
            let fetched: Feed.Fetched
            do throws(Feed.Failure) {
                fetched = try await fetch(attempt == 1 ? known : nil, &progress)
            } catch {
                if error.received.count > 0 { await keep(error.received, at: time.now(), &progress) }
                if !progress.answers.isEmpty { return }
                throw failure ?? RunFailure(error.error)
            }
            guard let body = fetched.body else {
                progress.isNotModified = true
                progress.record.answer = RunRecord.Answer(answerClass: "unchanged", status: fetched.status)
                return
            }
            failure = await decode(body, fetched, &progress)
            if failure == nil, progress.answers.last?.answer.kind == .normal { return }
            guard attempt == 1, !stop.isRequested else { break }
            log.warning(
                "the answer is not the window of events; asking once more",
                metadata: ["event": "api.response.partial", "answer": "\(progress.record.answer?.answerClass ?? "")"])
        }
        if let failure, progress.answers.isEmpty { throw failure }
    }

    /// Names the feed in the file of validators.
    var feedName: String { "\(feed.url.scheme ?? "")://\(feed.url.authority ?? "")\(feed.url.path ?? "")" }

    private func fetch(
        _ known: FeedValidators?, _ progress: inout Progress
    ) async throws(Feed.Failure) -> Feed.Fetched {
        let start = time.uptime()
        let result = await stop.whileRunning(sleep: pause) { [feed, deadline] in
            await outcome { () async throws(Feed.Failure) in try await feed.fetch(known: known, deadline: deadline) }
        }
        progress.record.stages.append(.init(.fetch, seconds: (time.uptime() - start).seconds))
        switch result {
        case .success(let fetched): progress.record.feedCalls += fetched.calls
        case .failure(let failure): progress.record.feedCalls += failure.calls
        }
        return try result.get()
    }

    /// Reads a body; what cannot be read is kept and told.
    private func decode(_ body: [UInt8], _ fetched: Feed.Fetched, _ progress: inout Progress) async -> RunFailure? {
        let start = time.uptime()
        defer { progress.record.stages.append(.init(.decode, seconds: (time.uptime() - start).seconds)) }
        progress.validators = fetched.validators
        var summary = RunRecord.Answer(
            answerClass: "", status: fetched.status, bytes: body.count, wireBytes: fetched.wireBytes,
            sha256: Hex.encode(Digest.sha256(body)), etag: fetched.validators.etag)
        do throws(AnswerProblem) {
            var reader = AnswerReader()
            let answer = try reader.read(body, now: Int(fetched.at.timeIntervalSince1970))
            summary = summary.describing(answer)
            progress.record.answer = summary
            progress.answers.append(.init(answer: answer, body: body, at: fetched.at))
            return nil
        } catch {
            watch.answerWasUnreadable()
            progress.record.answer = RunRecord.Answer(
                answerClass: error.rawValue, status: fetched.status, bytes: body.count, wireBytes: fetched.wireBytes,
                sha256: summary.sha256, etag: summary.etag)
            if error != .empty { await keep(body, at: fetched.at, &progress) }
            return RunFailure(error, bytes: body.count)
        }
    }

    /// Keeps a body that is no list of events, at most its first megabyte: in the archive, else in the state directory.
    private func keep(_ body: [UInt8], at date: Date, _ progress: inout Progress) async {
        let kept = RejectedBody(body, at: date)
        if let store = await ownStore(&progress) {
            do throws(ArchiveError) {
                _ = try await store.create(kept.object, kept.bytes)
                progress.record.notes.append("the body is kept as \(kept.object)")
                return
            } catch {
                log.warning("the body could not be kept in the archive", metadata: ["error": "\(error)"])
            }
        }
        do throws(FileError) {
            let path = FileSystem.join(state.rejects, kept.name)
            try FileSystem.replace(path, kept.bytes)
            progress.record.notes.append("the body is kept in \(path)")
        } catch {
            log.error("the body could not be kept at all", metadata: ["error": "\(error)"])
        }
    }

    /// Sleeps on the run's clock; ends early when the task is cancelled.
    @Sendable func pause(_ duration: Duration) async {
        // Cancelled means: stop waiting.
        try? await time.sleep(duration)
    }
}

/// A body that is no list of events, as it is kept: one object for the same bytes, however often they come.
struct RejectedBody {
    static let limitBytes = 1 << 20
    let bytes: [UInt8]
    let name: String
    let object: String

    init(_ body: [UInt8], at date: Date) {
        bytes = Array(body.prefix(Self.limitBytes))
        name = "answer-\(Hex.encode(Array(Digest.sha256(body).prefix(16)))).body"
        object = "rejects/\(CalendarDay(date).text(separator: "/"))/\(name)"
    }
}

extension RunRecord.Answer {
    /// The same with what the answer turned out to be.
    func describing(_ answer: Collector.Answer) -> RunRecord.Answer {
        classed(answer.kind.rawValue).counting(answer)
    }

    /// The same answer, which turned out to hold nothing new or revised: design §4 calls that a class of its own.
    func withoutNews() -> RunRecord.Answer {
        answerClass == Collector.Answer.Kind.normal.rawValue ? classed("unchanged") : self
    }

    private func classed(_ answerClass: String) -> RunRecord.Answer {
        RunRecord.Answer(
            answerClass: answerClass, status: status, bytes: bytes, wireBytes: wireBytes, sha256: sha256,
            events: events, types: types, newestAt: newestAt, etag: etag)
    }

    private func counting(_ answer: Collector.Answer) -> RunRecord.Answer {
        RunRecord.Answer(
            answerClass: answerClass, status: status, bytes: bytes, wireBytes: wireBytes, sha256: sha256,
            events: answer.events.count + answer.rejects.count, types: answer.typeCount,
            newestAt: answer.newest.map { Date(timeIntervalSince1970: Double($0)) }, etag: etag)
    }
}
