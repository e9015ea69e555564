// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import MQL
import Testing

/// A vector of kind `query` of the specification's file.
struct QueryVector: CustomTestStringConvertible {
    let json: JSONValue

    var testDescription: String { "\(json["id"]?.string ?? "?"): \(json["title"]?.string ?? "?")" }

    /// All of them, none if the file cannot be read.
    static let all: [QueryVector] = {
        let path = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        guard
            let bytes = FileManager.default.contents(atPath: path + "/Fixtures/mql-eval-vectors.json"),
            let file = try? JSONValue.parse(Array(bytes))
        else { return [] }
        return (file["vectors"]?.array ?? []).filter { $0["kind"]?.string == "query" }.map { QueryVector(json: $0) }
    }()

    func answer(knobs: Knobs = Knobs()) throws -> [ResultStream] {
        let root = try Query(parsing: try text("query")).root
        return Evaluator(knobs: knobs).evaluate(
            root, over: MetricStore(try series()), namespace: try text("namespace"),
            resourceGroup: json["resourceGroup"]?.string, labels: try labels(root, knobs))
    }

    func labels(_ root: MQL.Expression, _ knobs: Knobs) throws -> LabelGrid {
        let resolution = try json["resolution"].map { try Self.duration($0.string) }
        return .metricQuery(
            start: try Self.instant(json["start"]?.string), end: try Self.instant(json["end"]?.string),
            resolution: resolution ?? LabelGrid.defaultResolution(of: root), anchor: knobs.labelAnchor)
    }

    private func text(_ name: String) throws -> String { try #require(json[name]?.string) }

    private func series() throws -> [MetricStream] {
        try (json["series"]?.array ?? []).map { series in
            let identity = StreamIdentity(
                namespace: try #require(series["namespace"]?.string), resourceGroup: series["resourceGroup"]?.string,
                metric: try #require(series["name"]?.string),
                dimensions: try Self.dimensions(series["dimensions"]))
            return MetricStream(identity, try Self.points(series))
        }
    }

    static func dimensions(_ json: JSONValue?) throws -> [String: String] {
        guard case .object(let members) = json else { return [:] }
        return try Dictionary(uniqueKeysWithValues: members.map { ($0.name, try #require($0.value.string)) })
    }

    private static func points(_ series: JSONValue) throws -> [Datapoint] {
        if let points = series["points"]?.array {
            return try points.map { json in
                let parts = try #require(json.array)
                let extra = parts.count > 2 ? parts[2] : nil
                return Datapoint(
                    at: try instant(parts[0].string), try #require(parts[1].double),
                    count: extra?["count"]?.double ?? 1,
                    arrival: try extra?["arrival"].map { try instant($0.string) })
            }
        }
        let (start, step) = (try instant(series["start"]?.string), try duration(series["step"]?.string ?? "PT1M"))
        return (series["values"]?.array ?? []).enumerated().compactMap { index, value in
            value.double.map { Datapoint(at: start + Int64(index) * step, $0) }
        }
    }

    static func instant(_ text: String?) throws -> Int64 {
        Int64(try Date(try #require(text), strategy: .iso8601).timeIntervalSince1970) * 1000
    }

    /// `PT5M`, `PT1H`
    private static func duration(_ text: String?) throws -> Int64 {
        let text = try #require(text)
        let count = try #require(Int64(text.dropFirst(2).dropLast()))
        return count * (text.hasSuffix("H") ? 60 : 1) * minute
    }
}

struct QueryVectorTests {
    @Test func `all query vectors of the specification are there`() {
        #expect(QueryVector.all.count == 45)
    }

    @Test(arguments: QueryVector.all) func `a vector gives what the specification says`(vector: QueryVector) throws {
        let answer = try vector.answer()
        let labels = try vector.labels(try Query(parsing: vector.json["query"]?.string ?? "").root, Knobs())
        let expected = try #require(vector.json["expected"]?.array)
        #expect(try answer.map(\.dimensions) == expected.map { try QueryVector.dimensions($0["dimensions"]) })
        for (stream, expected) in zip(answer, expected) {
            let points = stream.values.indices.filter { !stream.values[$0].isNaN }
            let wanted = try #require(expected["points"]?.array)
            #expect(
                try points.map { labels[$0] } == wanted.map { try QueryVector.instant($0.array?.first?.string) })
            for (point, wanted) in zip(points, wanted) {
                #expect(stream.values[point].isNearly(try #require(wanted.array?.last?.double)))
            }
        }
    }
}
