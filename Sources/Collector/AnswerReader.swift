// SPDX-License-Identifier: MIT

import Files
import JSON

/// Reads bodies of the events API one after the other.
///
/// Two answers half an hour apart share nearly all of their elements byte for byte. An element that stands in the answer
/// before under the same id is recognised by comparing bytes and not read again: this makes a replay ten times faster
/// and changes no result.
package struct AnswerReader: Sendable {
    /// The answer before and its events in order.
    private var body: [UInt8] = []
    private var order: [Event] = []
    /// Where in `order` an element that begins with this id stands.
    private var places: [Int: Int] = [:]

    package init() {}

    /// The source answers with 500; a body of small elements far below the limit of bytes must not exhaust the host.
    static let elementLimit = 20_000

    /// Brackets that may be open at once in what is no list.
    private static let depthLimit = 128

    /// How often the ids of an answer stand in it, as far as it was read.
    private enum Repetition {
        case unknown
        /// An event of the answer before stands twice.
        case twice
        /// Reading ended at the limit.
        case tooMany
    }

    /// Reads one body.
    ///
    /// - Parameter now: when the answer was given, in seconds since 1970.
    package mutating func read(_ body: [UInt8], now: Int) throws(AnswerProblem) -> Answer {
        var events: [Event] = []
        var rejects: [RejectedElement] = []
        let repetition: Repetition
        do throws(JSONError) {
            repetition = try elements(of: body, events: &events, rejects: &rejects)
        } catch {
            throw Self.problem(of: error, body)
        }
        if repetition == .tooMany { throw .tooMany }
        if repetition == .twice || Self.mayRepeatIDs(events) { keepOneOfEachID(&events, &rejects) }
        let judgement = Answer.judge(events, now: now)
        remember(body, events)
        return Answer(
            events: events, rejects: rejects, kind: judgement.kind, typeCount: judgement.typeCount,
            newest: judgement.newest)
    }

    /// Forgets the answer before: its events were not stored, so nothing may be taken for repeated.
    package mutating func forget() {
        body = []
        order = []
        places = [:]
    }

    /// Reads elements up to the limit.
    private func elements(
        of body: [UInt8], events: inout [Event], rejects: inout [RejectedElement]
    ) throws(JSONError) -> Repetition {
        let text = body.span
        let before = self.body.span
        events.reserveCapacity(500)
        var scanner = JSONScanner()
        var next = 0
        var isTaken = [Bool](repeating: false, count: order.count)
        var isTwice = false
        try scanner.expect(0x5B, text)
        guard !scanner.consume(0x5D, text) else {
            try scanner.end(text)
            return .unknown
        }
        repeat {
            guard events.count + rejects.count < Self.elementLimit else { return .tooMany }
            scanner.skipWhitespace(text)
            if let index = repeated(text, before, at: scanner.position, expecting: next) {
                let event = order[index]
                let range = scanner.position..<scanner.position + event.range.count
                events.append(event.repeated(at: range))
                scanner.position = range.upperBound
                next = index + 1
                if isTaken[index] { isTwice = true }
                isTaken[index] = true
                continue
            }
            let (element, end) = try EventReader.read(text, from: scanner.position)
            switch element {
            case .event(let event): events.append(event)
            case .rejected(let reject): rejects.append(reject)
            }
            scanner.position = end
        } while try scanner.continues(until: 0x5D, text)
        try scanner.end(text)
        return isTwice ? .twice : .unknown
    }

    /// The place in `order` of the event whose bytes stand at `position`, if it was in the answer before.
    private func repeated(
        _ text: Span<UInt8>, _ before: Span<UInt8>, at position: Int, expecting next: Int
    ) -> Int? {
        if next < order.count, text.holds(before, order[next].range, at: position) { return next }
        guard let id = Self.leadingID(text, at: position), let index = places[id] else { return nil }
        return text.holds(before, order[index].range, at: position) ? index : nil
    }

    private mutating func remember(_ body: [UInt8], _ events: [Event]) {
        let text = body.span
        places.removeAll(keepingCapacity: true)
        for (index, event) in events.enumerated() {
            if let id = Self.leadingID(text, at: event.range.lowerBound) { places[id] = index }
        }
        self.body = body
        order = events
    }

    /// The id of an element that is written as the source writes it, `{"id":598307,`.
    private static func leadingID(_ text: Span<UInt8>, at position: Int) -> Int? {
        let start: [6 of UInt8] = [0x7B, 0x22, 0x69, 0x64, 0x22, 0x3A]
        guard position + 26 <= text.count else { return nil }
        for index in 0..<6 where text[position + index] != start[index] { return nil }
        var id = 0
        for index in position + 6..<position + 24 {
            guard case 0x30...0x39 = text[index] else { return text[index] == 0x2C ? id : nil }
            id = id * 10 + Int(text[index] - 0x30)
        }
        return nil
    }

    /// The first event of an id stands; the same content again is dropped, other content is kept as a reject: which of
    /// the two is the event's state cannot be told, and taking both would make a revision of every poll.
    private func keepOneOfEachID(_ events: inout [Event], _ rejects: inout [RejectedElement]) {
        var contents: [EventID: ContentHash] = [:]
        contents.reserveCapacity(events.count)
        var repeats: Set<Int> = []
        for (index, event) in events.enumerated() {
            guard let first = contents[event.id] else {
                contents[event.id] = event.content
                continue
            }
            repeats.insert(index)
            if first != event.content { rejects.append(.init(problem: .duplicateID, range: event.range)) }
        }
        guard !repeats.isEmpty else { return }
        events = events.indices.filter { !repeats.contains($0) }.map { events[$0] }
    }

    /// Whether an id may stand twice. Events repeated from the answer before have an id each, so only new ones need a
    /// look, as long as they are few.
    private static func mayRepeatIDs(_ events: [Event]) -> Bool {
        let fresh = events.indices.filter { !events[$0].isRepeated }
        guard fresh.count <= 8 else { return true }
        return fresh.contains { index in
            events.indices.contains { $0 != index && events[$0].id == events[index].id }
        }
    }

    private static func problem(of error: JSONError, _ body: [UInt8]) -> AnswerProblem {
        let text = body.span
        var scanner = JSONScanner()
        scanner.skipWhitespace(text)
        guard scanner.position < text.count else { return .empty }
        let first = text[scanner.position]
        if first != 0x5B {
            do throws(JSONError) {
                // Without a tree: it may be as large as an answer may be.
                try scanner.skipValue(text, depth: depthLimit)
                try scanner.end(text)
                return .notArray
            } catch {
                return Self.isTruncation(error) && [0x7B, 0x22].contains(first) ? .truncated : .notJSON
            }
        }
        return Self.isTruncation(error) ? .truncated : .notJSON
    }

    private static func isTruncation(_ error: JSONError) -> Bool {
        if case .truncated = error { true } else { false }
    }
}

extension Event {
    fileprivate func repeated(at range: Range<Int>) -> Event {
        Event(id: id, time: time, type: type, content: content, range: range, isRepeated: true)
    }
}
