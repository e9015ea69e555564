// SPDX-License-Identifier: MIT

import ArgumentParser
import JSON

/// `alarms plan`: what `alarms apply` would do.
struct AlarmsPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say what apply would do; change nothing",
        usage: """
            polisen-collector alarms plan [<name>...] [--except <name>] [--prune]
                   [--no-lint] [--json] [<flags>]
            """,
        discussion: """
            Compares the files, their placeholders filled in from the configuration, with the alarms in oci.compartment \
            and names the members that differ; `alarms diff` shows their values. An alarm is ours if its free-form tags \
            say managed-by=polisen-collector and job=<job>; the tag alarm says which file it is. All others are left \
            alone: an alarm of theirs that has the display name of a file is refused, and nothing is done about that file. Tags \
            and suppressions that the file does not speak of stay as they are.

            --json: schema 1; compartment; in_sync; counts (create, change, delete, keep, refuse, none); alarms: an \
            array of key, action (one of these), id (null where OCI has none), display_name, note, changes (path, from, to).
            Exit codes: 0 in sync; 1 drift, an alarm of ours without a file included; 65 files are wrong, or lint finds errors; 69, 77 OCI \
            cannot be asked; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: AlarmSelection
    @Flag(help: "Plan to delete alarms of ours that have no file") var prune = false
    @Flag(help: "Do not look for errors with `alarms lint` first") var noLint = false
    @Flag(help: "Answer as JSON") var json = false

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        do throws(ExitStatus) {
            let comparison = try await AlarmComparison(
                options, selection, prunes: prune, lints: !noLint, surroundings)
            return comparison.answer(isJSON: json, in: surroundings) { plan in
                plan.text(next: plan.nextCommand(afterDiff: false, prunes: prune))
            }
        } catch {
            return error
        }
    }
}

/// `alarms diff`: how OCI differs from the files.
struct AlarmsDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show how the alarms of OCI differ from the files; change nothing",
        usage: """
            polisen-collector alarms diff [<name>...] [--except <name>] [--prune]
                   [--no-lint] [--json] [<flags>]
            """,
        discussion: """
            As `alarms plan`, with the values: what OCI has behind -, what the file says behind +.

            --json: as `alarms plan --json`.
            Exit codes: 0 in sync; 1 drift, an alarm of ours without a file included; 65 files are wrong, or lint finds errors; 69, 77 OCI \
            cannot be asked; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: AlarmSelection
    @Flag(help: "Show alarms of ours that have no file as to be deleted") var prune = false
    @Flag(help: "Do not look for errors with `alarms lint` first") var noLint = false
    @Flag(help: "Answer as JSON") var json = false

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        do throws(ExitStatus) {
            let comparison = try await AlarmComparison(
                options, selection, prunes: prune, lints: !noLint, surroundings)
            return comparison.answer(isJSON: json, in: surroundings) { plan in
                plan.difference(next: plan.nextCommand(afterDiff: true, prunes: prune))
            }
        } catch {
            return error
        }
    }
}

extension AlarmComparison {
    /// Says what was found, changing nothing.
    fileprivate func answer(
        isJSON: Bool, in surroundings: Surroundings, _ text: (AlarmPlan) -> String
    ) -> ExitStatus {
        defer { cloud.live.log.flush() }
        return surroundings.answer(
            isJSON ? plan.document.text : text(plan), status: plan.isInSync ? .ok : .badState)
    }
}

extension AlarmPlan {
    fileprivate var document: JSONValue { .object([JSONMember("schema", 1)] + json()) }

    fileprivate func nextCommand(afterDiff: Bool, prunes: Bool) -> String {
        let flags = prunes ? " --prune" : ""
        if isInSync { return "polisen-collector alarms watch --once" }
        if count(.change) > 0, !afterDiff { return "polisen-collector alarms diff\(flags)" }
        if hasWork { return "polisen-collector alarms apply\(flags)" }
        return count(.keep) > 0 ? "polisen-collector alarms apply --prune" : "polisen-collector alarms diff"
    }
}
