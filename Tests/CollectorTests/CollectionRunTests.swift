// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import Ledger
import TestSupport
import Testing
import Transport

@testable import Collector

/// Whole runs: what they store, what they tell, what they leave behind.
@Suite struct CollectionRunTests {
    private let ids = Array(598_001...598_006)

    @Test func `a first run stores everything and tells everything`() async throws {
        try await withHarness { harness async throws in
            let feed = ScriptedTransport(replies: [reply(window(ids) + ["7"], etag: "\"a\"")])
            let record = await harness.run(feed)
            #expect(record.outcome == .success)
            #expect(record.error == nil)
            #expect(record.counts == .init(returned: 7, new: 6, revised: 0, unchanged: 0, rejected: 1))
            #expect(record.commits == [1])
            // Commit, events, rejects, two shards.
            #expect(record.objectsPut == 5)
            #expect(Set(record.stages.map(\.stage)) == [.fetch, .decode, .auth, .diff, .commit, .store])
            let answer = try #require(record.answer)
            #expect(answer.answerClass == "normal")
            #expect(answer.status == 200 && answer.events == 7 && answer.types == 5 && answer.etag == "\"a\"")
            #expect(answer.bytes == body(window(ids) + ["7"]).count && answer.wireBytes == 77)
            #expect(answer.sha256?.count == 64)
            #expect(answer.newestAt == Timestamp.date("2026-01-02T08:38:09Z"))
            #expect(record.feedCalls == 1 && record.requests == 1 && record.retries == 0)
            #expect(record.version == "1.2.3" && record.host == "host" && record.invocationID == "invocation")
            #expect(try harness.records() == [record])
            let copy = "runs/2026/01/02/\(record.runID).json"
            #expect(harness.memory.objects[copy] == record.encoded() + [0x0A])
            #expect(!FileSystem.exists(harness.state.running))
            try expectSound(harness.memory.objects)
            let call = try #require(feed.calls.first?.request)
            #expect(call.headerFields[.userAgent] == "polisen-collector/test (a@b.se)")
            #expect(call.headerFields[.ifNoneMatch] == nil)
        }
    }

    @Test func `a feed that has nothing new is asked and the archive left alone`() async throws {
        try await withHarness { harness async throws in
            _ = await harness.run(conditionalFeed(window(ids), etag: "\"a\""))
            harness.wait()
            let life = WriterLife()
            let feed = conditionalFeed(window(ids), etag: "\"a\"")
            let record = await harness.run(feed, life: life)
            #expect(feed.calls.first?.request.headerFields[.ifNoneMatch] == "\"a\"")
            #expect(record.outcome == .success)
            #expect(record.answer?.answerClass == "unchanged" && record.answer?.status == 304)
            #expect(record.counts == .init() && record.commits == [])
            // The copy of the record and nothing else.
            #expect(life.steps == 1)
        }
    }

