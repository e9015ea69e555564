// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL

extension PointLines {
    /// `[{"name", "dimensions", "value"}]` of one instant.
    mutating func points(
        _ text: Span<UInt8>, _ scanner: inout JSONScanner, _ members: Members, into columns: inout MetricColumns
    ) throws {
        guard let at = members.at else { throw Problem(description: "points without at, the time they were measured") }
        begin(lineWith: members.dimensions, text)
        try scanner.expect(0x5B, text)
        if scanner.consume(0x5D, text) { return }
        var index = 0
        repeat {
            try point(text, &scanner, number: index, at: at, members, into: &columns)
            index += 1
        } while try scanner.continues(until: 0x5D, text)
    }

    /// Forgets the streams of the line before where its dimensions were others.
    private mutating func begin(lineWith dimensions: Range<Int>?, _ text: Span<UInt8>) {
        let range = dimensions ?? 0..<0
        guard range.count != common.count || !Self.same(common, 0, range, text) else { return }
        common = Array(range.map { text[$0] })
        known = [:]
        order = []
    }

    private mutating func point(
        _ text: Span<UInt8>, _ scanner: inout JSONScanner, number: Int, at: Int64, _ members: Members,
        into columns: inout MetricColumns
    ) throws {
        var (name, dimensions, value): (Range<Int>?, Range<Int>?, Double?) = (nil, nil, nil)
        try scanner.expect(0x7B, text)
        repeat {
            let member = try scanner.string(text).range
            try scanner.expect(0x3A, text)
            scanner.skipWhitespace(text)
            let first = member.isEmpty ? 0 : text[member.lowerBound]
            switch (first, member.count) {
            case (0x6E, 4): name = try scanner.string(text).range
            case (0x76, 5): value = FastNumbers.value(try scanner.number(text), of: text)
            default:
                let start = scanner.position
                try scanner.skipValue(text, depth: 8)
                if first == 0x64, member.count == 10 { dimensions = start..<scanner.position }
            }
        } while try scanner.continues(until: 0x7D, text)
        guard let name, let value else { throw Problem(description: "a point lacks its name or its value") }
        let place = try place(name, dimensions, number, text, members, in: &columns)
        columns.add(value, at: at, to: place)
    }

    private mutating func place(
        _ name: Range<Int>, _ dimensions: Range<Int>?, _ number: Int, _ text: Span<UInt8>, _ members: Members,
        in columns: inout MetricColumns
    ) throws -> Int {
        let own = dimensions ?? 0..<0
        if number < order.count, order[number].key.count == name.count + own.count,
            Self.same(order[number].key, 0, name, text), Self.same(order[number].key, name.count, own, text)
        {
            return order[number].place
        }
        let key = name.map { text[$0] } + own.map { text[$0] }
        let place: Int
        if let found = known[key] {
            place = found
        } else {
            let pairs = try Self.pairs(members.dimensions, text).merging(Self.pairs(dimensions, text)) { _, own in own }
            place = columns.place(
                of: StreamIdentity(
                    namespace: members.namespace?.decoded(text) ?? namespace,
                    resourceGroup: members.resourceGroup?.decoded(text),
                    metric: FastNumbers.string(name, of: text), dimensions: pairs))
            known[key] = place
        }
        if number < order.count {
            order[number] = (key, place)
        } else if number == order.count {
            order.append((key, place))
        }
        return place
    }

    /// `[1, null, 0]` or `"1 _ 0x9"`: a stream's values from `start` on, one each `step`.
    func values(
        _ text: Span<UInt8>, _ scanner: inout JSONScanner, _ members: Members, into columns: inout MetricColumns
    ) throws {
        guard let start = members.start, let step = members.step else {
            throw Problem(description: "values without start and step, such as \"1m\"")
        }
        let place = columns.place(of: try identity(members, text))
        var at = start
        if try scanner.peek(text) == 0x22 {
            let notation = try scanner.string(text).decoded(text)
            for item in try SeriesNotation(notation).items {
                if let value = item.value { columns.add(value, at: at, to: place) }
                at += step
            }
            return
        }
        try scanner.expect(0x5B, text)
        if scanner.consume(0x5D, text) { return }
        repeat {
            scanner.skipWhitespace(text)
            if try scanner.peek(text) == 0x6E {
                _ = try scanner.literal(text)
            } else {
                columns.add(FastNumbers.value(try scanner.number(text), of: text), at: at, to: place)
            }
            at += step
        } while try scanner.continues(until: 0x5D, text)
    }

    /// `[{"timestamp", "value"}]` of an answer of SummarizeMetricsData.
    func aggregated(
        _ text: Span<UInt8>, _ scanner: inout JSONScanner, _ members: Members, into columns: inout MetricColumns
    ) throws {
        let place = columns.place(of: try identity(members, text))
        try scanner.expect(0x5B, text)
        if scanner.consume(0x5D, text) { return }
        repeat {
            var (at, value): (Int64?, Double?) = (nil, nil)
            try scanner.expect(0x7B, text)
            repeat {
                let member = try scanner.string(text).range
                try scanner.expect(0x3A, text)
                scanner.skipWhitespace(text)
                switch member.isEmpty ? 0 : text[member.lowerBound] {
                case 0x74: at = try instant(text, &scanner, "timestamp")
                case 0x76: value = FastNumbers.value(try scanner.number(text), of: text)
                default: try scanner.skipValue(text, depth: 8)
                }
            } while try scanner.continues(until: 0x7D, text)
            guard let at, let value else { throw Problem(description: "a point lacks its timestamp or its value") }
            columns.add(value, at: at, to: place, isAggregated: true)
        } while try scanner.continues(until: 0x5D, text)
    }
}
