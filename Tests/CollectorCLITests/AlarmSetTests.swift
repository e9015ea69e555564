// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Collector
import Files
import JSON
import MQL
import ServiceLevels
import TestSupport
import Testing
import YAML

@testable import CollectorCLI

/// The gate: alarms and runbooks as they are shipped.
@Suite struct AlarmSetTests {
    private static let alarms = packageRoot + "/alarms"
    private static let runbooks = packageRoot + "/runbooks"

    @Test func `lint finds no error in them`() throws {
        let desk = Desk()
        let status = try AlarmsLintCommand.quick(["--alarms", Self.alarms]).run(in: desk.surroundings)
        #expect(status == .ok, "\(desk.output)")
        #expect(desk.error.isEmpty)
    }

    /// How many changes the tests notice is asked by `ShippedAlarmsTests`.
    @Test func `their tests pass and cover all of them in all kinds`() throws {
        let desk = Desk()
        let arguments = ["--alarms", Self.alarms, "--coverage", "--format", "json"]
        let status = try AlarmsTestCommand.quick(arguments).run(in: desk.surroundings)
        let answer = try JSONValue.parse(desk.output)
        #expect(status == .ok, "\(desk.output.prefix(4_000)) \(desk.error)")
        #expect(answer["coverage"]?["share"]?.double == 1 && answer["untested"] == [])
        #expect((answer["tests"]?.int ?? 0) >= 100)
    }

