// SPDX-License-Identifier: MIT

/// What is known about one configuration key apart from the type of its value.
struct KeyDeclaration: Sendable {
    /// `archive.backend`
    let path: String
    /// One sentence without a full stop.
    let help: String
    let placeholder: String
    let expectation: String
    let isList: Bool
    /// In the syntax's own spelling; nil: unset unless somebody sets it.
    let defaultText: String?
    /// Variable of the program this one replaces; the new name beats it.
    let predecessor: String?
    /// The value is never shown, hashed or quoted in errors.
    let isSecret: Bool
    /// Listed in every command's `--help`.
    let isCommon: Bool

    /// `POLISEN_ARCHIVE_BACKEND`
    var variable: String { "POLISEN_" + path.uppercased().map { $0 == "." ? "_" : String($0) }.joined() }
    /// `archive-backend`, without the hyphens in front.
    var flagName: String { path.map { $0 == "." || $0 == "_" ? "-" : String($0) }.joined() }
    /// `archive.` and `backend`; the first is empty for a key at the top.
    var sectionAndName: (section: String, name: String) {
        let parts = path.split(separator: ".")
        return (parts.dropLast().joined(separator: "."), parts.last.map(String.init) ?? path)
    }
}

/// A configuration key whose value is a `Value`.
struct Key<Value: Sendable>: Sendable {
    let declaration: KeyDeclaration
    let syntax: Syntax<Value>
    let defaultValue: Value

    init(
        _ path: String, _ syntax: Syntax<Value>, default value: Value, predecessor: String? = nil,
        isSecret: Bool = false, isCommon: Bool = false, _ help: String
    ) {
        declaration = KeyDeclaration(
            path: path, help: help, placeholder: syntax.placeholder, expectation: syntax.expectation,
            isList: syntax.isList, defaultText: syntax.format(value), predecessor: predecessor, isSecret: isSecret,
            isCommon: isCommon)
        self.syntax = syntax
        defaultValue = value
    }
}

extension Key {
    /// A key that is unset unless somebody sets it.
    init<Wrapped>(
        _ path: String, optional syntax: Syntax<Wrapped>, predecessor: String? = nil, isSecret: Bool = false,
        isCommon: Bool = false, _ help: String
    ) where Value == Wrapped? {
        self.init(
            path, syntax.optional, default: nil, predecessor: predecessor, isSecret: isSecret, isCommon: isCommon, help)
    }
}
