// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing

/// Half a generated year, polled every half hour as the collector does, shared by the tests over it.
private struct HalfYear: Sendable {
    /// A task, so that the tests that wait for it leave their threads to others.
    private static let making = Task { HalfYear() }
    static var shared: HalfYear { get async { await making.value } }
    static let days = 183

    let polls = (0..<48 * days).map { FeedGenerator.defaultStart.addingTimeInterval(Double($0) * 1_800) }
    let truth: FeedTruth

    init() { truth = FeedTruth(of: FeedGenerator(seed: 7), polls: polls) }

    /// Ids that were new after the first poll.
    var newIDs: Int { truth.ids.count - truth.newPerPoll[0] }

    /// First versions as JSON.
    func elements() throws -> [JSONValue] {
        try truth.ids.map { id in try JSONValue.parse(truth.versions[id]?.first ?? []) }
    }
}

struct FeedGeneratorTests {
    private static func generator(_ seed: UInt64 = 3) -> FeedGenerator { FeedGenerator(seed: seed) }
    private static func at(days: Double) -> Date { FeedGenerator.defaultStart.addingTimeInterval(days * 86_400) }

    @Test func `the same seed and instant give the same bytes however they are reached`() {
        var stepped = Self.generator()
        for half in 0..<200 { _ = stepped.answer(at: Self.at(days: Double(half) / 48)) }
        var jumped = Self.generator()
        let body = jumped.answer(at: Self.at(days: 199.0 / 48))
        #expect(stepped.answer(at: Self.at(days: 199.0 / 48)) == body)
        _ = jumped.answer(at: Self.at(days: 30))
        #expect(jumped.answer(at: Self.at(days: 199.0 / 48)) == body)
        var other = Self.generator(4)
        #expect(other.answer(at: Self.at(days: 199.0 / 48)) != body)
    }

    @Test func `a copy is a snapshot`() {
        var first = Self.generator()
        _ = first.answer(at: Self.at(days: 1))
        var second = first
        _ = second.answer(at: Self.at(days: 2))
        #expect(first.answer(at: Self.at(days: 1)) == second.answer(at: Self.at(days: 1)))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `a week of answers is what it was when this was written`(seed: UInt64) throws {
        var generator = FeedGenerator(seed: seed)
        var hash = SHA256Stream()
        for poll in 0..<336 { hash.update(generator.answer(at: Self.at(days: Double(poll) / 48))) }
        try expectGolden(Hex.encode(hash.finish()) + "\n", "feed-week-seed-\(seed).sha256")
    }

    @Test func `a normal answer has 500 events of many types in the source's shape`() throws {
        var generator = Self.generator()
        for day in 0..<20 {
            let answer = generator.poll(at: Self.at(days: Double(day) + 0.4))
            guard answer.kind == .normal else { continue }
            #expect(answer.events.count == 500)
            #expect((155_000...190_000).contains(answer.body.count))
            let elements = try #require(try JSONValue.parse(answer.body).array)
            #expect(elements.count == 500)
            #expect(Set(elements.compactMap { $0["type"]?.string }).count >= 41)
            for element in elements {
                let names = element.object?.map(\.name)
                #expect(names == ["id", "datetime", "name", "summary", "url", "type", "location"])
                #expect(element["location"]?.object?.map(\.name) == ["name", "gps"])
            }
            let ids = elements.compactMap { $0["id"]?.int }
            #expect(Set(ids).count == 500)
            #expect(ids != ids.sorted() && ids != ids.sorted(by: >))
        }
    }

    @Test func `the answer is compact and unescaped`() {
        var generator = Self.generator()
        let body = generator.answer(at: Self.at(days: 3))
        let text = String(decoding: body, as: UTF8.self)
        #expect(!text.contains("\\u") && !text.contains("\\/") && !text.contains("\": "))
        #expect(text.contains("ö"))
        #expect(text.hasPrefix("[{\"id\":") && text.hasSuffix("}}]"))
    }

