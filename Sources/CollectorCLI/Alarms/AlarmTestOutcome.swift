// SPDX-License-Identifier: MIT

import Alarms
import JSON
import YAML

/// What `alarms test` found, in every form it is told in.
struct AlarmTestOutcome {
    let reports: [AlarmTestReport]
    /// nil: not asked.
    var coverage: AlarmCoverage?
    /// Definitions that no test file names; only where coverage was asked for.
    var untested: [String] = []
    var mutation: MutationRun?
    /// Share of mutants that must be killed.
    var neededScore = 0.9
    var profiles: ProfileRun?

    var hasPassed: Bool {
        reports.allSatisfy(\.hasPassed) && coverage?.isComplete != false && untested.isEmpty && isMutationGood
    }

    private var isMutationGood: Bool {
        mutation.map { $0.score >= neededScore && $0.staleEquivalents.isEmpty } ?? true
    }

    private var results: [AlarmTestResult] { reports.flatMap(\.results) }
    private var failed: Int { results.count { !$0.hasPassed } }

    func text(as format: AlarmsTestCommand.Format) -> String {
        switch format {
        case .text: text
        case .tap: tap
        case .junit: junit
        case .json: json.indented
        }
    }

    /// For people: failures by file, then what else was asked for, the verdict last.
    private var text: String {
        var lines: [String] = []
        for report in reports where !report.hasPassed {
            lines.append(report.path)
            for result in report.results where !result.hasPassed {
                lines += hanging("\(result.mark)  FAILED  \(result.name)", by: 2)
                for failure in result.failures {
                    lines += hanging("\(failure.mark)  \(failure.subject)", by: 4)
                    lines += failure.lines.map { "      " + $0 }
                }
            }
            lines.append("")
        }
        for block in extras { lines += [block, ""] }
        return (lines + [verdict]).joined(separator: "\n")
    }

    /// Coverage, mutation and profiles, each without the line feed at its end.
    private var extras: [String] {
        var blocks: [String] = []
        if let coverage {
            let missing = untested.map { "\($0): no test file names it" }
            blocks.append(([coverage.text.withoutLineFeed] + missing).joined(separator: "\n"))
        }
        if let mutation { blocks.append(mutation.text.withoutLineFeed) }
        if let profiles { blocks.append(profiles.text.withoutLineFeed) }
        return blocks
    }

    private var verdict: String {
        let count = "\(results.count) " + "tests".singular(results.count)
        let files = "\(reports.count) " + "files".singular(reports.count)
        var parts = [failed == 0 ? "all passed" : "\(failed) failed"]
        if coverage?.isComplete == false || !untested.isEmpty { parts.append("coverage is not complete") }
        if !isMutationGood { parts.append("the mutation score is too low or equivalents.yaml is out of date") }
        return "\(count) in \(files): " + parts.joined(separator: "; ")
    }

    /// For programs.
    var json: JSONValue {
        var members = [
            JSONMember("schema", 1), JSONMember("passed", .bool(hasPassed)), JSONMember("tests", .int(results.count)),
            JSONMember("failed", .int(failed)), JSONMember("files", .array(reports.map(\.json))),
        ]
        if let coverage {
            members.append(JSONMember("coverage", coverage.json))
            members.append(JSONMember("untested", .array(untested.map(JSONValue.string))))
        }
        if let mutation { members.append(JSONMember("mutation", mutation.json)) }
        if let profiles { members.append(JSONMember("profiles", profiles.json)) }
        return .object(members)
    }
}

extension String {
    fileprivate var withoutLineFeed: String { hasSuffix("\n") ? String(dropLast()) : self }
}

extension AlarmTestReport {
    fileprivate var json: JSONValue { ["path": .string(path), "tests": .array(results.map(\.json))] }
}

extension AlarmTestResult {
    fileprivate var json: JSONValue {
        let failures = failures.map { failure -> JSONValue in
            [
                "line": .int(failure.mark.line), "subject": .string(failure.subject),
                "text": .array(failure.lines.map(JSONValue.string)),
            ]
        }
        return [
            "name": .string(name), "line": .int(mark.line), "passed": .bool(hasPassed), "failures": .array(failures),
        ]
    }
}
