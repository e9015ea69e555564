// SPDX-License-Identifier: MIT

import ArgumentParser

@main
struct PolisenCollector: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "polisen-collector",
        abstract: "Collect the events of the Swedish police, every one and every edit exactly once",
        discussion: ExitStatus.helpText, version: Product.version,
        subcommands: [
            CollectCommand.self, ReplayCommand.self, RunsCommand.self, ConfigCommand.self, VersionCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot(Array(CommandLine.arguments.dropFirst()))
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}
