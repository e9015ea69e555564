// SPDX-License-Identifier: MIT

/// The file that `config init` writes: every key with its meaning and default.
enum ConfigurationExample {
    /// YAML of at most 80 columns; reads back as the defaults.
    static var text: String {
        var lines = header
        var open: [Substring] = []
        for key in Keys.all {
            var sections = key.path.split(separator: ".")
            let name = sections.removeLast()
            let shared = zip(open, sections).prefix { $0 == $1 }.count
            lines.append("")
            for (level, section) in sections.enumerated().dropFirst(shared) {
                lines.append(indent(level) + section + ":")
            }
            open = sections
            lines += entry(key, name: String(name), level: sections.count)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let header = [
        "# Configuration of polisen-collector: every key and its default.",
        "# A flag beats an environment variable, that beats this file, that beats the",
        "# default. `polisen-collector config check` tests it, `config show` tells where",
        "# each value comes from.",
    ]

    private static func entry(_ key: KeyDeclaration, name: String, level: Int) -> [String] {
        let margin = indent(level)
        let value = key.defaultText.map { key.isList ? "[\($0)]" : scalar($0) }
        return comment(key.help + ".", margin)
            + comment("Takes \(key.expectation).", margin)
            + comment("Flag --\(key.flagName), variable \(variables(key)).", margin)
            + [value.map { "\(margin)\(name): \($0)" } ?? "\(margin)# \(name):"]
    }

    private static func variables(_ key: KeyDeclaration) -> String {
        key.variable + (key.predecessor.map { " (or \($0))" } ?? "")
    }

    private static func comment(_ text: String, _ margin: String) -> [String] {
        wrapped(text, width: 80 - margin.count - 2, indent: 0).map { "\(margin)# \($0)" }
    }

    private static func indent(_ level: Int) -> String { String(repeating: "  ", count: level) }

    /// Plain where YAML reads it as it stands, else in single quotes.
    static func scalar(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { $0.isWord || "/:@+".utf8.contains($0) } && !text.hasSuffix(":")
            && text.utf8.first.map { $0.isWord && $0 != 0x2D || $0 == 0x2F } == true && text != "null"
        return isPlain
            ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
