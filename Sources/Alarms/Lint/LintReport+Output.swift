// SPDX-License-Identifier: MIT

package import JSON
import YAML

extension LintReport {
    /// For people: findings, then the cost of each alarm, then a summary line.
    package func text(showsIgnored: Bool = false, showsCosts: Bool = true) -> String {
        var lines = (showsIgnored ? findings : standing).flatMap { finding -> [String] in
            let fix = finding.fix.map { ["    --fix: \($0.message)"] } ?? []
            return [finding.description] + fix
        }
        if showsCosts, !costs.isEmpty { lines += costLines }
        let ignored = findings.count - standing.count
        let tail = ignored > 0 ? ", \(ignored) ignored" : ""
        let errors = "\(count(.error)) error\(count(.error) == 1 ? "" : "s")"
        let warnings = "\(count(.warning)) warning\(count(.warning) == 1 ? "" : "s")"
        lines.append("\(costs.count) alarms: \(errors), \(warnings), \(count(.info)) remarks\(tail)")
        return lines.joined(separator: "\n") + "\n"
    }

    private var costLines: [String] {
        let width = (costs.map(\.key.count) + [5]).max() ?? 5
        let head = "alarm" + String(repeating: " ", count: width - 5) + "  minutes read a minute  points a month"
        var lines = [head]
        let total = costs.reduce(0) { $0 + $1.cost.minutesAnalysed }
        for (key, minutes) in costs.map({ ($0.key, $0.cost.minutesAnalysed) }) + [("total", total)] {
            let points = Self.grouped(ReadCost(minutesAnalysed: minutes).pointsPerMonth)
            lines.append(
                key + String(repeating: " ", count: width - key.count) + Self.right("\(minutes)", 23)
                    + Self.right(points, 16))
        }
        return lines
    }

    /// 12960000 as `12,960,000`.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// For machines: `findings`, `costs` and counts.
    package var json: JSONValue {
        .object([
            JSONMember("findings", .array(findings.map(\.json))),
            JSONMember(
                "costs",
                .array(
                    costs.map { key, cost in
                        .object([
                            JSONMember("alarm", .string(key)),
                            JSONMember("minutesAnalysed", .number("\(cost.minutesAnalysed)")),
                            JSONMember("pointsPerMonth", .number("\(cost.pointsPerMonth)")),
                        ])
                    })),
            JSONMember("errors", .number("\(count(.error))")),
            JSONMember("warnings", .number("\(count(.warning))")),
            JSONMember("remarks", .number("\(count(.info))")),
        ])
    }
}

extension LintFinding {
    /// All of it but the fix's edits.
    package var json: JSONValue {
        var members = [
            JSONMember("code", .string(code)), JSONMember("severity", .string(severity.rawValue)),
            JSONMember("alarm", .string(key)), JSONMember("file", .string(path)),
            JSONMember("place", .string(place.description)),
            JSONMember("line", mark.map { .number("\($0.line)") } ?? .null),
            JSONMember("column", mark.map { .number("\($0.column)") } ?? .null),
            JSONMember("message", .string(message)),
        ]
        if let fix { members.append(JSONMember("fix", .string(fix.message))) }
        if let ignoredBecause { members.append(JSONMember("ignoredBecause", .string(ignoredBecause))) }
        return .object(members)
    }
}
