// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Collector
import Files
import JSON

/// `alarms apply`: makes the alarms of OCI what the files say.
struct AlarmsApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Make the alarms of OCI what the files say",
        usage: """
            polisen-collector alarms apply [<name>...] [--except <name>] [--prune]
                   [--yes] [--no-lint] [--json] [<flags>]
            """,
        discussion: """
            Does what `alarms plan` says, after asking on a terminal; elsewhere --yes is needed. A second time there is \
            nothing to do. Only alarms of ours are touched (see `alarms plan --help`). A change names the version that \
            was read: an alarm that somebody changes meanwhile is read and compared again. An alarm that OCI refuses \
            does not keep the others from being applied; what would fail for all of them (network, permission) does. \
            OCI may take five minutes until a change is in force.

            --json: as `alarms plan --json`, as it was before; besides: good, applied, failed (numbers), and of each \
            alarm result (done, failed, untried, unneeded), error_type and error (null where nothing failed).
            Exit codes: 0 all is as the files say, but for alarms without a file; 1 something was refused (see plan), or \
            you said no; 64 nobody can be asked and --yes is missing; 65 files are wrong, or lint finds errors or OCI refuses one; 69, 77 OCI \
            cannot be asked; 73 OCI did not make the change; 75 an alarm keeps changing, or was interrupted; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: AlarmSelection
    @Flag(help: "Delete alarms of ours that have no file") var prune = false
    @Flag(help: "Do not ask") var yes = false
    @Flag(help: "Do not look for errors with `alarms lint` first") var noLint = false
    @Flag(help: "Answer as JSON") var json = false

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        let comparison: AlarmComparison
        do throws(ExitStatus) {
            comparison = try await AlarmComparison(options, selection, prunes: prune, lints: !noLint, surroundings)
        } catch {
            return error
        }
        defer { comparison.cloud.live.log.flush() }
        let plan = comparison.plan
        if plan.hasWork, !yes {
            guard HostFacts.isTerminal(0), HostFacts.isTerminal(2) else {
                surroundings.tell("polisen-collector: nobody can be asked here; see `alarms plan`, then add --yes")
                return .usage
            }
            surroundings.tell(plan.difference(next: "answer yes to apply this"))
            guard Self.agrees(surroundings) else { return .badState }
        }
        let signals = ProcessSignals.onTermination { [stop = comparison.cloud.live.stop] in stop.request() }
        let isJSON = json
        let apply = AlarmApply(cloud: comparison.cloud) { if !isJSON { surroundings.tell($0.line) } }
        let report = AlarmApplyReport(plan: plan, outcomes: await apply.run(plan))
        withExtendedLifetime(signals) {}
        for outcome in report.outcomes {
            if let failure = outcome.failure {
                surroundings.tell("polisen-collector: \(outcome.item.key): \(failure.message)")
            }
        }
        return surroundings.answer(json ? report.json.text : report.text, status: report.status)
    }

    private static func agrees(_ surroundings: Surroundings) -> Bool {
        surroundings.tell("Apply this? [yes/no]")
        let answer = readLine()?.lowercased() ?? ""
        guard ["y", "yes"].contains(answer) else {
            surroundings.tell("nothing was changed")
            return false
        }
        return true
    }
}

extension AlarmApply.Outcome {
    /// For the story on standard error.
    fileprivate var line: String {
        switch (result, item.action) {
        case (.done, .create): "created  \(item.key)"
        case (.done, .change): "changed  \(item.key)"
        case (.done, .delete): "deleted  \(item.key)"
        case (.failed, _): "failed   \(item.key)"
        default: "left     \(item.key)"
        }
    }
}

/// What `alarms apply` came to.
struct AlarmApplyReport: Sendable {
    let plan: AlarmPlan
    let outcomes: [AlarmApply.Outcome]

    private func count(_ result: AlarmApply.Outcome.Result) -> Int { outcomes.count { $0.result == result } }

    /// The first failure's, since it may have kept others from being tried.
    var status: ExitStatus {
        if let failure = outcomes.lazy.compactMap(\.failure).first { return ExitStatus(failure) }
        if count(.untried) > 0 { return .temporary }
        return plan.count(.refuse) > 0 ? .badState : .ok
    }

    var text: String {
        var lines: [String] = []
        for item in plan.items where item.action == .refuse || item.action == .keep { lines += item.lines }
        let parts = [
            Words.count(done(.create), "created"), Words.count(done(.change), "changed"),
            Words.count(done(.delete), "deleted"), Words.count(count(.failed), "failed"),
            Words.count(count(.untried), "not tried"), Words.count(plan.count(.refuse), "refused"),
            Words.count(plan.count(.none), "in sync"), Words.count(plan.count(.keep), "without a file"),
        ].compactMap { $0 }
        let verdict = status == .ok ? (plan.hasWork ? "applied" : "nothing to do") : "not all is applied"
        lines += Words.row("\(verdict):", parts.joined(separator: ", "), column: verdict.count + 2)
        let next = status == .ok ? "alarms watch --once" : "alarms plan"
        return (lines + ["", "next".padding(13) + "polisen-collector \(next)"]).joined(separator: "\n")
    }

    var json: JSONValue {
        var results: [String: JSONValue] = [:]
        for outcome in outcomes {
            results[outcome.item.identity] = [
                "result": .string(outcome.result.rawValue), "error_type": .optional(outcome.failure?.type),
                "error": .optional(outcome.failure?.message),
            ]
        }
        return .object(
            [
                JSONMember("schema", 1), JSONMember("good", .bool(status == .ok)),
                JSONMember("applied", .int(count(.done))), JSONMember("failed", .int(count(.failed))),
            ] + plan.json(results))
    }

    private func done(_ action: AlarmPlan.Action) -> Int {
        outcomes.count { $0.result == .done && $0.item.action == action }
    }
}
