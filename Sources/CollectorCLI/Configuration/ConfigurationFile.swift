// SPDX-License-Identifier: MIT

import YAML

/// A configuration file as it was found.
struct ConfigurationFile: Sendable {
    /// A longer file is refused.
    static let limitBytes = 1 << 20

    let path: String
    let contents: Contents
    /// Who asked for this file: a problem with reading it names the flag or variable.
    let requestedBy: ValueOrigin

    enum Contents: Sendable {
        case bytes([UInt8])
        /// It cannot be read; `reason` names the file and says why, for people.
        case unreadable(reason: String)
    }

    init(path: String, contents: Contents, requestedBy: ValueOrigin = .standard) {
        self.path = path
        self.contents = contents
        self.requestedBy = requestedBy
    }
}

/// The values of a file by key path, and what is wrong with its shape.
struct FileValues: Sendable {
    private(set) var values: [String: Written] = [:]
    private(set) var problems: [ConfigurationProblem] = []
    /// False where the file gave no tree at all: nothing can then be said about what is missing from it.
    private(set) var isReadable = true
    private let path: String
    private let source: [UInt8]
    private var unknownKeys = 0

    /// Unknown keys that are told one by one; a file of nothing else is not ours, and each costs a search.
    private static let unknownKeysTold = 20

    /// A value before it is parsed; the elements of a sequence are joined by commas.
    struct Written: Sendable {
        let text: String
        let mark: YAMLMark
    }

    init(_ file: ConfigurationFile?) {
        path = file?.path ?? ""
        guard let file else {
            source = []
            return
        }
        switch file.contents {
        case .bytes(let bytes):
            source = bytes
            read()
        case .unreadable(let reason):
            source = []
            isReadable = false
            problems.append(ConfigurationProblem(origin: file.requestedBy, rule: reason))
        }
    }

    private mutating func read() {
        do throws(YAMLError) {
            guard let root = try YAMLParser(limitBytes: ConfigurationFile.limitBytes).parse(source) else { return }
            if let entries = root.mapping {
                walk(entries, below: "")
                countRest()
            } else if root.scalar?.isNull != true {
                report(root.mark, nil, "must be a mapping: `section:` and below it, indented, `key: value`")
            }
        } catch {
            isReadable = false
            let excerpt = error.mark.flatMap { self.excerpt(at: $0) }
            problems.append(
                ConfigurationProblem(origin: .file(path: path, error.mark), rule: error.message, excerpt: excerpt))
        }
    }

    private mutating func walk(_ entries: [YAMLEntry], below section: String) {
        for entry in entries {
            let key = section.isEmpty ? entry.key : "\(section).\(entry.key)"
            if let declaration = Keys.all.first(where: { $0.path == key }) {
                take(entry.value, for: declaration)
            } else if Keys.all.contains(where: { $0.path.hasPrefix(key + ".") }) {
                enter(entry.value, section: key)
            } else {
                refuse(entry, named: key)
            }
        }
    }

    private mutating func enter(_ node: YAMLNode, section: String) {
        if let entries = node.mapping { return walk(entries, below: section) }
        guard node.scalar?.isNull != true else { return }
        report(node.mark, section, "is a section: write its keys below it, indented, as `key: value`")
    }

    private mutating func take(_ node: YAMLNode, for key: KeyDeclaration) {
        guard node.tag == nil || node.tag == "tag:yaml.org,2002:str" else {
            return report(node.mark, key.path, "must not have a tag; write the value alone", secret: key.isSecret)
        }
        let scalars = node.sequence?.map(\.scalar) ?? [node.scalar]
        guard node.sequence == nil || key.isList, !scalars.contains(nil) else {
            let rule = key.isList ? "must be a list of plain values" : "must be one value, not a list or mapping"
            return report(node.mark, key.path, rule, secret: key.isSecret)
        }
        if node.scalar?.isNull == true { return }
        guard values[key.path] == nil else {
            return report(node.mark, key.path, "is written twice; keep one", secret: key.isSecret)
        }
        values[key.path] = Written(text: scalars.compactMap { $0?.text }.joined(separator: ","), mark: node.mark)
    }

    private mutating func countRest() {
        guard unknownKeys > Self.unknownKeysTold else { return }
        let rule = "\(unknownKeys - Self.unknownKeysTold) more unknown keys; is this the right file?"
        problems.append(ConfigurationProblem(origin: .file(path: path, nil), rule: rule))
    }

    private mutating func refuse(_ entry: YAMLEntry, named key: String) {
        unknownKeys += 1
        guard unknownKeys <= Self.unknownKeysTold else { return }
        let known = Keys.all.flatMap { [$0.path, $0.sectionAndName.section] }.filter { !$0.isEmpty }
        let hint = suggestion(for: key, among: known).map { "; did you mean \($0)?" } ?? ""
        let end = entry.keyMark.column - 1 + entry.key.unicodeScalars.count
        let excerpt = self.excerpt(at: entry.keyMark)?.cut(after: end)
        problems.append(
            ConfigurationProblem(
                origin: .file(path: path, entry.keyMark), key: key, rule: "is not a known key\(hint)", excerpt: excerpt)
        )
    }

    private mutating func report(_ mark: YAMLMark, _ key: String?, _ rule: String, secret: Bool = false) {
        problems.append(
            ConfigurationProblem(
                origin: .file(path: path, mark), key: key, rule: rule, excerpt: secret ? nil : excerpt(at: mark)))
    }

    /// The line at `mark`; nil where it or the line before names a key whose values are secret.
    func excerpt(at mark: YAMLMark) -> SourceExcerpt? {
        let names = Keys.all.filter(\.isSecret).map(\.sectionAndName.name)
        let around = [mark, YAMLMark(line: max(1, mark.line - 1), column: 1)].map { SourceExcerpt(source, at: $0) }
        let isSafe = around.allSatisfy { excerpt in !names.contains { excerpt.line.lowercased().contains($0) } }
        return isSafe && !source.isEmpty ? around[0] : nil
    }
}

/// The known key a person most likely meant: one spelt nearly so, else the only one with the same last part.
func suggestion(for key: String, among known: [String]) -> String? {
    if let near = nearest(to: key, among: known) { return near }
    let last = key.split(separator: ".").last.map(String.init) ?? key
    let alike = Set(known).filter { $0.hasSuffix("." + last) || $0 == last }
    return alike.count == 1 ? alike.first : nil
}
