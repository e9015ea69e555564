// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import MQL
import TestSupport
import Testing

/// A labelled query of a corpus.
struct CorpusRow: Sendable, CustomTestStringConvertible {
    let query: String
    let isValid: Bool
    let notation: String?
    let isAlarm: Bool?
    let warnings: [String]
    let error: String?
    let isUnsure: Bool

    init?(_ json: JSONValue) {
        guard let query = json["query"]?.string, let isValid = json["valid"]?.bool else { return nil }
        self.query = query
        self.isValid = isValid
        notation = json["ast"]?.string
        isAlarm = json["alarm"]?.bool
        warnings = json["warnings"]?.array?.compactMap(\.string) ?? []
        error = json["error"]?.string
        isUnsure = json["unsure"]?.bool ?? false
    }

    var testDescription: String { query }

    /// One row a line.
    static func load(_ path: String) -> [CorpusRow] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            (try? JSONValue.parse(String(line))).flatMap { CorpusRow($0) }
        }
    }

    /// What is different from the label; empty if nothing.
    func differences() -> [String] {
        do {
            let parsed = try Query(parsing: query)
            var found: [String] = []
            if !isValid { found.append("valid, but labelled \(error ?? "invalid")") }
            if let notation, parsed.root.notation != notation { found.append("tree \(parsed.root.notation)") }
            if let isAlarm, parsed.root.hasTrigger != isAlarm { found.append("trigger \(parsed.root.hasTrigger)") }
            let codes = parsed.diagnostics.map(\.code)
            if isValid, Set(codes) != Set(warnings) { found.append("warnings \(codes)") }
            return found
        } catch {
            return isValid ? ["refused: \(error.diagnostics.map(\.code))"] : []
        }
    }
}

@Suite(.enabled(if: testData != nil, "no corpus: set POLISEN_TEST_DATA")) struct CorpusTests {
    static let rows = testData.map { CorpusRow.load($0 + "/oci/mql-corpus.jsonl") } ?? []

    @Test func `every query of the public corpus is judged as labelled`() {
        #expect(CorpusTests.rows.count >= 290)
        for row in CorpusTests.rows {
            let differences = row.differences()
            if differences.isEmpty { continue }
            if row.isUnsure {
                print("unsure and different: \(row.query): \(differences.joined(separator: "; "))")
            } else {
                Issue.record("\(row.query): \(differences.joined(separator: "; "))")
            }
        }
    }

    @Test func `errors of the public corpus have its codes, with the exceptions printed`() {
        var differing = 0
        for row in CorpusTests.rows where !row.isValid {
            do {
                _ = try Query(parsing: row.query)
            } catch {
                let codes = error.diagnostics.filter { $0.severity == .error }.map(\.code)
                if codes.first == row.error { continue }
                differing += 1
                print("code differs: \(row.query): \(codes), corpus \(row.error ?? "-")")
            }
        }
        #expect(differing <= 1)
    }

    @Test func `valid queries of the public corpus survive printing`() throws {
        for row in CorpusTests.rows where row.isValid {
            let query = try Query(parsing: row.query)
            let again = try Query(parsing: query.canonicalText)
            #expect(again.root == query.root, "\(row.query)")
            #expect(again.canonicalText == query.canonicalText)
        }
    }
}
