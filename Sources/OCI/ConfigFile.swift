// SPDX-License-Identifier: MIT

/// An OCI configuration file (`~/.oci/config`), read as the official Python SDK reads it.
///
/// Grammar of Python's configparser without interpolation (contract §3.2), with one difference: a line that would
/// continue the value above it is an error, since nobody means that. Errors never quote values.
package struct ConfigFile: Sendable {
    package static let defaultProfile = "DEFAULT"

    /// Where it was read from.
    package let path: String
    /// Names in the order of the file, `DEFAULT` first if it is there.
    package var profileNames: [String] {
        (isDefaultGiven ? [Self.defaultProfile] : []) + sections.map(\.name)
    }

    private let defaults: Entries
    private let isDefaultGiven: Bool
    private let sections: [(name: String, entries: Entries)]

    /// Throws all that is wrong with the text at once.
    package init(_ bytes: [UInt8], path: String) throws(ConfigFileError) {
        var parser = Parser(path: path)
        for line in String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        {
            parser.read(line)
        }
        guard parser.problems.isEmpty else { throw ConfigFileError(path: path, problems: parser.problems) }
        self.path = path
        defaults = parser.defaults ?? Entries()
        isDefaultGiven = parser.defaults != nil
        sections = parser.sections
    }

    /// The profile with what it inherits from `DEFAULT`, key by key.
    ///
    /// Names are case-sensitive. `DEFAULT` itself is always there, if only empty.
    package func profile(_ name: String) throws(ConfigFileError) -> Profile {
        guard name != Self.defaultProfile else { return Profile(name: name, path: path, entries: defaults) }
        guard let section = sections.first(where: { $0.name == name }) else {
            let known = profileNames.map { "[\($0)]" }.joined(separator: ", ")
            throw ConfigFileError(
                path: path,
                problems: [.init(line: nil, text: "no profile [\(name)]: it has \(known.isEmpty ? "none" : known)")])
        }
        return Profile(name: name, path: path, entries: section.entries.inheriting(defaults))
    }

    /// Keys and values of one section; both spellings of the passphrase are one key.
    struct Entries: Sendable {
        var values: [String: String] = [:]
        var passphrase: Secret?
        /// `key_content` stands here, which a file may not have.
        var hasKeyContent = false

        func inheriting(_ defaults: Entries) -> Entries {
            Entries(
                values: defaults.values.merging(values) { _, own in own },
                passphrase: passphrase ?? defaults.passphrase,
                hasKeyContent: hasKeyContent || defaults.hasKeyContent)
        }
    }
}

/// What is wrong with a configuration file, all at once. Never holds a value of the file.
package struct ConfigFileError: Error, Sendable, Hashable {
    package let path: String
    package let problems: [Problem]

    package struct Problem: Sendable, Hashable {
        /// From 1; nil where it is not about one line.
        package let line: Int?
        package let text: String
    }
}

extension ConfigFileError: CustomStringConvertible {
    package var description: String {
        let list = problems.map { problem in problem.line.map { "line \($0): \(problem.text)" } ?? problem.text }
        return "\(path): " + list.joined(separator: "; ")
    }
}

extension ConfigFile {
    /// Goes through the lines, keeping what it found and what was wrong.
    fileprivate struct Parser {
        let path: String
        var defaults: Entries?
        var sections: [(name: String, entries: Entries)] = []
        var problems: [ConfigFileError.Problem] = []
        private var line = 0
        private var isInside = false
        private var current = Current()
        private var seen: [String: Set<String>] = [:]

        /// The section being read, and the key whose value a deeper indented line would continue.
        private struct Current {
            var section = ""
            var key: String?
            var keyLine = 0
            var indent = 0
        }

        init(path: String) { self.path = path }

        mutating func read(_ text: Substring) {
            line += 1
            let text = line == 1 && text.unicodeScalars.first == "\u{FEFF}" ? text.dropFirst() : text
            let content = trimmed(text)
            guard let first = content.first, first != "#", first != ";" else { return }
            let indent = text.prefix { $0.isWhitespace }.count
            if let key = current.key, indent > current.indent {
                refuse(
                    "begins with blanks and so continues the value of '\(key)' in line \(current.keyLine); remove them")
            } else if first == "[", let end = content.lastIndex(of: "]"), content.index(after: content.startIndex) < end
            {
                open(String(content[content.index(after: content.startIndex)..<end]))
            } else {
                option(content, indent)
            }
        }

        private mutating func open(_ name: String) {
            isInside = true
            current = Current(section: name)
            guard name != ConfigFile.defaultProfile else {
                defaults = defaults ?? Entries()
                return
            }
            guard !sections.contains(where: { $0.name == name }) else {
                return refuse("profile [\(name)] stands twice")
            }
            sections.append((name, Entries()))
        }

        private mutating func option(_ content: Substring, _ indent: Int) {
            guard isInside else { return refuse("stands before the first [profile]") }
            guard let delimiter = content.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
                return refuse("is neither [profile] nor 'key = value'")
            }
            let key = trimmed(content[..<delimiter]).lowercased()
            guard !key.isEmpty else { return refuse("has no key before its '='") }
            current.key = key
            current.keyLine = line
            current.indent = indent
            let name = key == "passphrase" ? "pass_phrase" : key
            guard seen[current.section, default: []].insert(name).inserted else {
                return refuse("'\(key)' stands twice in [\(current.section)]")
            }
            store(name, String(trimmed(content[content.index(after: delimiter)...])))
        }

        private mutating func store(_ key: String, _ value: String) {
            func put(into entries: inout Entries) {
                switch key {
                case "pass_phrase": entries.passphrase = Secret(value)
                case "key_content": entries.hasKeyContent = true
                default: entries.values[key] = value
                }
            }
            if current.section == ConfigFile.defaultProfile {
                var entries = defaults ?? Entries()
                put(into: &entries)
                defaults = entries
            } else if let index = sections.firstIndex(where: { $0.name == current.section }) {
                put(into: &sections[index].entries)
            }
        }

        private mutating func refuse(_ text: String) { problems.append(.init(line: line, text: text)) }

        private func trimmed(_ text: Substring) -> Substring {
            var text = text.drop { $0.isWhitespace }
            while text.last?.isWhitespace == true { text.removeLast() }
            return text
        }
    }
}
