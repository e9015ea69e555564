// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import ServiceLevels
import TestSupport
import Testing

/// `slos/report.schema.json` is what other programs may rely on.
@Suite struct ReportSchemaTests {
    private static let reports = [
        Report.sample, .sampleWithoutData, .sampleOfLongDay, .sampleOfShortDay, .extreme,
        ReportHistory().report(ReportHistory.week, slos: [ReportHistory.freshness]),
    ]

    private func schema() throws -> JSONSchema {
        let path = packageRoot + "/slos/report.schema.json"
        return try JSONSchema(String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self))
    }

    @Test(arguments: reports.indices)
    func `reports are as the schema says`(index: Int) throws {
        #expect(try schema().problems(Self.reports[index].json) == [])
    }

    @Test func `every member of a report stands in the schema`() throws {
        let described = Self.names(of: try #require(schema()["properties"]))
            .union(Self.names(of: try #require(schema()["$defs"])))
        var missing: Set<String> = []
        func visit(_ value: JSONValue) {
            for member in value.object ?? [] {
                if !described.contains(member.name) { missing.insert(member.name) }
                visit(member.value)
            }
            for element in value.array ?? [] { visit(element) }
        }
        visit(Report.sample.json)
        #expect(missing.isEmpty)
    }

    @Test func `what differs is found, deep inside, too`() throws {
        let text = Report.sample.json.text
        for (right, wrong) in [
            ("\"kind\":\"week\"", "\"kind\":\"year\""), ("\"good\":", "\"god\":"),
            ("\"runs\":", "\"runs\":\"1\",\"ran\":"),
        ] {
            let changed = text.replacing(right, with: wrong, maxReplacements: 1)
            #expect(changed != text)
            #expect(try !schema().problems(JSONValue.parse(changed)).isEmpty)
        }
    }

    /// Names of all members that a part of the schema describes.
    private static func names(of schema: JSONValue) -> Set<String> {
        var names: Set<String> = []
        for member in schema.object ?? [] {
            if member.name == "properties" { names.formUnion(member.value.object?.map(\.name) ?? []) }
            names.formUnion(Self.names(of: member.value))
        }
        return names.union(schema.object?.map(\.name) ?? [])
    }
}
