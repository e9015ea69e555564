// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL

/// The answer of `mql eval`.
struct EvaluationAnswer {
    let query: Query
    let namespace: String
    let labels: LabelGrid
    /// Sorted by dimensions; NaN: no point.
    let streams: [ResultStream]
    let knobs: Knobs

    private var points: Int { streams.reduce(0) { $0 + $1.values.count { !$0.isNaN } } }
    private var end: Int64 { labels.count == 0 ? labels.start : labels[labels.count - 1] + labels.step }

    /// For people: equal values one after the other are one row.
    var text: String {
        var lines = wrapped(query.canonicalText, width: 80, indent: 2)
        let count = "\(streams.count) " + "streams".singular(streams.count)
        lines += wrapped(
            "in \(namespace), \(Self.time(labels.start)) to \(Self.time(end)), every \(TestTime.text(length: labels.step)): "
                + "\(count), \(points) " + "points".singular(points), width: 80, indent: 2)
        if streams.isEmpty {
            lines.append("no stream has a point: look at the metric's name, its dimensions and the time")
        }
        for stream in streams {
            lines += ["", Self.name(stream.dimensions)]
            lines += rows(stream.values)
        }
        return lines.joined(separator: "\n")
    }

    /// Gaps before the first and after the last point are left out.
    private func rows(_ values: [Double]) -> [String] {
        guard let first = values.firstIndex(where: { !$0.isNaN }), let last = values.lastIndex(where: { !$0.isNaN })
        else { return [] }
        var rows: [String] = []
        var index = first
        while index <= last {
            var next = index + 1
            while next <= last, Self.same(values[next], values[index]) { next += 1 }
            let value = values[index].isNaN ? "-" : SeriesNotation.number(values[index])
            let until = next - index > 1 ? " to \(Self.time(labels[next - 1]))" : ""
            let times = next - index > 1 ? "  (\(next - index) labels)" : ""
            let place = Self.time(labels[index]) + until
            rows.append("  " + place + String(repeating: " ", count: max(0, 44 - place.count)) + value + times)
            index = next
        }
        return rows
    }

    private static func same(_ left: Double, _ right: Double) -> Bool { left == right || left.isNaN && right.isNaN }

    private static func time(_ milliseconds: Int64) -> String {
        let text = UTCTime.text(milliseconds)
        return text.count == 20 ? String(text.prefix(19)).replacing("T", with: " ") : text
    }

    private static func name(_ dimensions: [String: String]) -> String {
        let pairs = dimensions.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
        return "{\(pairs.joined(separator: ", "))}"
    }

    /// For programs.
    var json: JSONValue {
        let changed = KnobTable.all.filter { $0.choice(in: knobs) != $0.choice(in: Knobs()) }
        return [
            "schema": 1, "query": .string(query.canonicalText), "namespace": .string(namespace),
            "from": .string(UTCTime.text(labels.start)), "to": .string(UTCTime.text(end)),
            "resolution_seconds": .int(Int(labels.step / 1_000)),
            "knobs": .object(changed.map { JSONMember($0.name, .string($0.choice(in: knobs))) }),
            "streams": .array(streams.map(stream)),
        ]
    }

    private func stream(_ stream: ResultStream) -> JSONValue {
        let dimensions = stream.dimensions.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
        let points = stream.values.indices.filter { !stream.values[$0].isNaN }.map { index -> JSONValue in
            ["at": .string(UTCTime.text(labels[index])), "value": .double(stream.values[index])]
        }
        return ["dimensions": .object(dimensions), "points": .array(points)]
    }
}
