// SPDX-License-Identifier: MIT

package import JSON

/// Which alarms have proven themselves in which ways, over any number of test files.
package struct AlarmCoverage: Sendable {
    /// One alarm and the passed tests that show each kind.
    package struct Entry: Sendable {
        package let alarm: String
        /// Names of tests, by kind; a kind without a test is missing.
        package fileprivate(set) var tests: [CoverageKind: [String]] = [:]
        /// Names of tests, by override; all overrides are there.
        package fileprivate(set) var rules: [(name: String, tests: [String])]

        /// Kinds without a test, in the order of `CoverageKind`.
        package var missing: [CoverageKind] { CoverageKind.allCases.filter { tests[$0] == nil } }
        /// Overrides that no test has seen firing.
        package var unfiredRules: [String] { rules.filter(\.tests.isEmpty).map(\.name) }
        /// Whether nothing is missing.
        package var isComplete: Bool { missing.isEmpty && unfiredRules.isEmpty }
    }

    /// In the order in which alarms were named.
    package private(set) var entries: [Entry] = []

    /// Coverage of these alarms by these reports.
    ///
    /// - Parameter alarms: all that must be covered, whether a test names them or not.
    package init(of alarms: [Alarm], by reports: [AlarmTestReport]) {
        for alarm in alarms where !entries.contains(where: { $0.alarm == alarm.key }) {
            entries.append(Entry(alarm: alarm.key, rules: alarm.overrides.map { ($0.ruleName, []) }))
        }
        for result in reports.flatMap(\.results) where result.hasPassed {
            for evidence in result.evidence { add(evidence, of: result.name) }
        }
    }

    /// Whether every alarm is covered in all four kinds, and every override has fired.
    package var isComplete: Bool { entries.allSatisfy(\.isComplete) }

    /// Covered kinds and overrides as a share of all, 0 to 1.
    package var share: Double {
        let all = entries.reduce(0) { $0 + CoverageKind.allCases.count + $1.rules.count }
        let missing = entries.reduce(0) { $0 + $1.missing.count + $1.unfiredRules.count }
        return all == 0 ? 1 : Double(all - missing) / Double(all)
    }

    private mutating func add(_ evidence: AlarmEvidence, of test: String) {
        guard let index = entries.firstIndex(where: { $0.alarm == evidence.alarm }) else { return }
        for kind in evidence.kinds { entries[index].tests[kind, default: []].append(test) }
        for rule in entries[index].rules.indices where evidence.rules.contains(entries[index].rules[rule].name) {
            entries[index].rules[rule].tests.append(test)
        }
    }
}

extension AlarmCoverage {
    /// A table with one line for each alarm, then what is missing.
    package var text: String {
        let width = (entries.map(\.alarm.count) + [5]).max() ?? 5
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines = [padded("alarm", width) + "  fire  silent  clear  absent  overrides"]
        for entry in entries {
            let marks = CoverageKind.allCases.map { kind in
                padded(entry.tests[kind].map { String($0.count) } ?? "-", kind.rawValue.count)
            }
            let fired = entry.rules.count - entry.unfiredRules.count
            let rules = entry.rules.isEmpty ? "" : "\(fired) of \(entry.rules.count)"
            lines.append(
                ([padded(entry.alarm, width)] + marks + [rules]).joined(separator: "  ").trimmingTrailingBlanks)
        }
        for entry in entries where !entry.isComplete {
            let parts =
                entry.missing.map { "no test of kind \($0.rawValue)" }
                + entry.unfiredRules.map { "override \($0) is never seen firing" }
            lines.append("\(entry.alarm): " + parts.joined(separator: ", "))
        }
        let tenths = Int((share * 1_000).rounded(.down))
        lines.append("coverage \(tenths / 10).\(tenths % 10) %")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Test names by alarm, kind and override.
    package var json: JSONValue {
        func list(_ names: [String]) -> JSONValue { .array(names.map(JSONValue.string)) }
        return .object([
            JSONMember("share", .number("\(share)")),
            JSONMember(
                "alarms",
                .array(
                    entries.map { entry in
                        .object(
                            [JSONMember("alarm", .string(entry.alarm))]
                                + CoverageKind.allCases.map { JSONMember($0.rawValue, list(entry.tests[$0] ?? [])) }
                                + [
                                    JSONMember(
                                        "overrides",
                                        .object(entry.rules.map { JSONMember($0.name, list($0.tests)) }))
                                ])
                    })),
        ])
    }
}
