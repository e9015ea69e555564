// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL

/// Takes the points out of JSON texts of metric data without making trees of them.
///
/// Lines of `replay --metrics-out` name the same streams in the same order, so the stream at the same place of the line
/// before is tried first.
struct PointLines {
    /// Why a text is no metric data.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// Of points whose text does not say one.
    let namespace: String

    /// Dimensions of all points of a line, as the line before wrote them.
    var common: [UInt8] = []
    /// What names a stream in such a line, and its place in the columns.
    var known: [[UInt8]: Int] = [:]
    /// The names of the line before, in its order.
    var order: [(key: [UInt8], place: Int)] = []

    init(namespace: String) { self.namespace = namespace }

    /// What one object of metric data says of itself, as places in the text.
    struct Members {
        var at: Int64?
        var start: Int64?
        var step: Int64?
        var name: JSONScanner.Text?
        var namespace: JSONScanner.Text?
        var resourceGroup: JSONScanner.Text?
        /// Where the object of dimensions begins and ends.
        var dimensions: Range<Int>?
        /// What the points stand in, and where that begins.
        var bulk: (kind: Bulk, position: Int)?
        /// Whether the points have been read.
        var isDone = false
    }

    enum Bulk {
        /// `points` of a line of `replay --metrics-out`.
        case points
        /// `values`, one for each step.
        case values
        /// `aggregatedDatapoints` of an answer.
        case aggregated
        /// `data`, in which the `oci` program puts an answer.
        case answer
    }

    /// Adds the points of one text: an array of metrics, an object around one, or a line.
    ///
    /// Throws a `JSONError` where it is no JSON, a `Problem` where it is something else.
    mutating func read(_ text: Span<UInt8>, into columns: inout MetricColumns) throws {
        var scanner = JSONScanner()
        scanner.skipWhitespace(text)
        if try scanner.peek(text) == 0x5B {
            try metrics(text, &scanner, into: &columns)
        } else {
            try object(text, &scanner, into: &columns)
        }
        try scanner.end(text)
    }

    private mutating func metrics(
        _ text: Span<UInt8>, _ scanner: inout JSONScanner, into columns: inout MetricColumns
    ) throws {
        try scanner.expect(0x5B, text)
        if scanner.consume(0x5D, text) { return }
        repeat { try object(text, &scanner, into: &columns) } while try scanner.continues(until: 0x5D, text)
    }

    private mutating func object(
        _ text: Span<UInt8>, _ scanner: inout JSONScanner, into columns: inout MetricColumns
    ) throws {
        try scanner.expect(0x7B, text)
        var members = Members()
        if !scanner.consume(0x7D, text) {
            repeat {
                let name = FastNumbers.string(try scanner.string(text).range, of: text)
                try scanner.expect(0x3A, text)
                try member(name, text, &scanner, &members, into: &columns)
            } while try scanner.continues(until: 0x7D, text)
        }
        guard !members.isDone else { return }
        guard let bulk = members.bulk else {
            throw Problem(description: "an object has neither points nor values nor aggregatedDatapoints")
        }
        var back = JSONScanner(at: bulk.position)
        try read(bulk.kind, text, &back, members, into: &columns)
    }

    private mutating func member(
        _ name: String, _ text: Span<UInt8>, _ scanner: inout JSONScanner, _ members: inout Members,
        into columns: inout MetricColumns
    ) throws {
        scanner.skipWhitespace(text)
        switch name {
        case "at": members.at = try instant(text, &scanner, name)
        case "start": members.start = try instant(text, &scanner, name)
        case "step": members.step = try length(text, &scanner)
        case "name": members.name = try scanner.string(text)
        case "namespace": members.namespace = try scanner.string(text)
        case "resourceGroup", "resource-group":
            if try scanner.peek(text) == 0x22 {
                members.resourceGroup = try scanner.string(text)
            } else {
                try scanner.skipValue(text, depth: 8)
            }
        case "dimensions":
            let start = scanner.position
            try scanner.skipValue(text, depth: 8)
            members.dimensions = start..<scanner.position
        case "points": try bulk(.points, isReady: members.at != nil && members.dimensions != nil)
        case "values": try bulk(.values, isReady: members.name != nil && members.dimensions != nil)
        case "aggregatedDatapoints", "aggregated-datapoints":
            try bulk(.aggregated, isReady: members.name != nil && members.dimensions != nil)
        case "data": try bulk(.answer, isReady: true)
        default: try scanner.skipValue(text, depth: 128)
        }

        func bulk(_ kind: Bulk, isReady: Bool) throws {
            members.bulk = (kind, scanner.position)
            // What a line of values says of itself may stand behind them; it is read once it is complete.
            guard isReady, kind != .values else { return try scanner.skipValue(text, depth: 128) }
            try read(kind, text, &scanner, members, into: &columns)
            members.isDone = true
        }
    }

    private mutating func read(
        _ kind: Bulk, _ text: Span<UInt8>, _ scanner: inout JSONScanner, _ members: Members,
        into columns: inout MetricColumns
    ) throws {
        switch kind {
        case .answer: try metrics(text, &scanner, into: &columns)
        case .points: try points(text, &scanner, members, into: &columns)
        case .values: try values(text, &scanner, members, into: &columns)
        case .aggregated: try aggregated(text, &scanner, members, into: &columns)
        }
    }
}

extension PointLines {
    func identity(_ members: Members, _ text: Span<UInt8>) throws -> StreamIdentity {
        guard let name = members.name else { throw Problem(description: "a metric lacks its name") }
        return StreamIdentity(
            namespace: members.namespace?.decoded(text) ?? namespace,
            resourceGroup: members.resourceGroup?.decoded(text), metric: name.decoded(text),
            dimensions: try Self.pairs(members.dimensions, text))
    }

    static func pairs(_ range: Range<Int>?, _ text: Span<UInt8>) throws -> [String: String] {
        guard let range else { return [:] }
        var scanner = JSONScanner(at: range.lowerBound)
        guard case .object(let members) = try scanner.value(text, depth: 2) else {
            throw Problem(description: "dimensions are no object")
        }
        var pairs: [String: String] = [:]
        for member in members {
            guard let value = member.value.string else {
                throw Problem(description: "the dimension \(member.name) is no text")
            }
            pairs[member.name] = value
        }
        return pairs
    }

    func instant(_ text: Span<UInt8>, _ scanner: inout JSONScanner, _ member: String) throws -> Int64 {
        let token = try scanner.string(text).range
        guard let instant = FastNumbers.instant(token, of: text) else {
            throw Problem(description: "\(member) is no time such as 2026-01-05T02:00:00Z")
        }
        return instant
    }

    func length(_ text: Span<UInt8>, _ scanner: inout JSONScanner) throws -> Int64 {
        let word = try scanner.string(text).decoded(text)
        guard let length = TestTime.length(word) ?? ISODuration.milliseconds(word), length > 0 else {
            throw Problem(description: "step is no length such as 1m")
        }
        return length
    }

    /// Whether the bytes of `key` from `offset` on are those of the range.
    static func same(_ key: [UInt8], _ offset: Int, _ range: Range<Int>, _ text: Span<UInt8>) -> Bool {
        var position = offset
        for index in range {
            guard key[position] == text[index] else { return false }
            position += 1
        }
        return true
    }
}
