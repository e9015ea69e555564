// SPDX-License-Identifier: MIT

package import JSON
import MQL
import YAML

/// Runs the tests of alarms against mutants of them: a mutant that all tests pass shows what no test asks.
package struct MutationRun: Sendable {
    /// What became of one mutant.
    package enum Verdict: Sendable, Hashable {
        /// The first test that failed.
        case killed(by: String)
        case survived
        /// It survived, and the list says why it must.
        case equivalent(because: String)
    }

    package struct Result: Sendable {
        package let alarm: String
        package let mutant: Mutant
        package let verdict: Verdict
    }

    /// In the order of files, alarms and mutants.
    package private(set) var results: [Result] = []
    /// Entries of the list of equivalents that name no mutant, or one that a test kills.
    package private(set) var staleEquivalents: [EquivalentMutant] = []

    /// Mutates every alarm of these files and runs the file's tests against each mutant.
    package init(_ files: [AlarmTestFile], equivalents: [EquivalentMutant] = []) {
        var unused = equivalents
        for file in files {
            let runner = AlarmTestRunner(file)
            let stores = runner.stores
            for alarm in file.alarms {
                for mutant in Mutant.all(of: alarm) {
                    if let test = runner.firstFailure(of: mutant.alarm, over: stores) {
                        results.append(Result(alarm: alarm.key, mutant: mutant, verdict: .killed(by: test)))
                        continue
                    }
                    let entry = unused.firstIndex { $0.alarm == alarm.key && $0.mutant == mutant.id }
                    let reason = entry.map { unused.remove(at: $0).because }
                    results.append(
                        Result(
                            alarm: alarm.key, mutant: mutant,
                            verdict: reason.map { .equivalent(because: $0) } ?? .survived))
                }
            }
        }
        staleEquivalents = unused
    }

    /// How many were killed.
    package var killed: Int { results.count { if case .killed = $0.verdict { true } else { false } } }
    /// Those that no test notices and nobody argues for.
    package var survivors: [Result] { results.filter { $0.verdict == .survived } }
    /// Killed ones as a share of all that can be killed, 0 to 1.
    package var score: Double {
        let all = killed + survivors.count
        return all == 0 ? 1 : Double(killed) / Double(all)
    }

    /// Survivors, stale entries of the list, and the score of each alarm and of all.
    package var text: String {
        var lines: [String] = []
        for result in survivors {
            lines.append("survived  \(result.alarm)  \(result.mutant.id)")
            lines += TextWrapping.lines(result.mutant.description, width: 66).map { "            " + $0 }
        }
        for entry in staleEquivalents {
            lines.append(
                "the list of equivalents names \(entry.alarm) \(entry.mutant), which is killed or does not exist")
        }
        let argued = results.count - killed - survivors.count
        let tenths = Int((score * 1_000).rounded(.down))
        lines.append(
            "\(results.count) mutants: \(killed) killed, \(survivors.count) survived, \(argued) equivalent; score \(tenths / 10).\(tenths % 10) %"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    /// All mutants and the score.
    package var json: JSONValue {
        .object([
            JSONMember("score", .number("\(score)")), JSONMember("killed", .number("\(killed)")),
            JSONMember("survived", .number("\(survivors.count)")),
            JSONMember("mutants", .array(results.map(\.json))),
        ])
    }
}

extension MutationRun.Result {
    fileprivate var json: JSONValue {
        var members = [
            JSONMember("alarm", .string(alarm)), JSONMember("mutant", .string(mutant.id)),
            JSONMember("change", .string(mutant.description)),
        ]
        switch verdict {
        case .killed(let test): members += [JSONMember("verdict", .string("killed")), JSONMember("by", .string(test))]
        case .survived: members.append(JSONMember("verdict", .string("survived")))
        case .equivalent(let reason):
            members += [JSONMember("verdict", .string("equivalent")), JSONMember("because", .string(reason))]
        }
        return .object(members)
    }
}

/// A mutant that cannot be killed, and why.
package struct EquivalentMutant: Sendable, Hashable {
    package let alarm: String
    /// The mutant's id.
    package let mutant: String
    package let because: String

    package init(alarm: String, mutant: String, because: String) {
        self.alarm = alarm
        self.mutant = mutant
        self.because = because
    }

    /// Reads `equivalents: [{alarm: …, mutant: …, because: …}]`.
    package static func list(path: String, bytes: [UInt8]) throws(AlarmTestError) -> [EquivalentMutant] {
        var yaml = YAMLReading(path: path, source: bytes)
        var list: [EquivalentMutant] = []
        if let root = yaml.root() {
            let entries = yaml.entries(root, of: "the file", known: ["equivalents"], required: ["equivalents"])
            for node in yaml.elements(entries["equivalents"], of: "equivalents") {
                let known = ["alarm", "mutant", "because"]
                let entry = yaml.entries(node, of: "an equivalent mutant", known: known, required: known)
                let texts = known.compactMap { yaml.text(entry[$0], of: $0) }
                guard texts.count == 3 else { continue }
                list.append(EquivalentMutant(alarm: texts[0], mutant: texts[1], because: texts[2]))
            }
        }
        guard yaml.problems.isEmpty else { throw AlarmTestError(problems: yaml.problems) }
        return list
    }
}
