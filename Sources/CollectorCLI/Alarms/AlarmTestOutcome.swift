// SPDX-License-Identifier: MIT

import Alarms
import JSON

/// What `alarms test` found, in every form it is told in.
struct AlarmTestOutcome {
    let reports: [AlarmTestReport]
    /// Files that could not be read.
    var broken: [(path: String, error: AlarmTestError)] = []
    /// nil: not asked.
    var coverage: AlarmCoverage?
    /// Definitions that no test file names; only where coverage was asked for.
    var untested: [String] = []
    var mutation: MutationRun?
    /// Share of mutants that must be killed.
    var neededScore = 0.9
    var profiles: ProfileRun?

    /// A broken file is worse than a failed test: nobody knows what it would have said.
    var status: ExitStatus {
        if !broken.isEmpty { return .badData }
        return reports.allSatisfy(\.hasPassed) && isCovered && isMutationGood ? .ok : .badState
    }

    private var isCovered: Bool { coverage?.isComplete != false && untested.isEmpty }

    private var isMutationGood: Bool {
        mutation.map { $0.score >= neededScore && $0.staleEquivalents.isEmpty } ?? true
    }

    /// The answer, without a line feed at its end.
    func text(as format: AlarmsTestCommand.Format) -> String {
        let output = AlarmTestOutput(reports, broken: broken)
        switch format {
        case .text:
            // Tests first, the verdict about the whole last.
            return ([output.text()] + extras + (gates.map { $0 + "\n" })).map(\.withoutLineFeed)
                .joined(separator: "\n\n")
        case .tap: return output.tap.withoutLineFeed
        case .junit: return output.junit.withoutLineFeed
        case .json: return json(output).indented
        }
    }

    /// What the formats of other programs have no place for, to be told beside them.
    var notes: String { (extras + gates).map(\.withoutLineFeed).joined(separator: "\n\n") }

    /// Coverage, mutation and profiles.
    private var extras: [String] {
        let missing = untested.map { "\($0): no test file names it\n" }.joined()
        return [coverage.map { $0.text + missing }, mutation?.text, profiles?.text].compactMap(\.self)
    }

    /// What was asked for and is not reached.
    private var gates: [String] {
        var gates: [String] = []
        if !isCovered { gates.append("FAILED coverage: every alarm needs all four kinds, every override must fire") }
        if let mutation, !isMutationGood {
            let isLow = mutation.score < neededScore
            gates.append(
                isLow
                    ? "FAILED mutation score: \(Int((neededScore * 100).rounded())) % are asked for"
                    : "FAILED mutation: mutants.yaml is out of date")
        }
        return gates
    }

    /// For programs.
    private func json(_ output: AlarmTestOutput) -> JSONValue {
        var members = [JSONMember("schema", 1), JSONMember("passed", .bool(status == .ok))]
        members += output.json.object ?? []
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
