// SPDX-License-Identifier: MIT

package import JSON
import MQL

/// Reruns every test with each knob flipped alone: what changes rests on undocumented behaviour.
package struct ProfileRun: Sendable {
    /// A test whose result changes under another choice.
    package struct Dependence: Sendable, Hashable {
        package let file: String
        package let test: String
        package let knob: String
        /// The choice under which it changes.
        package let choice: String
        /// What was expected then, of which alarm or query; the first that changed.
        package let subject: String
    }

    /// In the order of tests, then of knobs.
    package private(set) var dependences: [Dependence] = []
    /// How many tests there were.
    package private(set) var tests = 0
    /// How many runs were made besides the tests' own.
    package private(set) var runs = 0

    /// Runs the tests of these files under all flips. A test that fails under its own profile is passed over.
    package init(_ files: [AlarmTestFile]) {
        for file in files {
            let runner = AlarmTestRunner(file)
            for test in file.tests {
                tests += 1
                guard runner.run(test, knobs: test.knobs).hasPassed else { continue }
                for flip in KnobTable.flips(of: test.knobs) {
                    runs += 1
                    guard let failure = runner.run(test, knobs: flip.knobs).failures.first else { continue }
                    dependences.append(
                        Dependence(
                            file: file.path, test: test.name, knob: flip.name, choice: flip.choice,
                            subject: failure.subject))
                }
            }
        }
    }

    /// Tests that no knob changes.
    package var independentTests: Int { tests - Set(dependences.map { "\($0.file)\n\($0.test)" }).count }

    /// A list by knob, then a summary line.
    package var text: String {
        var lines: [String] = []
        for knob in KnobTable.all {
            let found = dependences.filter { $0.knob == knob.name }
            guard let first = found.first else { continue }
            lines.append(
                "\(knob.name): \(found.count) test\(found.count == 1 ? "" : "s") would differ with \"\(first.choice)\"")
            for dependence in found {
                lines.append("  \(dependence.file): \(dependence.test)".prefix(78) + "")
                lines.append("    \(dependence.subject)".prefix(78) + "")
            }
        }
        lines.append("\(independentTests) of \(tests) tests rest on documented behaviour alone (\(runs) runs)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The dependences and the counts.
    package var json: JSONValue {
        .object([
            JSONMember("tests", .number("\(tests)")), JSONMember("independent", .number("\(independentTests)")),
            JSONMember(
                "dependences",
                .array(
                    dependences.map {
                        .object([
                            JSONMember("file", .string($0.file)), JSONMember("test", .string($0.test)),
                            JSONMember("knob", .string($0.knob)), JSONMember("choice", .string($0.choice)),
                            JSONMember("subject", .string($0.subject)),
                        ])
                    })),
        ])
    }
}
