// SPDX-License-Identifier: MIT

/// A word of a query's text.
struct Token: Equatable {
    enum Kind: Equatable {
        /// Behind the last byte.
        case end
        /// A number; finite, without sign.
        case number(Double)
        /// Digits that run into letters, or a number no double can hold.
        case malformedNumber
        /// A metric, dimension, function or parameter name, a bare value, or a word such as `in`.
        case name
        /// The content of a quoted string, escapes resolved.
        case string(String)
        case symbol(Symbol)
        /// A character that starts nothing.
        case unknown
    }

    let kind: Kind
    let range: SourceRange

    /// The symbol that this token is.
    var symbol: Symbol? {
        if case .symbol(let symbol) = kind { return symbol }
        return nil
    }
}

/// All signs of the language, and those that people write instead.
enum Symbol: String, CaseIterable {
    case or = "||"
    case and = "&&"
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
    case equal = "=="
    case notEqual = "!="
    case arrow = "=>"
    case like = "=~"
    case notLike = "!~"
    case resourceGroup = "::"
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBracket = "["
    case closeBracket = "]"
    case openBrace = "{"
    case closeBrace = "}"
    case comma = ","
    case dot = "."
    case greater = ">"
    case less = "<"
    case assign = "="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    // Not in the language.
    case sqlNotEqual = "<>"
    case reversedLike = "~="
    case bang = "!"
    case ampersand = "&"
    case bar = "|"
    case semicolon = ";"
    case colon = ":"

    /// Longest first, so that `>=` is not read as `>` and `=`.
    static let bySpelling: [(bytes: [UInt8], symbol: Symbol)] =
        allCases.map { (Array($0.rawValue.utf8), $0) }.sorted { $0.0.count > $1.0.count }
}
