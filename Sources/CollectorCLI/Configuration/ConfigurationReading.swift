// SPDX-License-Identifier: MIT

import YAML

/// A flag that sets a key.
struct ConfigurationFlag: Sendable, Hashable {
    /// Path of the key, not yet known to exist.
    let key: String
    let text: String
    /// As typed: `--feed-url` or `--set`.
    let name: String
}

/// The effective value of a key and where it comes from.
struct Setting: Sendable {
    let key: KeyDeclaration
    /// In the one spelling that equal values share; `•••` for a secret; nil where the key is not set.
    let text: String?
    let origin: ValueOrigin
}

/// Looks each key up in flags, environment, file and default, in that order, and collects what is wrong.
struct ConfigurationReading {
    private let flags: [String: [ConfigurationFlag]]
    private let environment: [String: String]
    private let file: FileValues
    private let filePath: String
    private(set) var settings: [Setting] = []
    private(set) var problems: [ConfigurationProblem]
    private var unreadable: Set<String> = []

    init(flags: [ConfigurationFlag], environment: [String: String], file: ConfigurationFile?) {
        self.flags = Dictionary(grouping: flags, by: \.key)
        self.environment = environment
        self.file = FileValues(file)
        filePath = file?.path ?? ""
        problems = self.file.problems
        settings.reserveCapacity(Keys.all.count)
        for flag in flags where !Keys.all.contains(where: { $0.path == flag.key }) {
            let hint = suggestion(for: flag.key, among: Keys.all.map(\.path)).map { "; did you mean \($0)?" } ?? ""
            problems.append(
                ConfigurationProblem(origin: .flag(flag.name), key: flag.key, rule: "is not a known key\(hint)"))
        }
    }

    /// The value of `key`; its default where something is wrong with what was written, which is then a problem.
    ///
    /// What a stronger source overrides is checked all the same, so that no source holds a mistake unnoticed; only a
    /// predecessor's variable that is not used is left alone.
    mutating func value<Value>(_ key: Key<Value>) -> Value {
        var effective: (value: Value, origin: ValueOrigin)?
        for written in sources(of: key.declaration) {
            do throws(Unacceptable) {
                let value = try key.syntax.parse(written.text)
                if effective == nil { effective = (value, written.origin) }
            } catch {
                refuse(written, for: key.declaration, because: error)
            }
        }
        let value = effective?.value ?? key.defaultValue
        let text = key.syntax.format(value).map { key.declaration.isSecret ? "•••" : $0 }
        settings.append(Setting(key: key.declaration, text: text, origin: effective?.origin ?? .standard))
        return value
    }

    /// Whether the file could be read, and every value written for `key` too.
    func isSound<Value>(_ key: Key<Value>) -> Bool { file.isReadable && !unreadable.contains(key.declaration.path) }

    /// Adds a problem between keys; nothing where one of them could not be read anyway.
    mutating func require(_ holds: Bool, _ key: KeyDeclaration, also others: [KeyDeclaration] = [], _ rule: String) {
        let isKnown = file.isReadable && ([key] + others).allSatisfy { !unreadable.contains($0.path) }
        guard !holds, isKnown, let setting = settings.first(where: { $0.key.path == key.path }) else { return }
        let value = key.isSecret || setting.origin == .standard ? nil : setting.text
        problems.append(
            ConfigurationProblem(
                origin: setting.origin, key: key.path, value: value, rule: rule, excerpt: excerpt(of: setting)))
    }

    /// Adds a problem with a variable that is no key.
    mutating func refuse(variable: String, value: String, _ rule: String) {
        problems.append(ConfigurationProblem(origin: .environment(variable), value: value, rule: rule))
    }

    private func excerpt(of setting: Setting) -> SourceExcerpt? {
        guard case .file(_, let mark?) = setting.origin, !setting.key.isSecret else { return nil }
        return file.excerpt(at: mark)
    }

    /// What is written for `key`, strongest first.
    private mutating func sources(of key: KeyDeclaration) -> [(text: String, origin: ValueOrigin)] {
        var found = (flags[key.path] ?? []).map { (text: $0.text, origin: ValueOrigin.flag($0.name)) }
        if found.count > 1 {
            let rule = "is given \(found.count) times; keep one"
            problems.append(ConfigurationProblem(origin: found[1].origin, key: key.path, rule: rule))
        }
        if let text = variable(key.variable) { found.append((text, .environment(key.variable))) }
        if found.isEmpty, let name = key.predecessor, let text = variable(name) {
            found.append((text, .environment(name)))
        }
        if let written = file.values[key.path] {
            found.append((written.text, .file(path: filePath, written.mark)))
        }
        return found
    }

    /// An empty variable counts as not set: unit and compose files cannot unset one otherwise.
    private func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func refuse(
        _ written: (text: String, origin: ValueOrigin), for key: KeyDeclaration, because reason: Unacceptable
    ) {
        unreadable.insert(key.path)
        let isHidden = key.isSecret || reason.hidesValue
        var excerpt: SourceExcerpt?
        if case .file(_, let mark?) = written.origin, !isHidden { excerpt = file.excerpt(at: mark) }
        problems.append(
            ConfigurationProblem(
                origin: written.origin, key: key.path, value: isHidden ? nil : written.text, rule: reason.rule,
                excerpt: excerpt))
    }
}
