// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// A made-up source of police events that behaves like the real one: a pure function of seed and time.
///
/// A value without I/O. Asking for later and later instants advances it event by event; asking for an earlier one runs
/// it again from its start. The same seed, start and instant give the same bytes on every machine.
package struct FeedGenerator: Sendable {
    /// One answer of the feed.
    package struct Answer: Sendable {
        /// The list, somebody else's filtered list, or no bytes.
        package enum Kind: String, Sendable { case normal, filtered, empty }

        /// Which of them this is.
        package let kind: Kind
        /// Ids and elements in the order shown; none for an empty answer.
        package let events: [(id: Int, bytes: [UInt8])]
        /// What goes over the wire.
        package let body: [UInt8]
    }

    /// Everything that ever happened to one event, whether somebody polled at the time or not.
    package struct History: Sendable {
        /// Never changes.
        package let id: Int
        /// The event's element from each instant on, oldest first.
        package var versions: [(since: Date, bytes: [UInt8])]
        /// Never in the whole list, only in filtered answers.
        package let isUnlisted: Bool
    }

    /// 2025-01-01T00:00:00Z.
    package static let defaultStart = Date(timeIntervalSince1970: 1_735_689_600)
    /// How long the source has run already when it is first asked, so that its list is full and filtered answers reach
    /// back half a year.
    private static let warmUpSeconds = 185 * 86_400

    /// Decides everything there is to decide.
    package let seed: UInt64
    /// The first instant that can be asked for.
    package let start: Date
    private let origin: FeedTimeline
    private var timeline: FeedTimeline
    private var cached: (version: Int, answer: Answer)?

    /// A source that can be asked for any instant from `start` on; earlier ones get the answer of `start`.
    package init(seed: UInt64, start: Date = FeedGenerator.defaultStart) {
        self.seed = seed
        self.start = start
        let first = Self.seconds(start)
        var timeline = FeedTimeline(seed: seed, start: first - Self.warmUpSeconds)
        timeline.advance(to: first)
        origin = timeline
        self.timeline = timeline
    }

    /// When the list last changed before the instant last asked for.
    package var changed: Date { Date(timeIntervalSince1970: Double(timeline.changed)) }

    /// The body at `instant`.
    package mutating func answer(at instant: Date) -> [UInt8] { poll(at: instant).body }

    /// The answer at `instant` with what it consists of.
    package mutating func poll(at instant: Date) -> Answer {
        advance(to: instant)
        switch FeedDisturbance.at(max(Self.seconds(instant), Self.seconds(start)), seed: seed) {
        case .empty: return Answer(kind: .empty, events: [], body: [])
        case .filtered(let kinds):
            let events = timeline.filtered(kinds: Set(kinds)).map { serial in
                (id: timeline.records[serial].id, bytes: timeline.json(serial: serial))
            }
            return Self.answer(.filtered, events)
        case nil: return wholeList()
        }
    }

    /// Every event published until `instant`, in order of publication, with all its versions.
    package mutating func truth(until instant: Date) -> [History] {
        advance(to: instant)
        var histories: [History] = []
        var places: [Int: Int] = [:]
        for change in timeline.changes {
            let version = (
                since: Date(timeIntervalSince1970: Double(change.at)),
                bytes: timeline.json(serial: change.serial, edits: change.edits)
            )
            if let place = places[change.serial] {
                histories[place].versions.append(version)
            } else {
                places[change.serial] = histories.count
                let record = timeline.records[change.serial]
                histories.append(History(id: record.id, versions: [version], isUnlisted: record.isUnlisted))
            }
        }
        return histories
    }

    private mutating func wholeList() -> Answer {
        if let cached, cached.version == timeline.version { return cached.answer }
        let events = timeline.shown().map { (id: timeline.records[$0.serial].id, bytes: $0.bytes) }
        let answer = Self.answer(.normal, events)
        cached = (timeline.version, answer)
        return answer
    }

    private mutating func advance(to instant: Date) {
        let second = max(Self.seconds(instant), Self.seconds(start))
        if second < timeline.now {
            timeline = origin
            cached = nil
        }
        timeline.advance(to: second)
    }

    private static func answer(_ kind: Answer.Kind, _ events: [(id: Int, bytes: [UInt8])]) -> Answer {
        var body: [UInt8] = []
        body.reserveCapacity(events.reduce(2) { $0 + $1.bytes.count + 1 })
        body.append(UInt8(ascii: "["))
        for (index, event) in events.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: event.bytes)
        }
        body.append(UInt8(ascii: "]"))
        return Answer(kind: kind, events: events, body: body)
    }

    private static func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) }
}