    @Test func `every query reads metrics that are declared, with dimensions they have`() throws {
        let known = Dictionary(uniqueKeysWithValues: MetricCatalog.facts.map { ($0.name, $0) })
        for alarm in try Self.definitions() {
            for query in [alarm.query] + alarm.overrides.compactMap(\.query) {
                for selector in try Query(parsing: query, as: .alarm).root.selectors {
                    let metric = try #require(known[selector.metric], "\(alarm.key): \(selector.metric)")
                    for filter in selector.filters { #expect(metric.dimension(filter.name) != nil, "\(alarm.key)") }
                }
            }
        }
    }

    @Test func `every alarm links to a runbook that is there and knows the alarm`() throws {
        let shelf = try RunbookShelf(Self.runbooks)
        for alarm in try Self.definitions() {
            let name = alarm.freeformTags["runbook"] ?? alarm.key
            let book = try #require(shelf.books.first { $0.name == name }, "\(alarm.key)")
            #expect(book.alarms.contains(alarm.key), "runbooks/\(name).md does not name \(alarm.key)")
            for body in [alarm.body] + alarm.overrides.map(\.body) {
                guard let body else { continue }
                for target in Self.targets(of: body, from: "https://example.org/runbooks/") {
                    #expect(try Self.exists(target, from: Self.runbooks), "\(alarm.key) links to \(target)")
                }
            }
            #expect(alarm.body?.contains("https://example.org/runbooks/\(name).md") == true, "\(alarm.key)")
        }
    }

    @Test func `every runbook names alarms that are there`() throws {
        let keys = Set(try Self.definitions().map(\.key))
        for book in try RunbookShelf(Self.runbooks).books {
            #expect(book.alarms.allSatisfy(keys.contains), "\(book.path) names \(book.alarms)")
        }
    }

    @Test(arguments: ["runbooks", "alarms", "slos"])
    func `links and anchors of documents lead somewhere`(folder: String) throws {
        let directory = packageRoot + "/" + folder
        let names = try FileSystem.list(directory).filter { $0.hasSuffix(".md") }
        #expect(names.count > (folder == "runbooks" ? 40 : 0))
        for name in names {
            let text = String(decoding: try #require(try FileSystem.read(directory + "/" + name)), as: UTF8.self)
            for target in Self.links(of: text) where !target.hasPrefix("https://") {
                #expect(
                    try Self.exists(target.hasPrefix("#") ? name + target : target, from: directory),
                    "\(name) links to \(target)")
            }
        }
    }

    @Test func `the tables of runbooks and thresholds have a row for each alarm, and none besides`() throws {
        let alarms = try Self.definitions()
        let shelf = try RunbookShelf(Self.runbooks)
        let table = try Self.text(Self.runbooks + "/README.md")
        for alarm in alarms {
            let book = try #require(shelf.books.first { $0.name == alarm.key }, "\(alarm.key)")
            let levels = (alarm.overrides.map { $0.severity ?? alarm.severity } + [alarm.severity]).map(\.rawValue)
            let tier = alarm.freeformTags["tier"] ?? ""
            let row =
                "| [\(alarm.key)](\(alarm.key).md) | \(book.title) | \(tier) | \(levels.joined(separator: " · ")) |"
            #expect(table.contains(row + "\n"), "runbooks/README.md lacks \(row)")
        }
        let besides = shelf.books.filter { $0.alarms.isEmpty }
        #expect(besides.allSatisfy { table.contains("| [\($0.name)](\($0.name).md) | \($0.title) |\n") })
        let rows = table.split(separator: "\n" as Character).count { $0.hasPrefix("| [") }
        #expect(rows == alarms.count + besides.count)

        let thresholds = try Self.text(Self.alarms + "/README.md").split(separator: "\n" as Character)
        let named = thresholds.flatMap { line in
            line.hasPrefix("| ") ? line.dropFirst(2).prefix { $0 != "|" }.split(separator: ", ").map(Self.word) : []
        }
        for alarm in alarms { #expect(named.count { $0 == alarm.key } == 1, "alarms/README.md: \(alarm.key)") }
    }

    /// Without the blank at its end.
    private static func word(_ text: Substring) -> String { String(text.prefix { $0 != " " }) }

    private static func text(_ path: String) throws -> String {
        String(decoding: try #require(try FileSystem.read(path)), as: UTF8.self)
    }

    /// The shortest way from an objective to what somebody reads at night.
    @Test func `every burn condition of an objective is an alarm with a runbook that says how bad it is`() throws {
        for slo in try SLOFiles.read(packageRoot + "/slos") {
            for condition in slo.burnConditions {
                let book = try Self.text(Self.runbooks + "/\(condition.alarm).md")
                #expect(book.contains("alarms: [\(condition.alarm)]"))
                let title = condition.title.prefix(1).uppercased() + condition.title.dropFirst()
                #expect(book.contains("\n# \(title)\n"), "\(condition.alarm): \(title)")
                #expect(Self.headings(of: book) == Self.sections, "\(condition.alarm)")
            }
        }
    }

    @Test func `all runbooks have the same sections in the same order`() throws {
        for book in try RunbookShelf(Self.runbooks).books {
            #expect(Self.headings(of: book.text) == Self.sections, "\(book.name)")
        }
    }

    private static let sections = [
        "Symptom", "What users feel", "First look", "Decide", "Fix", "Verify", "Undo", "Escalate", "Silence rightly",
        "After",
    ]

    private static func headings(of text: String) -> [String] {
        text.split(separator: "\n" as Character).filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
    }

    @Test func `every runbook that explain names is there`() throws {
        let names = Set(try RunbookShelf(Self.runbooks).books.map(\.name))
        #expect(Set(Runbook.names).subtracting(names).isEmpty)
    }

    @Test func `every runbook prints by its name and by its alarms' names`() throws {
        for book in try RunbookShelf(Self.runbooks).books {
            for word in [book.name, book.name + ".md"] + book.alarms {
                let desk = Desk()
                let status = try RunbookCommand.quick([word, "--runbooks", Self.runbooks]).run(in: desk.surroundings)
                #expect(status == .ok && desk.output.hasPrefix("# "), "\(word)")
            }
        }
    }

    private static func definitions() throws -> [Alarm] {
        let values = AlarmTemplate.standIns()
        return try FileSystem.list(alarms).filter { $0.hasSuffix(".json") }.map { name in
            let bytes = try #require(try FileSystem.read(alarms + "/" + name))
            let key = String(name.dropLast(5))
            return try AlarmTemplate(try JSONValue.parse(bytes), key: key).alarm(with: values)
        }
    }

    /// What stands behind `prefix`, up to white space.
    private static func targets(of text: String, from prefix: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }

    /// Targets of Markdown links outside of code.
    private static func links(of text: String) -> [String] {
        var isCode = false
        return text.split(separator: "\n" as Character).flatMap { line -> [String] in
            if line.hasPrefix("```") { isCode.toggle() }
            if isCode { return [] }
            return line.split(separator: "](" as String).dropFirst().compactMap { rest in
                rest.contains(")") ? String(rest.prefix { $0 != ")" }) : nil
            }
        }
    }

    /// Whether `file.md#anchor` leads to a file and a heading of it.
    private static func exists(_ target: String, from directory: String) throws -> Bool {
        let parts = target.split(separator: "#", maxSplits: 1).map(String.init)
        guard let file = parts.first, let bytes = try FileSystem.read(FileSystem.join(directory, file)) else {
            return false
        }
        guard parts.count == 2 else { return true }
        return anchors(of: String(decoding: bytes, as: UTF8.self)).contains(parts[1])
    }

    /// Anchors of headings, as GitHub makes them.
    private static func anchors(of text: String) -> [String] {
        text.split(separator: "\n" as Character).filter { $0.hasPrefix("#") }.map { line in
            let words = line.drop { $0 == "#" || $0 == " " }.lowercased()
            return words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }.replacing(
                " ", with: "-")
        }
    }
}
