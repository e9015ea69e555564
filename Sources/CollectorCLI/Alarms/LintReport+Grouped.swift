// SPDX-License-Identifier: MIT

import Alarms
import JSON
import YAML

extension LintReport {
    /// For people, at most 80 columns: findings by file, each with why it matters and what mends it, then costs.
    func grouped(_ done: [LintFinding], showsIgnored: Bool) -> String {
        let shown = showsIgnored ? findings : standing
        var lines: [String] = done.isEmpty ? [] : ["mended:"]
        for finding in done {
            let what = finding.fix?.message ?? ""
            lines += hanging("\(finding.path): \(finding.code), \(what)", by: 2)
        }
        if !done.isEmpty { lines.append("") }
        for file in files {
            let own = shown.filter { $0.path == file }
            guard !own.isEmpty else { continue }
            lines.append(file)
            // A rule is explained once a file.
            var explained: Set<String> = []
            for finding in own { lines += finding.block(isExplained: !explained.insert(finding.code).inserted) }
            lines.append("")
        }
        return (lines + costTable + ["", verdict]).joined(separator: "\n")
    }

    private var verdict: String {
        let counts = [
            (count(.error), "errors"), (count(.warning), "warnings"), (count(.info), "remarks"),
            (findings.count - standing.count, "ignored"),
        ].filter { $0.0 > 0 }
        let found = counts.map { number, word in
            "\(number) " + (word == "ignored" ? word : word.singular(number))
        }
        let alarms = "\(costs.count) " + "alarms".singular(costs.count)
        let next = standing.first { $0.severity == .error } ?? standing.first
        let hint =
            next.map { "\nnext: polisen-collector alarms lint --explain \($0.code)" }
            ?? "\nnext: polisen-collector alarms test"
        return "\(alarms): " + (found.isEmpty ? "nothing to complain about" : found.joined(separator: ", ")) + hint
    }

    private var costTable: [String] {
        let width = max(28, (costs.map(\.key.count).max() ?? 0) + 2)
        func row(_ name: String, _ minutes: String, _ points: String) -> String {
            name + String(repeating: " ", count: max(1, width - name.count)) + minutes.leftPadded(20)
                + points.leftPadded(20)
        }
        let total = costs.reduce(0) { $0 + $1.cost.minutesAnalysed }
        let rows = costs.map { key, cost in
            row(key, Self.thousands(cost.minutesAnalysed), Self.thousands(cost.pointsPerMonth))
        }
        let sum = ReadCost(minutesAnalysed: total)
        return [row("alarm", "minutes a minute", "points a month")] + rows
            + [row("total", Self.thousands(total), Self.thousands(sum.pointsPerMonth))]
    }

    /// 12960000 as `12,960,000`.
    private static func thousands(_ number: Int) -> String {
        let digits = Array(String(number))
        return String(
            digits.enumerated().flatMap { index, digit in
                index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
            })
    }

    /// For programs.
    func json(_ done: [LintFinding]) -> JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(
            [JSONMember("schema", 1)] + members + [JSONMember("fixed", .array(done.map(\.json)))])
    }
}

extension LintFinding {
    /// `  7:12  error L003 query: what is wrong`, below it why, and the fix.
    fileprivate func block(isExplained: Bool) -> [String] {
        let spot = place.steps.isEmpty ? "" : "\(place): "
        let head = "\(mark?.description ?? "-")  \(severity.rawValue) \(code)  \(spot)"
        // A query's error has lines of its own, with a caret that must stay where it is.
        let parts = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var lines = hanging(head + (parts.first ?? ""), by: 2, further: 4)
        lines += parts.dropFirst().filter { !$0.isEmpty }.map { "      " + $0 }
        if let ignoredBecause { lines += hanging("ignored: \(ignoredBecause)", by: 6) }
        if !isExplained, let rule = LintRule.named(code) {
            lines += hanging("why: \(rule.why)", by: 6, further: 5)
        }
        if let fix { lines += hanging("fix: \(fix.message) (--fix does it)", by: 6, further: 5) }
        return lines
    }
}

extension LintRule {
    /// `L001  error    what it asks`.
    static var table: String {
        let rows = all.flatMap { rule in
            Words.row("\(rule.code)  " + rule.severity.rawValue, rule.title, column: 16)
        }
        return (rows + ["", "next: polisen-collector alarms lint --explain <code>"]).joined(separator: "\n")
    }

    /// For programs.
    static var json: JSONValue {
        let rules = all.map { rule -> JSONValue in
            [
                "code": .string(rule.code), "severity": .string(rule.severity.rawValue), "title": .string(rule.title),
                "why": .string(rule.why), "instead": .string(rule.instead),
            ]
        }
        return ["schema": 1, "rules": .array(rules)]
    }
}

/// `text` behind `by` blanks in lines of at most 80 characters, the second and later ones `further` in.
func hanging(_ text: String, by: Int, further: Int = 2) -> [String] {
    let margin = String(repeating: " ", count: by)
    return wrapped(text, width: 80 - by, indent: further).map { margin + $0 }
}

extension String {
    /// With blanks before it, `width` characters in all.
    func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
