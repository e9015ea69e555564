// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Files

/// `alarms export`: the alarms for tools that others use.
struct AlarmsExportCommand: ParsableCommand {
    /// What can be written.
    enum Format: String, ExpressibleByArgument, CaseIterable { case terraform, cli }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the alarms for Terraform or the OCI CLI",
        usage: """
            polisen-collector alarms export --format terraform|cli [<name>...]
                   [--except <name>] [--output <file>] [<flags>]
            """,
        discussion: """
            terraform: a resource oci_monitoring_alarm for each alarm, placeholders as variables; metrics.namespace, job \
            and alarms.runbook_base_url are their defaults. The alarms are tagged managed-by = terraform, so that \
            `alarms apply` leaves them alone.
            cli: a shell script of `oci monitoring alarm create --from-json`; placeholders are variables of the shell \
            (compartment_id=… topic_id=… sh alarms.sh). What it makes is ours: `alarms apply` goes on from there.

            Exit codes: 0 ok; 65 files are wrong; 73 the output cannot be written; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: AlarmSelection
    @Option(help: "terraform or cli") var format: Format
    @Option(help: ArgumentHelp("Where to write; - is standard output", valueName: "file")) var output = "-"

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try options.configuration(in: surroundings, for: .reading)
        } catch {
            surroundings.tell(error.description)
            return .configuration
        }
        let templates: [AlarmTemplate]
        do throws(ExitStatus) {
            templates = try selection.templates(configuration, surroundings)
        } catch {
            return error
        }
        if let status = Self.refusal(templates, surroundings) { return status }
        let command = "polisen-collector alarms export --format \(format.rawValue)"
        let text =
            switch format {
            case .terraform:
                AlarmExport.terraform(templates, defaults: Self.defaults(configuration), command: command)
            case .cli: AlarmExport.script(templates, command: command)
            }
        guard output != "-" else { return surroundings.answer(text) }
        do throws(FileError) {
            try FileSystem.put(Array((text + "\n").utf8), at: output)
            return .ok
        } catch {
            surroundings.tell("polisen-collector: \(error)")
            return .cannotWrite
        }
    }

    /// What is exported has to be an alarm, whatever the place.
    private static func refusal(_ templates: [AlarmTemplate], _ surroundings: Surroundings) -> ExitStatus? {
        var isBad = false
        for template in templates {
            do throws(AlarmError) {
                _ = try template.alarm(with: AlarmTemplate.standIns())
            } catch {
                isBad = true
                surroundings.tell("polisen-collector: \(error)")
            }
        }
        return isBad ? .badData : nil
    }

    private static func defaults(_ configuration: Configuration) -> [AlarmTemplate.Placeholder: String] {
        configuration.alarmValues.filter { [.namespace, .job, .runbookBaseURL].contains($0.key) }
    }
}
