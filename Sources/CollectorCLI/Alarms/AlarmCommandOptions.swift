// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Collector
import Files
import JSON
import OCI
import Transport

/// Which alarms a command is about.
struct AlarmSelection: ParsableArguments {
    @OptionGroup var place: AlarmPlaceOptions

    @Option(help: ArgumentHelp("Leave this alarm out; may be repeated", valueName: "name"))
    var except: [String] = []

    @Argument(help: ArgumentHelp("Only these alarms (names of files without .json)", valueName: "name"))
    var names: [String] = []

    /// The templates that are meant. Throws the status a command ends with; what is wrong has been told then.
    func templates(
        _ configuration: Configuration, _ surroundings: Surroundings
    ) throws(ExitStatus) -> [AlarmTemplate] {
        do throws(AlarmFilesError) {
            let directory = AlarmPlaces.alarms(place.alarms ?? configuration.alarms.path)
            return try AlarmTemplateFiles.templates(in: directory, names: names, except: except)
        } catch {
            throw surroundings.fail(error)
        }
    }

    /// Refuses alarms with errors that `alarms lint` finds, since OCI would take them and they would not do their work.
    func requireSound(_ configuration: Configuration, _ surroundings: Surroundings) throws(ExitStatus) {
        let directory = AlarmPlaces.alarms(place.alarms ?? configuration.alarms.path)
        let report: LintReport
        do {
            // All of them, since some rules look at others, too.
            let files = try AlarmFiles([], standard: directory).lintFiles()
            report = Lint(facts: MetricCatalog.facts).check(files)
        } catch {
            throw surroundings.failed(error)
        }
        let errors = report.standing.filter { finding in
            finding.severity == .error && !except.contains(finding.key)
                && (names.isEmpty || finding.key.isEmpty || names.contains(finding.key))
        }
        guard !errors.isEmpty else { return }
        for error in errors { surroundings.tell("\(error)") }
        surroundings.tell("polisen-collector: nothing was compared; see `alarms lint`, or add --no-lint")
        throw .badData
    }

    /// The alarms that are meant, for the place the configuration names.
    func desired(
        _ configuration: Configuration, _ surroundings: Surroundings
    ) throws(ExitStatus) -> [DesiredAlarm] {
        let templates = try templates(configuration, surroundings)
        do throws(AlarmFilesError) {
            return try configuration.desired(templates)
        } catch {
            throw surroundings.fail(error)
        }
    }
}

extension Surroundings {
    /// Tells what is wrong with the files; the status that says so.
    func fail(_ error: AlarmFilesError) -> ExitStatus {
        for line in error.message.split(separator: "\n") { tell("polisen-collector: \(line)") }
        return error.status
    }
}

/// A command that compares files with OCI: what plan, diff and apply have in common.
struct AlarmComparison: Sendable {
    let cloud: AlarmCloud
    let plan: AlarmPlan

    /// Reads files and OCI. Throws the status a command ends with; what is wrong has been told then.
    init(
        _ options: GlobalOptions, _ selection: AlarmSelection, prunes: Bool, lints: Bool, _ surroundings: Surroundings
    ) async throws(ExitStatus) {
        var live = try options.live(in: surroundings, for: .reading)
        live.deadline = live.time.uptime() + .seconds(600)
        if lints { try selection.requireSound(live.configuration, surroundings) }
        let desired = try selection.desired(live.configuration, surroundings)
        cloud = try await AlarmCloud(live, surroundings)
        let progress = ProgressLine(isShown: HostFacts.isTerminal(2))
        defer { progress.end() }
        do throws(OCIError) {
            plan = try await cloud.plan(
                desired, isWhole: selection.names.isEmpty, excepted: selection.except, prunes: prunes
            ) { number, count in progress.tell("reading alarm \(number + 1) of \(count)") }
        } catch {
            throw surroundings.fail(error)
        }
    }
}