    @Test func `half a year has as many events, late ids and edits as the source`() async {
        let year = await HalfYear.shared
        let perDay = Double(year.newIDs) / Double(HalfYear.days)
        #expect((60...72).contains(perDay), "\(perDay) new events a day")
        var highest = 0
        var late = 0
        var index = 0
        for (poll, count) in year.truth.newPerPoll.enumerated() {
            let ids = year.truth.ids[index..<index + count]
            if poll > 0, year.truth.kinds[poll] == .normal { late += ids.count { $0 < highest } }
            highest = max(highest, ids.max() ?? 0)
            index += count
        }
        let lateShare = Double(late) / Double(year.newIDs)
        #expect((0.05...0.075).contains(lateShare), "\(lateShare) of the ids are late")
        let revised = Double(year.truth.versions.values.count { $0.count > 1 }) / Double(year.truth.ids.count)
        #expect((0.019...0.030).contains(revised), "\(revised) of the ids are edited")
        let start = year.truth.ids.prefix(year.truth.newPerPoll[0]).max() ?? 0
        let used = Double(year.truth.ids.count { $0 > start }) / Double(highest - start)
        #expect((0.40...0.50).contains(used), "\(used) of the ids are used")
    }

    @Test func `half a year has its share of filtered and empty answers`() async {
        let kinds = await HalfYear.shared.truth.kinds
        #expect((3...18).contains(kinds.count { $0 == .filtered }))
        #expect((1...14).contains(kinds.count { $0 == .empty }))
    }

    @Test func `events follow the hour of the day and the days differ`() async throws {
        let elements = try await HalfYear.shared.elements()
        var hours = [Int](repeating: 0, count: 24)
        for element in elements {
            let parts = (element["datetime"]?.string ?? "").split(separator: " ")
            hours[Int(parts[1].prefix { $0 != ":" }) ?? 0] += 1
        }
        #expect(hours[0...3].reduce(0, +) * 20 < hours[7])
        #expect(hours.indices.max { hours[$0] < hours[$1] } == 7)
        let oneDigit = Double(hours[0...9].reduce(0, +)) / Double(elements.count)
        #expect((0.34...0.43).contains(oneDigit), "\(oneDigit) of the hours have one digit")
        let days = Dictionary(grouping: elements) { String(($0["datetime"]?.string ?? "").prefix(10)) }
            .filter { $0.key > "2025-01-02" && $0.key < "2025-06-29" }.values.map(\.count).sorted()
        #expect((15...45).contains(days[0]), "quietest day \(days[0])")
        #expect((85...230).contains(days[days.count - 1]), "busiest day \(days[days.count - 1])")
        #expect((58...72).contains(days[days.count / 2]))
    }

    @Test func `every trap of the source occurs in half a year`() async throws {
        let versions = await HalfYear.shared.truth.versions.values
        let texts = versions.joined().map { String(decoding: $0, as: UTF8.self) }
        #expect(texts.contains { $0.contains("&amp;") })
        #expect(texts.contains { $0.contains("\u{A0}") })
        #expect(texts.contains { $0.contains(#"\""#) })
        #expect(texts.contains { $0.contains(#"hittegods ","location""#) })
        #expect(texts.contains { $0.contains("000000004,") })
        #expect(texts.contains { $0.contains(#", ","summary""#) })
        #expect(texts.contains { $0.contains("+02:00\"") } && texts.contains { $0.contains("+01:00\"") })
        #expect(versions.contains { $0.count > 2 && $0[0] == $0[2] }, "no event goes A → B → A")
    }

