// SPDX-License-Identifier: MIT

import Alarms
import YAML

/// A test or a gate, as other programs' formats know it.
struct AlarmTestLine {
    /// The file, or what was asked for.
    let suite: String
    let name: String
    /// nil: passed.
    let problem: String?
}

extension AlarmTestOutcome {
    /// Tests, then each gate that was asked for as one more.
    private var lines: [AlarmTestLine] {
        var lines = reports.flatMap { report in
            report.results.map { result in
                AlarmTestLine(suite: report.path, name: result.name, problem: result.hasPassed ? nil : result.problem)
            }
        }
        if let coverage {
            let isComplete = coverage.isComplete && untested.isEmpty
            let missing = untested.map { "\($0): no test file names it" }.joined(separator: "\n")
            lines.append(
                AlarmTestLine(
                    suite: "gates", name: "every alarm is covered", problem: isComplete ? nil : coverage.text + missing))
        }
        if let mutation {
            let isGood = mutation.score >= neededScore && mutation.staleEquivalents.isEmpty
            lines.append(
                AlarmTestLine(
                    suite: "gates", name: "the tests notice changes", problem: isGood ? nil : mutation.text))
        }
        return lines
    }

    /// Test Anything Protocol, version 14.
    var tap: String {
        let lines = lines
        var out = ["TAP version 14", "1..\(lines.count)"]
        for (number, line) in zip(1..., lines) {
            let name = "\(line.suite): \(line.name)".replacingUnsafe(["#": "\\#", "\n": " "])
            out.append("\(line.problem == nil ? "ok" : "not ok") \(number) - \(name)")
            guard let problem = line.problem else { continue }
            out += ["  ---", "  message: |"]
            out += problem.split(separator: "\n").map { "    " + $0 }
            out.append("  ...")
        }
        return out.joined(separator: "\n")
    }

    /// JUnit's XML, as CI systems read it.
    var junit: String {
        let lines = lines
        var suites: [String] = []
        for line in lines where !suites.contains(line.suite) { suites.append(line.suite) }
        let failures = lines.count { $0.problem != nil }
        var out = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites tests="\#(lines.count)" failures="\#(failures)">"#,
        ]
        for suite in suites {
            let own = lines.filter { $0.suite == suite }
            let failed = own.count { $0.problem != nil }
            out.append(#"  <testsuite name="\#(suite.xml)" tests="\#(own.count)" failures="\#(failed)">"#)
            for line in own {
                let head = #"    <testcase classname="\#(suite.xml)" name="\#(line.name.xml)""#
                guard let problem = line.problem else {
                    out.append(head + "/>")
                    continue
                }
                out.append(head + ">")
                let first = problem.split(separator: "\n").first.map(String.init) ?? ""
                out.append(#"      <failure message="\#(first.xml)">\#(problem.xml)</failure>"#)
                out.append("    </testcase>")
            }
            out.append("  </testsuite>")
        }
        return (out + ["</testsuites>"]).joined(separator: "\n")
    }
}

extension AlarmTestResult {
    /// All failures as text.
    fileprivate var problem: String {
        failures.map { failure in
            (["line \(failure.mark.line): \(failure.subject)"] + failure.lines.map { "  " + $0 }).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

extension String {
    /// Characters replaced one by one.
    fileprivate func replacingUnsafe(_ table: [Character: String]) -> String {
        reduce(into: "") { $0 += table[$1] ?? String($1) }
    }

    /// For attributes and text of XML 1.0; what it cannot hold becomes U+FFFD.
    fileprivate var xml: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\n", "\t": text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
