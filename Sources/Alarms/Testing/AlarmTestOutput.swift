// SPDX-License-Identifier: MIT

package import JSON
import YAML

/// The results of test files in the forms that people and machines read.
package struct AlarmTestOutput: Sendable {
    private let reports: [AlarmTestReport]
    /// Files that could not be read, with all that is wrong.
    private let broken: [(path: String, error: AlarmTestError)]

    package init(_ reports: [AlarmTestReport], broken: [(path: String, error: AlarmTestError)] = []) {
        self.reports = reports
        self.broken = broken
    }

    /// Tests that were run.
    package var count: Int { reports.reduce(0) { $0 + $1.results.count } }
    /// Tests that failed.
    package var failedCount: Int { reports.reduce(0) { $0 + $1.results.count { !$0.hasPassed } } }

    /// For people, at most 80 columns where names allow: failures in full, passed tests only if `isVerbose`.
    package func text(isVerbose: Bool = false) -> String {
        var lines: [String] = broken.map { "BROKEN \($0.path)\n\($0.error)" }
        for report in reports {
            for result in report.results {
                if result.hasPassed {
                    if isVerbose { lines.append("ok     \(report.path): \(result.name)") }
                    continue
                }
                lines.append("FAILED \(report.path):\(result.mark.line): \(result.name)")
                lines += result.failures.flatMap(Self.lines)
            }
        }
        let tail = broken.isEmpty ? "" : ", \(broken.count) file\(broken.count == 1 ? "" : "s") broken"
        lines.append(
            "\(count) test\(count == 1 ? "" : "s") in \(reports.count) file\(reports.count == 1 ? "" : "s"): "
                + "\(count - failedCount) passed, \(failedCount) failed\(tail)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ failure: AlarmTestFailure) -> [String] {
        ["  line \(failure.mark.line), \(failure.subject)"] + failure.lines.map { "    " + $0 }
    }

    /// TAP version 14: a test point for each test, failures as YAML blocks.
    package var tap: String {
        var lines = ["TAP version 14", "1..\(count + broken.count)"]
        var number = 0
        for (path, error) in broken {
            number += 1
            lines.append("not ok \(number) - \(Self.tapName(path)): cannot be read")
            lines += Self.block("\(error)".split(separator: "\n").map(String.init))
        }
        for report in reports {
            for result in report.results {
                number += 1
                let name = Self.tapName("\(report.path): \(result.name)")
                lines.append("\(result.hasPassed ? "ok" : "not ok") \(number) - \(name)")
                if !result.hasPassed { lines += Self.block(result.failures.flatMap(Self.lines)) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `#` begins a directive and `\` escapes in a description.
    private static func tapName(_ name: String) -> String {
        visible(name.replacing("\\", with: "\\\\").replacing("#", with: "\\#").replacing("\n", with: " "))
    }

    private static func block(_ lines: [String]) -> [String] {
        ["  ---", "  message: |"] + lines.map { visible("    " + $0).trimmingTrailingBlanks } + ["  ..."]
    }

    /// Control characters, which terminals obey and YAML refuses, as `\u{1b}`.
    private static func visible(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                out += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// JUnit's XML, a suite for each file.
    package var junit: String {
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        lines.append(
            #"<testsuites name="alarms" tests="\#(count + broken.count)" failures="\#(failedCount)" errors="\#(broken.count)">"#
        )
        for (path, error) in broken {
            let name = Self.xml(path)
            lines.append(#"  <testsuite name="\#(name)" tests="1" failures="0" errors="1">"#)
            lines.append(#"    <testcase classname="\#(name)" name="can be read">"#)
            lines.append(#"      <error message="cannot be read">\#(Self.xml("\(error)"))</error>"#)
            lines += ["    </testcase>", "  </testsuite>"]
        }
        for report in reports {
            let name = Self.xml(report.path)
            let failed = report.results.count { !$0.hasPassed }
            lines.append(
                #"  <testsuite name="\#(name)" tests="\#(report.results.count)" failures="\#(failed)" errors="0">"#)
            lines += report.results.flatMap { Self.testCase($0, of: name) }
            lines.append("  </testsuite>")
        }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func testCase(_ result: AlarmTestResult, of suite: String) -> [String] {
        let head = #"    <testcase classname="\#(suite)" name="\#(xml(result.name))""#
        guard !result.hasPassed else { return [head + "/>"] }
        let failures = result.failures.flatMap { failure in
            let message = xml("line \(failure.mark.line), \(failure.subject)")
            return [#"      <failure message="\#(message)">\#(xml(failure.lines.joined(separator: "\n")))</failure>"#]
        }
        return [head + ">"] + failures + ["    </testcase>"]
    }

    /// Escaped for text and attributes; characters that XML 1.0 does not have become U+FFFD.
    private static func xml(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\n", "\t": out.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// All results.
    package var json: JSONValue {
        .object([
            JSONMember("tests", .number("\(count)")), JSONMember("failed", .number("\(failedCount)")),
            JSONMember(
                "broken",
                .array(
                    broken.map { path, error in
                        .object([
                            JSONMember("file", .string(path)),
                            JSONMember("problems", .array(error.problems.map { .string($0.description) })),
                        ])
                    })),
            JSONMember("files", .array(reports.map(Self.json))),
        ])
    }

    private static func json(_ report: AlarmTestReport) -> JSONValue {
        .object([
            JSONMember("file", .string(report.path)),
            JSONMember(
                "tests",
                .array(
                    report.results.map { result in
                        .object([
                            JSONMember("name", .string(result.name)),
                            JSONMember("line", .number("\(result.mark.line)")),
                            JSONMember("passed", .bool(result.hasPassed)),
                            JSONMember(
                                "failures",
                                .array(
                                    result.failures.map {
                                        .object([
                                            JSONMember("line", .number("\($0.mark.line)")),
                                            JSONMember("subject", .string($0.subject)),
                                            JSONMember("lines", .array($0.lines.map(JSONValue.string))),
                                        ])
                                    })),
                        ])
                    })),
        ])
    }
}
