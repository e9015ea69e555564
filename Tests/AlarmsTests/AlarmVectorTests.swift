// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import JSON
import MQL
import TestSupport
import Testing

/// The vectors of the specification: what an alarm does, label by label.
struct AlarmVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let json: JSONValue
        var testDescription: String { json["id"]?.string ?? "?" }
    }

    static let vectors: [JSONValue] = {
        let path = packageRoot + "/Tests/MQLTests/Fixtures/mql-eval-vectors.json"
        let bytes = FileManager.default.contents(atPath: path) ?? Data()
        return (try? JSONValue.parse(Array(bytes)))?["vectors"]?.array ?? []
    }()
    static let alarms = vectors.filter { $0["kind"] == "alarm" }.map(Vector.init)
    static let templates = vectors.filter { $0["kind"] == "render" }.map(Vector.init)

    @Test func `there are 30 vectors of alarms and 3 of templates`() {
        #expect(Self.alarms.count == 30)
        #expect(Self.templates.count == 3)
    }

    @Test(arguments: alarms)
    func `an alarm does what its vector says`(vector: Vector) throws {
        let vector = vector.json
        let timeline = try Self.simulation(of: vector).run(
            over: Self.store(vector), from: try Self.instant(vector["start"]), until: try Self.instant(vector["end"]))
        try Self.compare(timeline, with: vector)
    }

    @Test(arguments: alarms)
    func `an alarm in service does what its vector says`(vector: Vector) throws {
        let vector = vector.json
        var run = try AlarmRun(alarm: try Self.alarm(vector))
        let store = try Self.store(vector)
        var states: [AlarmState] = []
        var messages: [AlarmMessage] = []
        let (from, until) = (try Self.instant(vector["start"]), try Self.instant(vector["end"]))
        for label in stride(from: from, through: until, by: 60_000) {
            messages += run.evaluate(label: label, over: store)
            states.append(run.state)
        }
        let timeline = try Self.simulation(of: vector).run(over: store, from: from, until: until)
        #expect(messages == timeline.messages)
        for (index, state) in states.enumerated() {
            #expect(timeline.state(at: from + Int64(index) * 60_000) == state)
        }
    }

    @Test(arguments: templates)
    func `a template is rendered as its vector says`(vector: Vector) throws {
        let vector = vector.json
        var values = MessageValues(texts: [:])
        for member in vector["values"]?.object ?? [] {
            values.texts[member.name] = member.value.string
        }
        values.dimensions = (vector["values"]?["dimensions"]?.array ?? []).map(Self.dimensions)
        let template = MessageTemplate(vector["template"]?.string ?? "")
        #expect(template.rendered(values) == vector["expected"]?.string)
    }
}

extension AlarmVectorTests {
    private static func alarm(_ vector: JSONValue) throws -> Alarm {
        var members = vector["alarm"]?.object ?? []
        members.append(JSONMember("key", vector["id"] ?? "vector"))
        if vector["alarm"]?["severity"] == nil { members.append(JSONMember("severity", "CRITICAL")) }
        members.append(JSONMember("isEnabled", true))
        return try Alarm(json: .object(members), key: "vector", form: .list)
    }

    private static func simulation(of vector: JSONValue) throws -> AlarmSimulation {
        try AlarmSimulation(alarm: try alarm(vector))
    }

    private static func instant(_ value: JSONValue?) throws -> Int64 {
        try #require(value?.string.flatMap(UTCTime.milliseconds))
    }

    private static func dimensions(_ value: JSONValue) -> [String: String] {
        Dictionary((value.object ?? []).map { ($0.name, $0.value.string ?? "") }) { $1 }
    }

    private static func store(_ vector: JSONValue) throws -> MetricStore {
        MetricStore(
            try (vector["series"]?.array ?? []).map { series in
                let identity = StreamIdentity(
                    namespace: series["namespace"]?.string ?? "", metric: series["name"]?.string ?? "",
                    dimensions: series["dimensions"].map(dimensions) ?? [:])
                return MetricStream(identity, try points(series))
            })
    }

    private static func points(_ series: JSONValue) throws -> [Datapoint] {
        if let points = series["points"]?.array {
            return try points.map { point in
                let parts = point.array ?? []
                let more = parts.count > 2 ? parts[2] : .null
                return Datapoint(
                    at: try instant(parts.first), try #require(parts[1].double), count: more["count"]?.double ?? 1,
                    arrival: try more["arrival"].map { try instant($0) })
            }
        }
        let start = try instant(series["start"])
        let step = ISODuration.milliseconds(series["step"]?.string ?? "PT1M") ?? 60_000
        return (series["values"]?.array ?? []).enumerated().compactMap { index, value in
            value.double.map { Datapoint(at: start + Int64(index) * step, $0) }
        }
    }

    private static func compare(_ timeline: AlarmTimeline, with vector: JSONValue) throws {
        let expected = try #require(vector["expected"])
        #expect(
            timeline.states.map { [JSONValue.string(UTCTime.text($0.label)), .string($0.state.rawValue)] }
                == expected["status"]?.array?.map { $0.array ?? [] })
        let messages = try #require(expected["messages"]?.array)
        try #require(timeline.messages.count == messages.count)
        for (message, wanted) in zip(timeline.messages, messages) { compare(message, with: wanted) }
        guard let streams = expected["streams"]?.array else { return }
        let found = timeline.streams.map { stream in
            stream.changes.map {
                [UTCTime.text($0.label), $0.state.rawValue] + ($0.ruleName.map { [$0] } ?? [])
            }
        }
        #expect(timeline.streams.map(\.dimensions) == streams.map { dimensions($0["dimensions"] ?? .null) })
        #expect(
            found
                == streams.map {
                    ($0["transitions"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
                })
    }

    private static func compare(_ message: AlarmMessage, with wanted: JSONValue) {
        #expect(UTCTime.text(message.label) == wanted["timestamp"]?.string)
        #expect(UTCTime.text(message.deliveredAt) == wanted["deliveredAt"]?.string)
        #expect(message.type.rawValue == wanted["type"]?.string)
        if let severity = wanted["severity"] { #expect(message.severity.rawValue == severity.string) }
        if let firing = wanted["totalMetricsFiring"] { #expect(message.totalMetricsFiring == firing.int) }
        if let streams = wanted["dimensions"]?.array { #expect(message.dimensions == streams.map(dimensions)) }
    }
}
