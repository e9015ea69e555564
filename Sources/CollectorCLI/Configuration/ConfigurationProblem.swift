// SPDX-License-Identifier: MIT

import YAML

/// Where a value was written.
enum ValueOrigin: Sendable, Hashable {
    case standard
    /// As typed: `--feed-url` or `--set`.
    case flag(String)
    case environment(String)
    case file(path: String, YAMLMark?)
}

extension ValueOrigin: CustomStringConvertible {
    var description: String {
        switch self {
        case .standard: "default"
        case .flag(let name): "flag \(name)"
        case .environment(let name): "environment \(name)"
        case .file(let path, let mark): mark.map { "\(path):\($0)" } ?? path
        }
    }

    /// Errors are listed by it: flags, environment, the file from top to bottom, then what is missing.
    fileprivate var rank: (Int, Int, Int) {
        switch self {
        case .flag: (0, 0, 0)
        case .environment: (1, 0, 0)
        case .file(_, let mark): (2, mark?.line ?? .max, mark?.column ?? 0)
        case .standard: (3, 0, 0)
        }
    }
}

/// One thing that is wrong with the configuration.
struct ConfigurationProblem: Sendable, Hashable {
    let origin: ValueOrigin
    /// nil where no single key is concerned, as in a file that is no YAML.
    var key: String?
    /// As written; nil where there is none or where it must not be shown.
    var value: String?
    /// What is wrong or must hold, and what to do; a sentence that may follow the value.
    let rule: String
    /// nil outside of files, and where the line may hold a secret.
    var excerpt: SourceExcerpt?

    /// `config.yaml:4:12: archive.backend: "ocl" must be one of: directory, oci`
    var summary: String {
        let place = origin == .standard ? nil : origin.description
        let sentence = value.map { "\(Self.quoted($0)) \(rule)" } ?? rule
        return [place, key, sentence].compactMap(\.self).joined(separator: ": ")
    }

    /// In quotes, at most 80 characters, control characters made visible.
    private static func quoted(_ value: String) -> String {
        let head = value.unicodeScalars.prefix(80).map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return "\"" + head.joined() + (value.unicodeScalars.count > 80 ? "…" : "") + "\""
    }
}

/// Everything that is wrong with the configuration, at once; `description` is made for a terminal.
struct ConfigurationError: Error, Sendable {
    /// Not empty; in the order of `ValueOrigin`.
    let problems: [ConfigurationProblem]
    /// Where a record of it belongs; nil where that is not known either.
    let statePath: String?

    init(_ problems: [ConfigurationProblem], statePath: String? = nil) {
        self.statePath = statePath
        let placed = problems.enumerated().sorted { a, b in
            let (left, right) = (a.element.origin.rank, b.element.origin.rank)
            return left == right ? a.offset < b.offset : left < right
        }
        self.problems = placed.map(\.element)
    }
}

extension ConfigurationError: CustomStringConvertible {
    var description: String { text(width: 80) }

    /// One paragraph a problem with the line and a caret where there is one, then what to do; no line feed at the end.
    func text(width: Int) -> String {
        var lines: [String] = []
        for problem in problems {
            lines += wrapped(problem.summary, width: width, indent: 4)
            lines += problem.excerpt?.lines(width: width) ?? []
        }
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        let advice =
            "\(count) in the configuration. `polisen-collector config init -` prints every key and its default."
        return (lines + wrapped(advice, width: width, indent: 0)).joined(separator: "\n")
    }
}
