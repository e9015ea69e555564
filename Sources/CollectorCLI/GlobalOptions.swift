// SPDX-License-Identifier: MIT

import ArgumentParser

/// What every command that works with the configuration accepts.
struct GlobalOptions: ParsableArguments {
    static let standardPath = Choices.standardPath

    @Option(
        help: ArgumentHelp(
            "Configuration file (default: $POLISEN_CONFIG, else \(standardPath) if it exists)", valueName: "path"))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set any other key; `polisen-collector config show` lists them (each has a flag of its own, too)",
            valueName: "key=value"))
    var assignments: [String] = []

    @OptionGroup(title: "Configuration")
    var keys: ConfigurationOptions

    func validate() throws {
        for text in assignments where ConfigurationFlag(assignment: text) == nil {
            throw ValidationError("--set needs key=value, as in --set log.level=debug")
        }
    }

    /// The same without ArgumentParser.
    var choices: Choices { Choices(config: config, flags: flags) }

    /// The keys set on the command line.
    var flags: [ConfigurationFlag] { keys.flags + assignments.compactMap(ConfigurationFlag.init(assignment:)) }

    /// See `Choices.configuration`.
    func configuration(
        in surroundings: Surroundings, for use: Configuration.Use
    ) throws(ConfigurationError) -> Configuration {
        try choices.configuration(in: surroundings, for: use)
    }

    /// See `Choices.file`.
    func file(in surroundings: Surroundings) -> ConfigurationFile? { choices.file(in: surroundings) }
}
