// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import MQL
import TestSupport
import Testing

/// A query of our own and what has to be said about it.
struct QueryRow: Sendable, CustomTestStringConvertible {
    let query: String
    let isValid: Bool
    let purpose: Query.Purpose
    let notation: String?
    let canonical: String?
    let isAlarm: Bool?
    let warnings: [String]
    let errors: [String]
    /// The text after all safe fixes.
    let fixed: String?

    init?(_ json: JSONValue) {
        guard let query = json["query"]?.string, let isValid = json["valid"]?.bool else { return nil }
        self.query = query
        self.isValid = isValid
        purpose = json["purpose"]?.string == "alarm" ? .alarm : .metric
        notation = json["ast"]?.string
        canonical = json["canonical"]?.string
        isAlarm = json["alarm"]?.bool
        warnings = json["warnings"]?.array?.compactMap(\.string) ?? []
        errors = json["errors"]?.array?.compactMap(\.string) ?? []
        fixed = json["fixed"]?.string
    }

    var testDescription: String { query }

    /// Fixtures/queries.jsonl, made by hand and read over against the grammar.
    static let all: [QueryRow] = {
        let path = packageRoot + "/Tests/MQLTests/Fixtures/queries.jsonl"
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            (try? JSONValue.parse(String(line))).flatMap { QueryRow($0) }
        }
    }()
    static let valid = all.filter(\.isValid)
    static let invalid = all.filter { !$0.isValid }
}

struct QueryTests {
    @Test func `the fixture has enough of both kinds`() {
        #expect(QueryRow.valid.count >= 90)
        #expect(QueryRow.invalid.count >= 170)
    }

    @Test(arguments: QueryRow.valid)
    func `a valid query has its tree, trigger, canonical text and warnings`(row: QueryRow) throws {
        let query = try Query(parsing: row.query)
        #expect(query.root.notation == row.notation)
        #expect(query.root.hasTrigger == row.isAlarm)
        #expect(query.canonicalText == row.canonical)
        #expect(QueryLint().findings(in: query).map(\.code) == row.warnings)
        #expect(query.text == row.query)
    }

    @Test(arguments: QueryRow.valid)
    func `the canonical text reads as the same tree and is its own canonical text`(row: QueryRow) throws {
        let query = try Query(parsing: row.query)
        for precedence in Knobs.JoinPrecedence.allCases {
            var knobs = Knobs()
            knobs.joinPrecedence = precedence
            let again = try Query(parsing: query.canonicalText, knobs: knobs)
            #expect(again.root == query.root)
            #expect(again.canonicalText == query.canonicalText)
        }
    }

    @Test(arguments: QueryRow.invalid)
    func `an invalid query is refused with its codes and safe fixes`(row: QueryRow) {
        let error = #expect(throws: QueryError.self) { try Query(parsing: row.query, as: row.purpose) }
        guard let error else { return }
        #expect(error.diagnostics.map(\.code) == row.errors)
        #expect(FixIt.apply(error.diagnostics.safeFixes, to: row.query) == row.fixed ?? row.query)
    }

    @Test(arguments: QueryRow.invalid)
    func `fixing safely until nothing changes leaves no error that had a safe fix`(row: QueryRow) {
        var text = row.query
        for _ in 0..<6 {
            guard let error = refusal(text, as: row.purpose) else { return }
            let fixed = FixIt.apply(error.diagnostics.safeFixes, to: text)
            if fixed == text {
                #expect(error.diagnostics.safeFixes.isEmpty, "\(text)")
                return
            }
            text = fixed
        }
        Issue.record("fixes of \(row.query) never end: \(text)")
    }

    @Test func `every code of the library occurs in the fixture or in a test of its own`() throws {
        var known = Set(QueryRow.all.flatMap { $0.errors + $0.warnings })
        known.formUnion(["E-LENGTH", "E-DEPTH"])
        let folder = packageRoot + "/Sources/MQL"
        var codes: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
            let data = try #require(FileManager.default.contents(atPath: folder + "/" + file))
            for match in String(decoding: data, as: UTF8.self).matches(of: #/"([EW]-[A-Z]+(-[A-Z]+)*)"/#) {
                codes.insert(String(match.output.1))
            }
        }
        #expect(codes.count >= 35)
        #expect(codes.subtracting(known).sorted() == [])
    }

    @Test func `several errors of one text are found at once, in order`() throws {
        let text = "cpu[240m].maen() = 80 and memory[90m]{host = 'a'}.p95() > 5GB"
        let error = try #require(refusal(text))
        #expect(
            error.diagnostics.map(\.code) == [
                "E-INTERVAL", "E-FUNCTION", "E-TRAILING", "E-TRAILING", "E-INTERVAL", "E-SINGLE-QUOTE", "E-FUNCTION",
                "E-NUMBER",
            ])
        #expect(error.diagnostics.map(\.range.start) == error.diagnostics.map(\.range.start).sorted())
    }

    @Test func `many warnings never hide an error`() {
        let warnings = Array(repeating: "a[1m].SUM()", count: 60).joined(separator: " + ")
        #expect(refusal(warnings) == nil)
        #expect(refusal(warnings + " + b[61m].sum()")?.first?.code == "E-INTERVAL")
    }

    @Test func `the number of reported errors is bounded`() throws {
        let text = Array(repeating: "a[61m].sum()", count: 60).joined(separator: " + ")
        #expect(try #require(refusal(text)).diagnostics.count == QueryRules.maximumDiagnostics)
    }

    @Test func `the knob for joins changes the tree of a mix without parentheses`() throws {
        let text = "a[1m].sum() > 1 || b[1m].sum() > 1 && c[1m].sum() > 1"
        var knobs = Knobs()
        knobs.joinPrecedence = .leftToRight
        let tree = try Query(parsing: text, knobs: knobs).root.notation
        #expect(tree.hasPrefix("(&& (|| "))
        #expect(try Query(parsing: text).root.notation.hasPrefix("(|| (> "))
    }

    @Test func `only alarm queries need a trigger`() throws {
        _ = try Query(parsing: "cpu[1m].mean()")
        _ = try Query(parsing: "cpu[1m].groupBy(host).absent(1h)", as: .alarm)
        #expect(refusal("cpu[1m].mean()", as: .alarm)?.first?.code == "E-ALARM-NO-TRIGGER")
    }

    @Test func `a node knows its text, its selectors and what is below it`() throws {
        let query = try Query(parsing: " ( a[1m].sum() + b[5m]{x = \"é\"}.sum() ) > 3 ")
        #expect(query.root.selectors.map(\.metric) == ["a", "b"])
        #expect(query.root.children.map(query.text(of:)) == ["( a[1m].sum() + b[5m]{x = \"é\"}.sum() )", "3"])
        #expect(query.root.descendants.count == 7)
        #expect(query.text(of: query.root) == "( a[1m].sum() + b[5m]{x = \"é\"}.sum() ) > 3")
    }
}

/// What is wrong with a text, nil if nothing is.
func refusal(_ text: String, as purpose: Query.Purpose = .metric) -> QueryError? {
    do {
        _ = try Query(parsing: text, as: purpose)
        return nil
    } catch {
        return error
    }
}
