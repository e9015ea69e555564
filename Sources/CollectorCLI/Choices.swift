// SPDX-License-Identifier: MIT

import Files

/// What a command line says about the configuration.
struct Choices: Sendable, Hashable {
    static let standardPath = "/etc/polisen-collector/config.yaml"

    /// `--config`.
    var config: String?
    /// The keys set on the command line.
    var flags: [ConfigurationFlag] = []

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

extension ConfigurationFlag {
    /// What `--set` was given; nil where that is no `key=value`.
    init?(assignment text: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
        self.init(key: String(text[..<equals]), text: String(text[text.index(after: equals)...]), name: "--set")
    }
}