    @Test func `a steady run reads nothing and writes commit, events, index and record`() async throws {
        try await withHarness { harness async throws in
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            harness.wait()
            let life = WriterLife()
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids + [598_007]))]), life: life)
            #expect(record.counts == .init(returned: 7, new: 1, revised: 0, unchanged: 6, rejected: 0))
            #expect(life.steps == 4)
            harness.wait()
            let quiet = WriterLife()
            let same = await harness.run(ScriptedTransport(replies: [reply(window(ids + [598_007]))]), life: quiet)
            #expect(same.outcome == .success && same.counts.unchanged == 7 && same.commits == [])
            #expect(quiet.steps == 1)
        }
    }

    @Test func `validators of another archive ask for nothing less than the whole answer`() async throws {
        try await withHarness { harness async throws in
            _ = await harness.run(conditionalFeed(window(ids), etag: "\"a\""))
            harness.wait()
            harness.place = "elsewhere"
            let feed = conditionalFeed(window(ids), etag: "\"a\"")
            let record = await harness.run(feed)
            #expect(feed.calls.first?.request.headerFields[.ifNoneMatch] == nil)
            #expect(record.answer?.status == 200)
        }
    }

    @Test func `a filtered list is asked for again, and its events are kept`() async throws {
        try await withHarness { harness async throws in
            let filtered = reply([event(598_001, type: "Inbrott"), event(597_000, type: "Inbrott")], etag: "\"f\"")
            let feed = ScriptedTransport(replies: [filtered, reply(window(ids), etag: "\"a\"")])
            let record = await harness.run(feed)
            #expect(record.outcome == .success && record.feedCalls == 2 && record.retries == 1)
            // 598001 is of another type in the second answer: new, then revised in the same run.
            #expect(record.counts == .init(returned: 8, new: 7, revised: 1, unchanged: 0, rejected: 0))
            #expect(harness.time.sleeps.contains { $0 >= .seconds(10) })
            #expect(feed.calls[1].request.headerFields[.ifNoneMatch] == nil)
            try expectSound(harness.memory.objects)
        }
    }

    @Test func `a list that stays filtered makes a partial run and no validators`() async throws {
        try await withHarness { harness async throws in
            let filtered = reply([event(1, type: "Inbrott"), event(2, type: "Inbrott")], etag: "\"f\"")
            let record = await harness.run(ScriptedTransport(replies: [filtered, filtered]))
            #expect(record.outcome == .partial && record.error?.exitCode == 0)
            #expect(record.error?.type == "answer_filtered")
            #expect(record.answer?.answerClass == "filtered" && record.counts.new == 2)
            #expect(!FileSystem.exists(harness.state.validators))
        }
    }

    @Test func `a filtered list stands where asking again fails`() async throws {
        try await withHarness { harness async throws in
            let filtered = reply([event(1, type: "Inbrott")])
            let feed = ScriptedTransport([.success(filtered), .success(Reply(status: 403))])
            let record = await harness.run(feed)
            #expect(record.outcome == .partial && record.counts.new == 1)
        }
    }

    @Test(
        arguments: [
            ("", "empty"), ("<html>", "not_json"), (#"[{"id":1"#, "truncated"), (#"{"a":1}"#, "not_array"),
            ("[" + String(repeating: "0,", count: 20_001) + "0]", "too_many"),
        ])
    func `a body that is no list fails the run and is kept`(body: String, name: String) async throws {
        try await withHarness { harness async throws in
            let bad = Reply(status: 200, body: bytes(body))
            let record = await harness.run(ScriptedTransport(replies: [bad, bad]))
            #expect(record.outcome == .failed && record.feedCalls == 2)
            #expect(record.error?.type == "answer_\(name)" && record.error?.exitCode == 65)
            #expect(record.error?.stage == .decode && record.answer?.answerClass == name)
            let kept = harness.memory.objects.filter { $0.key.hasPrefix("rejects/2026/01/02/answer-") }
            #expect(kept.values.map { text($0) } == (body.isEmpty ? [] : [body]))
            #expect(!FileSystem.exists(harness.state.validators))
        }
    }

    @Test func `a bad body that the archive does not take waits in the state directory`() async throws {
        try await withHarness { harness async throws in
            let bad = Reply(status: 200, body: bytes("<html>"))
            let life = WriterLife { _ in .before }
            let record = await harness.run(ScriptedTransport(replies: [bad, reply(window(ids))]), life: life)
            #expect(record.outcome == .failed && record.error?.exitCode == 73)
            let kept = try FileSystem.list(harness.state.rejects)
            #expect(kept.count == 1)
            #expect(record.notes.count == 1)
        }
    }

    @Test func `a run that fails before it opens the archive puts nothing into a foreign place`() async throws {
        try await withHarness { harness async throws in
            harness.memory.set("photos/cat.jpg", bytes("meow"))
            let bad = Reply(status: 200, body: bytes("<html>"))
            let record = await harness.run(ScriptedTransport(replies: [bad, bad]))
            #expect(record.error?.type == "answer_not_json")
            #expect(Array(harness.memory.objects.keys) == ["photos/cat.jpg"])
            #expect(try FileSystem.list(harness.state.rejects).count == 1)
            #expect(try FileSystem.list(harness.state.outbox).count == 1)
        }
    }

    @Test func `a body too long to take is kept as far as it came`() async throws {
        try await withHarness { harness async throws in
            let long = TransportError.tooLarge(limitBytes: 9, received: bytes("[[[["))
            let record = await harness.run(ScriptedTransport([.failure(long)]))
            #expect(record.error?.type == "feed_too_large" && record.error?.exitCode == 65)
            #expect(harness.memory.objects.contains { text($0.value) == "[[[[" })
        }
    }

    @Test(
        arguments: [
            (401, "feed_unauthorized", 77), (403, "feed_forbidden", 77), (404, "feed_not_found", 69),
            (301, "feed_redirect", 69), (304, "feed_not_modified_unasked", 69), (400, "feed_client_error", 69),
            (409, "feed_conflict", 69), (412, "feed_precondition_failed", 69), (204, "feed_unexpected_status", 69),
            (501, "feed_server_error", 69),
        ])
    func `a status that does not pass is not asked again`(status: Int, type: String, exit: Int) async throws {
        try await withHarness { harness async throws in
            let record = await harness.run(ScriptedTransport(replies: [Reply(status: status)]))
            #expect(record.outcome == .failed && record.feedCalls == 1)
            #expect(record.error?.type == type && record.error?.exitCode == exit && record.error?.httpStatus == status)
            #expect(record.error?.stage == .fetch)
            #expect(record.error?.message.isEmpty == false)
        }
    }

    @Test func `a feed in trouble is asked again while the deadline allows it`() async throws {
        try await withHarness { harness async throws in
            let down = ScriptedTransport([
                .success(Reply(status: 503)), .failure(.timeout(phase: .answer, host: "h", after: .seconds(30))),
                .success(reply(window(ids))),
            ])
            let record = await harness.run(down)
            #expect(record.outcome == .success && record.feedCalls == 3 && record.retries == 2)
            harness.wait()
            let always = ScriptedTransport { (_, _) throws(TransportError) in Reply(status: 500) }
            let failed = await harness.run(always)
            #expect(failed.error?.type == "feed_server_error" && failed.error?.exitCode == 69)
            #expect(always.calls.count > 3 && always.calls.count < 9)
        }
    }

    @Test func `who asks for a minute of patience or more is asked by the next run`() async throws {
        try await withHarness { harness async throws in
            var busy = Reply(status: 429)
            busy.headers[.retryAfter] = "3600"
            let record = await harness.run(ScriptedTransport(replies: [busy]))
            #expect(record.error?.type == "feed_throttled" && record.feedCalls == 1)
        }
    }

    @Test func `a run beside another leaves everything to it`() async throws {
        try await withHarness { harness async throws in
            let held = try FileLock.tryAcquire(harness.state.lock)
            try FileSystem.replace(harness.state.running, bytes("theirs"))
            let feed = ScriptedTransport(replies: [])
            let record = await harness.run(feed)
            #expect(record.outcome == .skipped && record.skipReason == .locked)
            #expect(record.error?.type == "locked" && record.error?.exitCode == 75)
            #expect(feed.calls.isEmpty && harness.memory.steps == 0)
            #expect(try FileSystem.read(harness.state.running) == bytes("theirs"))
            #expect(try harness.records().count == 1)
            held?.release()
        }
    }

    @Test func `the source's limits skip a run, and runs close together wait`() async throws {
        try await withHarness { harness async throws in
            let first = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            let second = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(first.outcome == .success && second.outcome == .success)
            #expect(second.startedAt.addingTimeInterval(10) <= second.endedAt)
            let calls = (0..<60).map { "\(noon + 10 * $0)\n" }.joined()
            try FileSystem.replace(harness.state.calls, bytes(calls))
            harness.time.setNow(Date(timeIntervalSince1970: Double(noon + 700)))
            let feed = ScriptedTransport(replies: [])
            let record = await harness.run(feed)
            #expect(record.outcome == .skipped && record.skipReason == .rateBudget)
            #expect(record.error?.type == "rate_budget" && record.error?.exitCode == 75)
            #expect(record.error?.message.contains("2026-01-02T13:00") == true)
            #expect(feed.calls.isEmpty)
        }
    }

    @Test func `a deadline that is near ends the wait for the source's spacing`() async throws {
        try await withHarness { harness async throws in
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            let record = await harness.run(ScriptedTransport(replies: []), deadline: .seconds(5))
            #expect(record.error?.type == "deadline" && record.error?.exitCode == 69)
        }
    }

    @Test func `a clock set back an hour stops no run`() async throws {
        try await withHarness { harness async throws in
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            harness.time.setNow(harness.time.now.addingTimeInterval(-3_600))
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids + [598_010]))]))
            #expect(record.outcome == .success && record.counts.new == 1)
            #expect(harness.time.sleeps.contains { $0 >= .seconds(9) })
        }
    }
}
