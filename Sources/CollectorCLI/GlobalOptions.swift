// SPDX-License-Identifier: MIT

import ArgumentParser
import Files

/// What every command that works with the configuration accepts.
struct GlobalOptions: ParsableArguments {
    static let standardPath = "/etc/polisen-collector/config.yaml"

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
        for text in assignments where !text.contains("=") || text.hasPrefix("=") {
            throw ValidationError("--set needs key=value, as in --set log.level=debug")
        }
    }

    /// The keys set on the command line.
    var flags: [ConfigurationFlag] {
        keys.flags
            + assignments.map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return ConfigurationFlag(key: String(parts[0]), text: parts.dropFirst().joined(), name: "--set")
            }
    }

    /// Reads flags, environment and file; throws with everything that is wrong with them.
    func configuration(
        in surroundings: Surroundings, for use: Configuration.Use
    ) throws(ConfigurationError) -> Configuration {
        let file = file(in: surroundings)
        return try Configuration(flags: flags, environment: surroundings.environment, file: file, for: use)
    }

    /// `--config`, else `$POLISEN_CONFIG`: must exist; else the standard path, which may be missing.
    func file(in surroundings: Surroundings) -> ConfigurationFile? {
        let variable = surroundings.environment["POLISEN_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = config ?? variable ?? Self.standardPath
        let origin: ValueOrigin =
            config != nil ? .flag("--config") : variable != nil ? .environment("POLISEN_CONFIG") : .standard
        do throws(FileError) {
            if let bytes = try surroundings.readFile(path) {
                return ConfigurationFile(path: path, contents: .bytes(bytes), requestedBy: origin)
            }
        } catch {
            return ConfigurationFile(path: path, contents: .unreadable(reason: error.description), requestedBy: origin)
        }
        guard origin != .standard else { return nil }
        let reason = "there is no file \(path); `polisen-collector config init \(path)` makes one"
        return ConfigurationFile(path: path, contents: .unreadable(reason: reason), requestedBy: origin)
    }
}