    @Test func `ids are withdrawn for ever, hidden for a while, or come back after weeks`() {
        var generator = Self.generator(5)
        let perDay = 4
        var seen: [Int: (first: Int, last: Int)] = [:]
        var onTop = Set<Int>()
        var longReturns = 0
        var shortReturns = 0
        var gone = Set<Int>()
        var last = Set<Int>()
        for poll in 0..<(200 * perDay) {
            let answer = generator.poll(at: Self.at(days: Double(poll) / Double(perDay)))
            guard answer.kind == .normal else { continue }
            let shown = Set(answer.events.map(\.id))
            for id in shown.subtracting(last) {
                guard let before = seen[id]?.last else { continue }
                if poll - before > 14 * perDay { longReturns += 1 } else { shortReturns += 1 }
            }
            // What was on top and leaves the list within three days did not scroll out.
            if poll > 0 { onTop.formUnion(answer.events.prefix(60).map(\.id).filter { seen[$0] == nil }) }
            for id in last.subtracting(shown).intersection(onTop) where poll - (seen[id]?.first ?? 0) < 3 * perDay {
                gone.insert(id)
            }
            gone.subtract(shown)
            for id in shown { seen[id] = (seen[id]?.first ?? poll, poll) }
            last = shown
        }
        #expect((3...40).contains(longReturns), "\(longReturns) came back after weeks")
        #expect(shortReturns > 0)
        let share = Double(gone.count) / Double(onTop.count)
        #expect((0.0005...0.006).contains(share), "\(share) were withdrawn")
    }

    @Test func `what polls show is exactly what the truth tells`() throws {
        let polls = (0..<96).map { Self.at(days: Double($0) / 4) }
        let truth = FeedTruth(of: Self.generator(11), polls: polls)
        // An independent reader: whole JSON, dictionary by id.
        var stored: [Int: [JSONValue]] = [:]
        var order: [Int] = []
        var generator = Self.generator(11)
        for poll in polls {
            let body = generator.answer(at: poll)
            guard !body.isEmpty else { continue }
            for element in try JSONValue.parse(body).array ?? [] {
                let id = try #require(element["id"]?.int)
                if stored[id] == nil { order.append(id) }
                if stored[id]?.last != element { stored[id, default: []].append(element) }
            }
        }
        #expect(order == truth.ids)
        for id in order {
            let versions = try #require(truth.versions[id])
            #expect(try versions.map { try JSONValue.parse($0) } == stored[id])
        }
        let summary = truth.summary()
        #expect(summary["uniqueIds"]?.int == order.count)
        #expect(summary["records"]?.int == stored.values.reduce(0) { $0 + $1.count })
        #expect(summary["polls"]?.int == 96)
    }

    @Test func `what polls show is part of the whole history`() throws {
        let polls = (0..<80).map { Self.at(days: Double($0) / 8) }
        let truth = FeedTruth(of: Self.generator(12), polls: polls)
        var generator = Self.generator(12)
        let histories = generator.truth(until: try #require(polls.last))
        let byID = Dictionary(uniqueKeysWithValues: histories.map { ($0.id, $0) })
        for id in truth.ids {
            let history = try #require(byID[id])
            var rest = history.versions.map(\.bytes)[...]
            for version in truth.versions[id] ?? [] {
                guard let index = rest.firstIndex(of: version) else {
                    Issue.record("id \(id) was shown with a content it never had, or out of order")
                    break
                }
                rest = rest[(index + 1)...]
            }
            #expect(history.versions.map(\.since) == history.versions.map(\.since).sorted())
        }
        #expect(histories.contains { !truth.ids.contains($0.id) })
    }

    @Test func `every edit changes the content`() {
        var generator = Self.generator(13)
        for history in generator.truth(until: Self.at(days: 200)) {
            for (before, after) in zip(history.versions, history.versions.dropFirst()) {
                #expect(before.bytes != after.bytes, "id \(history.id)")
            }
        }
    }

    @Test func `a filtered answer holds one to three types and reaches back months`() async throws {
        let year = await HalfYear.shared
        let poll = try #require(year.truth.kinds.lastIndex(of: .filtered))
        var generator = FeedGenerator(seed: 7)
        let answer = generator.poll(at: year.polls[poll])
        #expect(answer.kind == .filtered)
        let elements = try #require(try JSONValue.parse(answer.body).array)
        #expect((1...3).contains(Set(elements.compactMap { $0["type"]?.string }).count))
        #expect((1...500).contains(elements.count))
        let oldest = try #require(elements.last?["datetime"]?.string)
        #expect(oldest.prefix(10) < WireTime.rfc3339(year.polls[poll].addingTimeInterval(-5 * 86_400)).prefix(10))
    }
}
