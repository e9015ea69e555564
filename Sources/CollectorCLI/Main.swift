// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import Transport

@main
struct PolisenCollector: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "polisen-collector",
        abstract: "Collect the events of the Swedish police, every one and every edit exactly once",
        discussion: ExitStatus.helpText, version: Product.version,
        subcommands: [
            CollectCommand.self, ReplayCommand.self, FreshnessCommand.self, StatusCommand.self, RunsCommand.self,
            ExplainCommand.self, DoctorCommand.self, HealthCommand.self, ExecCommand.self, ArchiveCommand.self,
            MetricsCommand.self, SLOCommand.self, AlarmsCommand.self, MQLCommand.self, RunbookCommand.self,
            DashboardsCommand.self, MaintenanceCommand.self, AnnotateCommand.self, ReportFailureCommand.self,
            ConfigCommand.self, VersionCommand.self,
        ])

    @MainActor static func main() async {
        ChildProcess.keepSignalMask()
        StandardStream.fillClosed()
        // A reader that has gone away is an error of writing, not the end of the process.
        ProcessSignals.ignoreBrokenPipe()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let collecting = Collecting(plain: arguments) {
            CurlMemory.spareGnuTLS()
            ProcessEnd.now(await collecting.run(in: .live).rawValue)
        }
        if let unknown = UnknownCommand(in: arguments, of: PolisenCollector.self) {
            Surroundings.live.tell("Error: \(unknown)\nSee 'polisen-collector --help' for what each does.")
            ProcessEnd.now(ExitStatus.usage.rawValue)
        }
        do {
            try await run(QueryInput.withDashes(arguments))
            ProcessEnd.now(0)
        } catch let code as ExitCode {
            ProcessEnd.now(code.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
