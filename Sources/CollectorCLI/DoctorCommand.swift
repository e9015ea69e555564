// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import JSON
import OCI

/// `doctor`: every dependency and permission, really tried.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Try every dependency and permission for real; one line each, with the fix",
        usage: "polisen-collector doctor [--post] [--notify] [--json] [<flags>]",
        discussion: """
            Each line says ok, fails or skipped, then what can and cannot be done; below a line that fails stands how to \
            mend it. Libraries are named with their versions, timers with when they elapse, as systemd tells over \
            D-Bus. The feed is asked with one HEAD request, which counts as a call and is taken from the same budget \
            as runs; where that is used up, it is skipped. The archive is tried with an object under .doctor/, a name no \
            reader counts, that is taken away again. Nothing is posted without --post, nobody told without \
            --notify.

            --json: schema 1; good; failed, skipped (numbers); checks: an array of check, result, can, cannot, fix \
            (null where there is none); next_command.
            Exit codes: 0 nothing fails; 1 something fails (a wrong configuration included).
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false
    @Flag(help: "Post one point of checker_heartbeat (vantage doctor) to OCI Monitoring, too") var post = false
    @Flag(help: "Send a test message to the Notifications topic and the webhook, too") var notify = false

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        var checks: [Finding] = [Examination.cryptography]
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try options.configuration(in: surroundings, for: .collecting)
        } catch {
            checks.append(
                .fails(
                    "configuration", cannot: error.problems.map(\.summary).joined(separator: "; "),
                    fix: "polisen-collector config check"))
            return answer(Diagnosis(findings: checks), surroundings)
        }
        guard checks.allSatisfy({ $0.result != .fails }) else {
            return answer(Diagnosis(findings: checks), surroundings)
        }
        do throws(ExitStatus) { try surroundings.leaveRoot(for: configuration.statePath) } catch { return error }
        let examination = Examination(configuration, environment: surroundings.environment, post: post, notify: notify)
        checks += await examination.run()
        return answer(Diagnosis(findings: checks), surroundings)
    }

    private func answer(_ diagnosis: Diagnosis, _ surroundings: Surroundings) -> ExitStatus {
        surroundings.answer(json ? diagnosis.json.text : diagnosis.text, status: diagnosis.isGood ? .ok : .badState)
    }
}

/// What came of one check.
struct Finding: Sendable, Hashable {
    enum Result: String, Sendable, Hashable { case ok, fails, skipped }

    let check: String
    let result: Result
    /// What works, or why nothing was tried; empty where nothing does.
    let can: String
    let cannot: String
    let fix: String?

    static func ok(_ check: String, _ can: String) -> Finding {
        Finding(check: check, result: .ok, can: can, cannot: "", fix: nil)
    }

    static func fails(_ check: String, can: String = "", cannot: String, fix: String) -> Finding {
        Finding(check: check, result: .fails, can: can, cannot: cannot, fix: fix)
    }

    static func skipped(_ check: String, _ why: String) -> Finding {
        Finding(check: check, result: .skipped, can: why, cannot: "", fix: nil)
    }
}

/// All findings, for people and programs.
struct Diagnosis: Sendable, Hashable {
    let findings: [Finding]

    var isGood: Bool { failed == 0 }
    private var failed: Int { findings.count { $0.result == .fails } }

    var text: String {
        let verdict =
            isGood ? "ok: everything that was tried works" : "fails: \(failed) of \(findings.count) checks"
        var lines = [verdict, ""]
        for finding in findings {
            let said = [finding.can, finding.cannot.isEmpty ? "" : "cannot: \(finding.cannot)"].filter { !$0.isEmpty }
            let head = finding.result.rawValue.padding(8) + finding.check.padding(14)
            lines += Words.row(head, said.joined(separator: "; "), column: 23)
            if let fix = finding.fix { lines += Words.row("", "fix: \(fix)", column: 23) }
        }
        return (lines + ["", "next".padding(13) + next]).joined(separator: "\n")
    }

    var json: JSONValue {
        [
            "schema": 1, "good": .bool(isGood), "failed": .int(failed),
            "skipped": .int(findings.count { $0.result == .skipped }),
            "checks": .array(
                findings.map {
                    [
                        "check": .string($0.check), "result": .string($0.result.rawValue), "can": .string($0.can),
                        "cannot": .string($0.cannot), "fix": .optional($0.fix),
                    ]
                }), "next_command": .string(next),
        ]
    }

    private var next: String {
        guard let first = findings.first(where: { $0.result == .fails }) else { return "polisen-collector status" }
        return first.check == "configuration" ? "polisen-collector config check" : "polisen-collector doctor"
    }
}
