// SPDX-License-Identifier: MIT

import JSON

/// A line of the spool that is no point: what became of points, and what was counted.
///
/// Serials are written as ranges, both ends included: `[[17,42],[44,44]]`.
struct SpoolEvent: Sendable, Hashable {
    /// Opens a file: serials from here on are free.
    var next: Int?
    /// A request with these is about to leave.
    var sending: [ClosedRange<Int>] = []
    /// That request surely did not reach the service.
    var unsent: [ClosedRange<Int>] = []
    /// In OCI Monitoring, or dropped: never to be sent any more.
    var gone: [ClosedRange<Int>] = []
    var dropped = DropCounts()
    /// Of the counts, what has been reported.
    var taken = DropCounts()
    var breaker: Breaker?
    /// Lines that could not be read, ever.
    var damaged = 0

    /// The format of the file; a newer one is left alone.
    static let format = 1

    var isEmpty: Bool { self == SpoolEvent() }

    /// One line, with its LF.
    func line() -> [UInt8] {
        var members: [JSONMember] = []
        if let next {
            members += [JSONMember("spool", .int(Self.format)), JSONMember("next", .int(next))]
        }
        for (name, ranges) in [("sending", sending), ("unsent", unsent), ("gone", gone)] where !ranges.isEmpty {
            let pairs = ranges.map { JSONValue.array([.int($0.lowerBound), .int($0.upperBound)]) }
            members.append(JSONMember(name, .array(pairs)))
        }
        for (name, counts) in [("dropped", dropped), ("taken", taken)] where !counts.isEmpty {
            members.append(JSONMember(name, counts.json))
        }
        if let breaker {
            let numbers = [breaker.failures, breaker.until] + (breaker.limit > 0 ? [breaker.limit] : [])
            members.append(JSONMember("breaker", .array(numbers.map(JSONValue.int))))
        }
        if damaged > 0 { members.append(JSONMember("damaged", .int(damaged))) }
        return JSONValue.object(members).encoded() + [UInt8(ascii: "\n")]
    }

    init() {}

    /// nil where the line is not one that `line()` writes; unknown members are passed over.
    init?(_ line: ArraySlice<UInt8>) {
        // Why it is none does not matter: the line is kept aside as it is.
        guard let value = try? JSONValue.parse(Array(line)), let members = value.object, !members.isEmpty else {
            return nil
        }
        guard let sending = Self.ranges(value["sending"]), let unsent = Self.ranges(value["unsent"]),
            let gone = Self.ranges(value["gone"])
        else { return nil }
        next = value["next"]?.int
        (self.sending, self.unsent, self.gone) = (sending, unsent, gone)
        dropped = DropCounts(value["dropped"])
        taken = DropCounts(value["taken"])
        if let numbers = value["breaker"]?.array?.compactMap(\.int), [2, 3].contains(numbers.count) {
            breaker = Breaker(
                failures: numbers[0], until: numbers[1], limit: max(0, numbers.count == 3 ? numbers[2] : 0))
        }
        damaged = Self.count(value["damaged"])
    }

    /// The format a file was written in, where the line says so.
    static func format(of line: ArraySlice<UInt8>) -> Int? {
        // A first line that is no JSON says nothing of a format.
        (try? JSONValue.parse(Array(line)))?["spool"]?.int
    }

    /// Whatever a damaged line says, adding up stays possible.
    static func count(_ value: JSONValue?) -> Int { min(max(value?.int ?? 0, 0), 1_000_000_000_000) }

    private static func ranges(_ value: JSONValue?) -> [ClosedRange<Int>]? {
        guard let value else { return [] }
        guard let pairs = value.array else { return nil }
        var ranges: [ClosedRange<Int>] = []
        for pair in pairs {
            guard let ends = pair.array?.compactMap(\.int), ends.count == 2, ends[0] <= ends[1] else { return nil }
            ranges.append(ends[0]...ends[1])
        }
        return ranges
    }

    /// The fewest ranges that hold these serials, ascending.
    static func ranges(_ serials: some Sequence<Int>) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for serial in serials.sorted() {
            if let last = ranges.last, serial <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(serial, last.upperBound)
            } else {
                ranges.append(serial...serial)
            }
        }
        return ranges
    }
}

extension DropCounts {
    init(_ json: JSONValue?) {
        self.init()
        for reason in DropReason.allCases { self[reason] = SpoolEvent.count(json?[reason.rawValue]) }
    }

    /// By reason, those above 0.
    var json: JSONValue {
        .object(
            DropReason.allCases.filter { self[$0] > 0 }.map { JSONMember($0.rawValue, .int(self[$0])) })
    }
}
