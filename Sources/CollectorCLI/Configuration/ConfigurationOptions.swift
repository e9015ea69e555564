// SPDX-License-Identifier: MIT

import ArgumentParser

/// A flag for every configuration key: `--archive-backend` for `archive.backend`.
///
/// ArgumentParser finds a type's options in its mirror and decodes them by name. Both are made from `Keys.all` here
/// instead of from fifty properties, so that a key is declared once. Rare ones show only in `--help-hidden`.
struct ConfigurationOptions: ParsableArguments, CustomReflectable {
    /// The keys that have a flag now: all of them, except inside of `ParsableCommand.run(_:)`.
    ///
    /// ArgumentParser sets up every option many times over: all keys together cost 3 ms in a release build and 400 ms
    /// in a debug build (observed 2026-11, version 1.8.2), which is too much for a run that uses none of them.
    @TaskLocal static var offered: [KeyDeclaration] = Keys.all

    /// Those that were given, in the order of `Keys.all`.
    let flags: [ConfigurationFlag]

    init() { flags = [] }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        flags = try Self.offered.compactMap { key in
            let option = try container.decode(Option<String?>.self, forKey: Name(key))
            return option.wrappedValue.map { ConfigurationFlag(key: key.path, text: $0, name: "--\(key.flagName)") }
        }
    }

    var customMirror: Mirror {
        Mirror(self, children: Self.offered.map { (label: Name($0).stringValue, value: Self.option($0)) })
    }

    /// The keys whose flags occur in `arguments`.
    static func mentioned(in arguments: [String]) -> [KeyDeclaration] {
        let names = Set(arguments.filter { $0.hasPrefix("--") }.map { $0.dropFirst(2).prefix { $0 != "=" } })
        return names.isEmpty ? [] : Keys.all.filter { names.contains(Substring($0.flagName)) }
    }

    private static func option(_ key: KeyDeclaration) -> Option<String?> {
        let notes = [key.choices, key.defaultText.map { "default: \($0)" }].compactMap(\.self)
        let value = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
        return Option(
            wrappedValue: nil, name: .customLong(key.flagName),
            help: ArgumentHelp(
                "\(key.help)\(value)", valueName: key.placeholder, visibility: key.isCommon ? .default : .hidden))
    }

    /// Name of an option inside of ArgumentParser, which takes dots for levels.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ key: KeyDeclaration) { stringValue = key.path.replacing(".", by: "_") }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }
}

extension ParsableCommand {
    /// Parses `arguments` and runs the command they name, at the cost of only those flags of keys that occur in them.
    ///
    /// Where parsing fails it is done again with all flags, so that help, suggestions and errors are complete. Throws
    /// what ArgumentParser's `exit(withError:)` takes.
    static func run(_ arguments: [String]) async throws {
        var isParsed = false
        do {
            try await ConfigurationOptions.$offered.withValue(ConfigurationOptions.mentioned(in: arguments)) {
                var command = try parseAsRoot(arguments)
                isParsed = true
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            }
        } catch {
            if !isParsed { _ = try parseAsRoot(arguments) }
            throw error
        }
    }
}
