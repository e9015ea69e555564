// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON

/// What a correct collector has stored after a list of polls: every id once, every change of a known id once.
///
/// Made from the generator's own elements, which are written in one way only, so that two elements say the same exactly
/// when their bytes are the same.
package struct FeedTruth: Sendable {
    /// Ids in the order first seen.
    package private(set) var ids: [Int] = []
    /// The versions seen of each id, in order; A → B → A is three.
    package private(set) var versions: [Int: [[UInt8]]] = [:]
    /// New ids of each poll.
    package private(set) var newPerPoll: [Int] = []
    /// Known ids shown with another content than last, for each poll.
    package private(set) var revisionsPerPoll: [Int] = []
    /// When it was asked, in order.
    package private(set) var polls: [Date] = []
    /// What each answer was.
    package private(set) var kinds: [FeedGenerator.Answer.Kind] = []
    private var lastBody: [UInt8] = []

    /// Before the first poll.
    package init() {}

    /// Asks `generator` at each of `polls`.
    package init(of generator: FeedGenerator, polls: [Date]) {
        var generator = generator
        for poll in polls { observe(generator.poll(at: poll), at: poll) }
    }

    /// Takes in one answer.
    package mutating func observe(_ answer: FeedGenerator.Answer, at instant: Date) {
        var new = 0
        var revised = 0
        // Most polls bring what the one before brought; the generator hands out the same array then.
        let isRepeated = answer.body == lastBody
        lastBody = answer.body
        for (id, bytes) in isRepeated ? [] : answer.events {
            guard let last = versions[id]?.last else {
                ids.append(id)
                versions[id] = [bytes]
                new += 1
                continue
            }
            guard last != bytes else { continue }
            versions[id, default: []].append(bytes)
            revised += 1
        }
        polls.append(instant)
        kinds.append(answer.kind)
        newPerPoll.append(new)
        revisionsPerPoll.append(revised)
    }

    /// Unique ids, revisions and counts by local date, for comparison with what a collector reports.
    package func summary() -> JSONValue {
        let revisions = revisionsPerPoll.reduce(0, +)
        return [
            "polls": .int(polls.count),
            "firstPoll": .optional(polls.first.map { WireTime.rfc3339($0, short: true) }),
            "lastPoll": .optional(polls.last.map { WireTime.rfc3339($0, short: true) }),
            "uniqueIds": .int(ids.count),
            "revisions": .int(revisions),
            "revisedIds": .int(versions.values.count { $0.count > 1 }),
            "records": .int(ids.count + revisions),
            "filteredPolls": .int(kinds.count { $0 == .filtered }),
            "emptyPolls": .int(kinds.count { $0 == .empty }),
            "newPerPoll": .array(newPerPoll.map(JSONValue.int)),
            "revisionsPerPoll": .object(
                revisionsPerPoll.enumerated().filter { $0.element > 0 }.map {
                    JSONMember(String($0.offset), .int($0.element))
                }),
            "eventsPerLocalDate": Self.counts(versions.values.compactMap { $0.first.flatMap(Self.localDate) }),
            "recordsPerLocalDate": Self.counts(versions.values.joined().compactMap(Self.localDate)),
        ]
    }

    /// The first ten characters of an element's `datetime`.
    private static func localDate(_ element: [UInt8]) -> String? {
        let marker = Array(#""datetime":""#.utf8)
        guard let start = element.firstRange(of: marker)?.upperBound, start + 10 <= element.count else { return nil }
        return String(decoding: element[start..<start + 10], as: UTF8.self)
    }

    private static func counts(_ dates: [String]) -> JSONValue {
        let counted = Dictionary(dates.map { ($0, 1) }, uniquingKeysWith: +)
        return .object(counted.sorted { $0.key < $1.key }.map { JSONMember($0.key, .int($0.value)) })
    }
}
