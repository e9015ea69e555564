// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

struct LintFixTests {
    private func fixed(_ example: LintExample) -> (text: String, codes: [String])? {
        let report = Lint(facts: LintExample.facts).check(example.files)
        return report.fixed(example.file).map { (String(decoding: $0.bytes, as: UTF8.self), $0.done.map(\.code)) }
    }

    @Test func `an alarm as it should be is left alone`() {
        #expect(fixed(LintExample("")) == nil)
    }

    @Test(arguments: [
        ("run_success_heartbeat[1h].groupBy(job).absent()", "run_success_heartbeat[1h].groupBy(job).absent(3d)"),
        ("run_success_heartbeat[1h].absent(3d)", "run_success_heartbeat[1h].groupBy(job).absent(3d)"),
    ])
    func `absence is mended`(before: String, after: String) throws {
        let result = try #require(fixed(LintExample("", query: before)))
        let value = try JSONValue.parse(result.text)
        #expect(value["query"]?.string == after)
    }

    @Test func `a fix changes its place only`() throws {
        let example = LintExample("", ["repeatNotificationDuration": String?.none])
        let before = String(decoding: example.file.bytes, as: UTF8.self)
        let result = try #require(fixed(example))
        #expect(result.codes == ["L012"])
        let tail = ",\n  \"repeatNotificationDuration\": \"PT24H\"\n}\n"
        #expect(result.text == before.dropLast(3) + tail)
    }

    @Test func `several fixes of one place are made one after the other`() throws {
        var example = LintExample("", query: "run_success_heartbeat[1h].absent()")
        for _ in 0..<2 {
            let result = try #require(fixed(example))
            let query = try #require(try JSONValue.parse(result.text)["query"]?.string)
            example = LintExample("", query: query)
        }
        let codes = Lint(facts: LintExample.facts).check(example.files).standing.map(\.code)
        #expect(!codes.contains("L001") && !codes.contains("L005"))
    }

    @Test func `what is mended is no finding any more`() throws {
        let fixable = LintExample.firing.filter { $0.findings.contains { $0.fix != nil } }
        #expect(fixable.count >= 6)
        for example in fixable {
            let bytes = try #require(
                Lint(facts: example.facts, options: example.options).check(example.files).fixed(example.file)
            ).bytes
            let file = LintFile(path: example.file.path, key: example.key, bytes: bytes)
            let after = Lint(facts: example.facts, options: example.options).check([file] + example.files.dropFirst())
            let before = example.findings.filter { $0.fix != nil }.count
            #expect(after.standing.count { $0.code == example.code && $0.key == example.key && $0.fix != nil } < before)
        }
    }

    @Test(arguments: [
        (#"{"a": [1, {"b": "x"}], "c": 2}"#, "b", #"{"a": [1, {"b": true}], "c": 2}"#),
        (#"{"a": [1, {"é": 1, "b" : {"z": []}}]}"#, "b", #"{"a": [1, {"é": 1, "b" : true}]}"#),
    ])
    func `a value is replaced where it stands`(before: String, name: String, after: String) {
        let path = DocumentPath().member("a").element(1).member(name)
        let bytes = JSONEdit.apply([.replace(path, .bool(true))], to: Array(before.utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == after)
    }

    @Test(arguments: [
        ("{}", #"{"n": 1}"#),
        ("{\n    \"a\": 2\n}\n", "{\n    \"a\": 2,\n    \"n\": 1\n}\n"),
        (#"{"a": 2}"#, #"{"a": 2,"n": 1}"#),
        ("[1]", "[1]"),
    ])
    func `a member is added as its neighbours are written`(before: String, after: String) {
        let bytes = JSONEdit.apply([.insert(name: "n", .number("1"), in: DocumentPath())], to: Array(before.utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == after)
    }

    @Test func `places that do not exist change nothing`() {
        let text = Array(#"{"a": [1]}"#.utf8)
        let paths = [
            DocumentPath().member("b"), DocumentPath().member("a").element(1), DocumentPath().member("a").member("x"),
        ]
        #expect(JSONEdit.apply(paths.map { .replace($0, .null) }, to: text) == text)
        #expect(JSONLocator.range(of: DocumentPath(), in: Array("{".utf8)) == nil)
    }
}
