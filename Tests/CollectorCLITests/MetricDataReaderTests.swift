// SPDX-License-Identifier: MIT

import Files
import MQL
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct MetricDataReaderTests {
    private static let start: Int64 = 1_767_571_200_000

    /// The streams that a file of this text holds, by metric.
    private func streams(_ text: String, wanted: Set<String>? = nil) throws -> [MetricStream] {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/data", Array(text.utf8))
            var reader = MetricDataReader(wanted: wanted, namespace: "ours")
            try reader.read(home + "/data")
            return reader.takeStore().streams
        }
    }

    @Test func `lines of replay become streams with all their dimensions`() throws {
        let line = """
            {"schema":1,"at":"2026-01-05T00:00:00.5Z","run_id":"x","outcome":"success","dimensions":{"env":"t","job":"j"},\
            "points":[{"name":"run_failed","value":0},{"name":"api_requests","dimensions":{"outcome":"ok"},"value":1},\
            {"name":"api_requests","dimensions":{"outcome":"dns"},"value":0.25}]}
            """
        let other = """
            {"points":[{"value":3,"name":"run_failed"},{"name":"api_requests","dimensions":{"outcome":"dns"},"value":2}],\
            "dimensions":{"env":"t","job":"k"},"at":"2026-01-05T00:30:00Z"}
            """
        let found = try streams(line + "\n" + line.replacing("00:00:00.5", with: "00:30:00") + "\n\n" + other)
        #expect(found.count == 5)
        let dns = try #require(found.first { $0.identity.dimensions == ["env": "t", "job": "j", "outcome": "dns"] })
        #expect(dns.identity.namespace == "ours" && dns.values == [0.25, 0.25])
        #expect(dns.timestamps == [Self.start + 500, Self.start + 1_800_000])
        #expect(found.filter { $0.identity.dimensions["job"] == "k" }.map(\.values) == [[2], [3]])
    }

    @Test(arguments: [
        #"{"name":"m","dimensions":{"a":"b"},"start":"2026-01-05T00:00:00Z","step":"1m","values":[1,null,-2.5,1e3]}"#,
        #"{"values":"1 _ -2.5 1000","step":"PT1M","start":"2026-01-05T00:00:00+00:00","dimensions":{"a":"b"},"name":"m"}"#,
    ])
    func `a line of values is a stream`(text: String) throws {
        let stream = try #require(try streams(text).first)
        #expect(stream.identity == StreamIdentity(namespace: "ours", metric: "m", dimensions: ["a": "b"]))
        #expect(
            stream.timestamps == [0, 120_000, 180_000].map { Self.start + $0 } && stream.values == [1, -2.5, 1_000])
    }

    @Test func `answers of the API and of the oci program are read whole or a line each`() throws {
        let metric = #""namespace":"n","resource-group":null,"name":"m","dimensions":{}"#
        let points = #""aggregated-datapoints":[{"timestamp":"2026-01-30T00:00:00+00:00","value":4.0}]"#
        let whole = "{\n\"data\": [\n{\(points),\n\(metric)}\n]}\n"
        let lines = "[{\(metric),\(points)}]\n{\(metric.replacing("null", with: "\"g\"")),\(points)}\n"
        #expect(try streams(whole).map(\.values) == [[4]])
        let found = try streams(lines)
        #expect(found.map(\.identity.resourceGroup) == [nil, "g"])
        #expect(found.allSatisfy { $0.timestamps == [Self.start + 25 * 86_400_000] })
    }

    @Test func `of answers that overlap, the later reading of a label counts; measurements all count`() throws {
        let answer = """
            {"name":"m","dimensions":{},"aggregatedDatapoints":[{"timestamp":"2026-01-05T00:02:00Z","value":1},\
            {"timestamp":"2026-01-05T00:01:00Z","value":5}]}
            """
        let merged = try #require(
            try streams(answer + "\n" + answer.replacing("\"value\":1", with: "\"value\":2")).first)
        #expect(merged.values == [5, 2])
        let point = #"{"at":"2026-01-05T00:00:00Z","dimensions":{},"points":[{"name":"m","value":1}]}"#
        #expect(try streams(point + "\n" + point).map(\.values) == [[1, 1]])
    }

    @Test func `metrics nobody asked for take no room`() throws {
        let line =
            #"{"at":"2026-01-05T00:00:00Z","dimensions":{},"points":[{"name":"a","value":1},{"name":"b","value":1}]}"#
        #expect(try streams(line, wanted: ["b"]).map(\.identity.metric) == ["b"])
    }

    @Test(arguments: [
        ("name,value\n", "neither { nor [ begins it"), ("{}", "neither points nor values"),
        (#"{"points":[]}"#, "without at"), (#"{"at":"yesterday","points":[]}"#, "at is no time"),
        (#"{"name":"m","values":[1]}"#, "without start and step"),
        (#"{"name":"m","start":"2026-01-05T00:00:00Z","step":"1 m","values":[1]}"#, "step is no length"),
        (#"{"dimensions":{},"aggregatedDatapoints":[]}"#, "lacks its name"),
        (#"{"name":"m","dimensions":{"a":1},"aggregatedDatapoints":[]}"#, "is no text"),
        (#"{"name":"m","dimensions":{},"aggregatedDatapoints":[{"value":1}]}"#, "lacks its timestamp"),
        ("[{\"name\":", "ends too early"),
        (#"{"name":"m","start":"2026-01-05T00:00:00Z","step":"1m","values":"x"}"#, "x"),
    ])
    func `what is no metric data is refused with its line`(text: String, problem: String) throws {
        do {
            _ = try streams("\n" + text)
            Issue.record("it was read")
        } catch {
            #expect("\(error)".contains(problem) && "\(error)".hasPrefix("line 2 of "), "\(error)")
        }
    }

    @Test(arguments: [
        "0", "-0", "1", "-12.5", "0.1", "123456789012345", "1234567890123456", "0.000001", "1e-7", "2.5E+3",
        "179769313486231570000000000000000000000", "3.141592653589793", "100.0000000000000000000001",
    ])
    func `numbers are read as Swift reads them`(text: String) throws {
        let bytes = Array(text.utf8)
        #expect(FastNumbers.value(0..<bytes.count, of: bytes.span) == Double(text))
    }

    @Test(
        arguments: [
            ("2026-01-05T00:00:00Z", 1_767_571_200_000), ("2026-01-05T00:00:00.250Z", 1_767_571_200_250),
            ("2024-02-29T23:59:59Z", 1_709_251_199_000), ("2026-01-31T00:00:00Z", 1_769_817_600_000),
            ("1970-01-01T00:00:00Z", 0), ("2026-01-05T01:00:00+01:00", 1_767_571_200_000),
            ("2026-02-30T00:00:00Z", nil),
            ("2026-01-05 00:00:00Z", nil), ("2026-13-05T00:00:00Z", nil), ("2026-01-05T24:00:00Z", nil), ("", nil),
            ("1969-12-31T23:59:59Z", -1_000),
        ] as [(String, Int64?)])
    func `times are read to the millisecond, or not at all`(text: String, milliseconds: Int64?) {
        let bytes = Array(text.utf8)
        #expect(FastNumbers.instant(0..<bytes.count, of: bytes.span) == milliseconds)
    }
}
