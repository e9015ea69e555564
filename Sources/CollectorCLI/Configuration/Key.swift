// SPDX-License-Identifier: MIT

/// What is known about one configuration key apart from the type of its value.
struct KeyDeclaration: Sendable {
    /// `archive.backend`
    let path: String
    /// One sentence without a full stop.
    let help: String
    let placeholder: String
    let expectation: String
    /// `directory, oci`; nil where anything of some form may be written.
    let choices: String?
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
    let variable: String
    /// `archive-backend`, without the hyphens in front.
    let flagName: String
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
            path: path, help: help, placeholder: syntax.placeholder ?? Self.lastPart(of: path),
            expectation: syntax.expectation, choices: syntax.choices,
            isList: syntax.isList, defaultText: syntax.format(value), predecessor: predecessor, isSecret: isSecret,
            isCommon: isCommon, variable: "POLISEN_" + path.replacing(".", by: "_").uppercased(),
            flagName: path.replacing(".", by: "-").replacing("_", by: "-"))
        self.syntax = syntax
        defaultValue = value
    }

    private static func lastPart(of path: String) -> String { path.split(separator: ".").last.map(String.init) ?? path }
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

extension String {
    /// With one ASCII character in place of another: a byte at a time, for start-up's sake.
    func replacing(_ old: Unicode.Scalar, by new: Unicode.Scalar) -> String {
        String(decoding: utf8.map { $0 == UInt8(ascii: old) ? UInt8(ascii: new) : $0 }, as: UTF8.self)
    }
}
