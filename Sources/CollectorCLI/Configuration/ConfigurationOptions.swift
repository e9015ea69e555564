// SPDX-License-Identifier: MIT

import ArgumentParser

/// A flag for every configuration key: `--archive-backend` for `archive.backend`.
///
/// ArgumentParser finds a type's options in its mirror and decodes them by name. Both are made from `Keys.all` here
/// instead of from fifty properties, so that a key is declared once. Rare ones show only in `--help-hidden`.
struct ConfigurationOptions: ParsableArguments, CustomReflectable {
    /// Those that were given, in the order of `Keys.all`.
    let flags: [ConfigurationFlag]

    init() { flags = [] }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        flags = try Keys.all.compactMap { key in
            let option = try container.decode(Option<String?>.self, forKey: Name(key))
            return option.wrappedValue.map { ConfigurationFlag(key: key.path, text: $0, name: "--\(key.flagName)") }
        }
    }

    var customMirror: Mirror {
        Mirror(self, children: Keys.all.map { (label: Name($0).stringValue, value: Self.option($0)) })
    }

    private static func option(_ key: KeyDeclaration) -> Option<String?> {
        let value = key.defaultText.map { " (default: \($0))" } ?? ""
        return Option(
            wrappedValue: nil, name: .customLong(key.flagName),
            help: ArgumentHelp(
                "\(key.help)\(value)", valueName: key.placeholder, visibility: key.isCommon ? .default : .hidden))
    }

    /// Name of an option inside of ArgumentParser, which takes dots for levels.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ key: KeyDeclaration) { stringValue = key.path.map { $0 == "." ? "_" : String($0) }.joined() }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }
}
