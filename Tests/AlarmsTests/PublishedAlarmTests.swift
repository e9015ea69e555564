// SPDX-License-Identifier: MIT

import Alarms
import MQL
import Testing

/// "No successful run in 60 minutes" as people publish it, and what becomes of each design. A job that runs each half-hour
/// has its last success at minute 120 and is dead from then on.
struct PublishedAlarmTests {
    static let lastSuccess = 120
    static let days = 4 * 1440

    private let successes = stream("success", ["job": "j"], from: 0, every: 30, [1, 1, 1, 1, 1])

    /// A counter that something else posts every minute, 0 unless there was a success; it dies at `end`.
    private func dense(until end: Int) -> MetricStream {
        stream("success", ["job": "j"], from: 0, (0...end).map { $0 <= Self.lastSuccess && $0 % 30 == 0 ? 1 : 0 })
    }

    /// Seconds since the last success, each minute.
    private func age(until end: Int) -> MetricStream {
        stream(
            "age", ["job": "j"], from: 0, (0...end).map { Double($0 - min($0 / 30 * 30, Self.lastSuccess)) * 60 })
    }

    @Test func `A: a bare absent() gives up after two hours and ten minutes`() throws {
        let timeline = try play(alarm("success[60m].groupBy(job).absent()"), [successes], 60...Self.days)
        #expect(story(timeline) == "60 OK 180 FIRING 310 OK")
        #expect(letters(timeline.messages) == "180 OK_TO_FIRING 310 RESET")
    }

    @Test func `A: it never fires for a job that never ran`() throws {
        let timeline = try play(alarm("success[60m].groupBy(job).absent()"), [], 60...Self.days)
        #expect(story(timeline) == "60 OK")
    }

    @Test func `B: absent(3d) gives up after three days`() throws {
        let timeline = try play(alarm("success[60m].groupBy(job).absent(3d)"), [successes], 60...Self.days)
        #expect(story(timeline) == "60 OK 180 FIRING \(180 + 4320 + 10) OK")
        #expect(timeline.messages.last?.type == .reset)
    }

    @Test func `B: without groupBy every old host fires for itself`() throws {
        let old = stream("success", ["job": "j", "host": "old"], from: 0, every: 30, [1, 1])
        let new = stream("success", ["job": "j", "host": "new"], from: 60, every: 30, Array(repeating: 1, count: 20))
        #expect(try story(play(alarm("success[60m].absent(3d)"), [old, new], 60...600)) == "60 OK 90 FIRING")
        #expect(try story(play(alarm("success[60m].groupBy(job).absent(3d)"), [old, new], 60...600)) == "60 OK")
    }

    @Test(arguments: ["success[60m].sum() < 1", "success[60m].count() < 1", "success[60m].count() == 0"])
    func `C: a sum or count of successes only never fires`(query: String) throws {
        #expect(try story(play(alarm(query), [successes], 60...Self.days)) == "60 OK")
    }

    @Test func `D: explicit zeros fire after an hour`() throws {
        let query = "success[60m].groupBy(job).sum() < 1"
        let timeline = try play(alarm(query), [dense(until: Self.days)], 60...Self.days)
        #expect(story(timeline) == "60 OK 180 FIRING")
    }

    @Test func `D: if what posts them dies it looks like a recovery`() throws {
        let query = "success[60m].groupBy(job).sum() < 1"
        let timeline = try play(alarm(query), [dense(until: 200)], 60...Self.days)
        #expect(story(timeline) == "60 OK 180 FIRING 270 OK")
        #expect(timeline.messages.last?.type == .reset)
    }

    @Test func `E: the age fires after 65 minutes and does not give up while its poster lives`() throws {
        let query = "age[5m].groupBy(job).last() > 3600"
        let timeline = try play(alarm(query, pending: 5), [age(until: Self.days)], 60...Self.days)
        #expect(story(timeline) == "60 OK \(Self.lastSuccess + 65) FIRING")
    }

    @Test func `E: it dies with its poster, so that needs an alarm of its own`() throws {
        let ages = [age(until: 300)]
        let alone = try play(alarm("age[5m].groupBy(job).last() > 3600", pending: 5), ages, 60...Self.days)
        #expect(story(alone) == "60 OK 185 FIRING 315 OK")
        let twin = try play(alarm("age[5m].groupBy(job).absent(3d)", pending: 5), ages, 60...Self.days)
        #expect(story(twin) == "60 OK 309 FIRING \(305 + 4320 + 10) OK")
    }

    @Test func `F: zeros joined with absence fire on either`() throws {
        let query = "success[60m].groupBy(job).sum() < 1 || success[60m].groupBy(job).absent(3d) == 1"
        let alive = try play(alarm(query), [dense(until: Self.days)], 60...Self.days)
        #expect(story(alive) == "60 OK 180 FIRING")
        let dead = try play(alarm(query), [dense(until: 130)], 60...Self.days)
        #expect(story(dead) == "60 OK 180 FIRING \(190 + 4320 + 10) OK")
    }

    @Test func `a window of five minutes over a metric of half-hours flaps for ever`() throws {
        let failures = stream("failed", ["job": "j"], from: 0, every: 30, Array(repeating: 1, count: 48))
        let timeline = try play(alarm("failed[5m].sum() > 0"), [failures], 0...1439)
        #expect(timeline.messages.filter { $0.type == .okToFiring }.count == 48)
        #expect(timeline.messages.filter { $0.type == .reset }.count == 48)
        let wide = try play(alarm("failed[60m].sum() > 0"), [failures], 0...1439)
        #expect(letters(wide.messages) == "0 OK_TO_FIRING")
    }

    @Test func `a window of a minute cries absence between any two runs`() throws {
        let timeline = try play(alarm("success[1m].absent()"), [successes], 0...120)
        #expect(timeline.messages.filter { $0.type == .okToFiring }.count == 4)
    }
}
