// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON

/// `config`: checks, shows and makes configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check, show or make the configuration",
        subcommands: [ConfigCheck.self, ConfigShow.self, ConfigInit.self], defaultSubcommand: ConfigShow.self)
}

/// `config check`: everything that is wrong, at once.
struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with the configuration; exit 78 if anything is",
        usage: "polisen-collector config check [--json] [--config <path>] [<flags>]")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false

    func run() throws { try run(in: .live).orThrow() }

    /// The problems are the answer here, so they go to standard output.
    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ConfigurationError) {
            let configuration = try options.configuration(in: surroundings, for: .collecting)
            if !json { configuration.warnings.forEach { surroundings.tell("warning: \($0)") } }
            return surroundings.answer(json ? configuration.verdictJSON.text : configuration.verdict)
        } catch {
            return surroundings.answer(json ? error.json.text : error.description, status: .configuration)
        }
    }
}

/// `config show`: what is effective and who said so.
struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show every key, its value and where the value comes from",
        usage: "polisen-collector config show [--json] [--config <path>] [<flags>]")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ConfigurationError) {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            if !json { configuration.warnings.forEach { surroundings.tell("warning: \($0)") } }
            return surroundings.answer(json ? configuration.json.indented : configuration.table(width: 80))
        } catch {
            surroundings.tell(error.description)
            return .configuration
        }
    }
}

/// `config init`: a commented file to begin with.
struct ConfigInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented configuration file with every key and its default")

    @Argument(
        help: "Where to write it; - prints it (default: $POLISEN_CONFIG, else \(GlobalOptions.standardPath))")
    var path: String?

    func run() throws { try run(in: .live).orThrow() }

    /// Never touches a file that is there.
    func run(in surroundings: Surroundings) -> ExitStatus {
        let text = ConfigurationExample.text
        if path == "-" { return surroundings.answer(String(text.dropLast())) }
        let variable = surroundings.environment["POLISEN_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let standard = variable ?? GlobalOptions.standardPath
        let path = path ?? standard
        do throws(FileError) {
            guard try surroundings.createFile(path, Array(text.utf8)) else {
                surroundings.tell("\(path) exists and is left as it is; name another path, or - to print")
                return .cannotWrite
            }
            let next = "polisen-collector config check" + (path == standard ? "" : " --config \(path)")
            return surroundings.answer("\(path): written; edit it, then run\n\(next)")
        } catch {
            surroundings.tell("polisen-collector: \(error)")
            return .cannotWrite
        }
    }
}

extension ExitStatus {
    /// Nothing for `ok`, else what makes ArgumentParser end the process with this code and no words.
    func orThrow() throws {
        if self != .ok { throw exitCode }
    }
}

extension Configuration {
    /// How many keys come from where: file, environment, flags, default.
    private var counts: (file: Int, environment: Int, flags: Int, standard: Int) {
        settings.reduce(into: (0, 0, 0, 0)) { counts, setting in
            switch setting.origin {
            case .file: counts.0 += 1
            case .environment: counts.1 += 1
            case .flag: counts.2 += 1
            case .standard: counts.3 += 1
            }
        }
    }

    /// One line: which file, and how much of it and of the rest is effective.
    fileprivate var verdict: String {
        let from = counts
        return "\(file ?? "no file"): the configuration is valid\n"
            + "keys from file \(from.file), environment \(from.environment), flags \(from.flags), default \(from.standard)"
    }

    fileprivate var verdictJSON: JSONValue {
        let from = counts
        return [
            "valid": true, "file": .optional(file), "from_file": .int(from.file),
            "from_environment": .int(from.environment), "from_flags": .int(from.flags),
            "from_default": .int(from.standard), "warnings": .array(warnings.map(JSONValue.string)),
        ]
    }
}
