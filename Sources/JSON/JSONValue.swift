// SPDX-License-Identifier: MIT

/// A JSON text as a tree: members in the order written, numbers as the token written.
///
/// Made for small documents (service answers, ledger records, configuration). Nothing is rounded: a number keeps its
/// digits until somebody asks for `int` or `double`.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The token as written, for example `-1.50e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
}

/// One name and its value.
package struct JSONMember: Sendable, Hashable {
    package let name: String
    package let value: JSONValue

    package init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

extension JSONValue {
    /// The member called `name`; nil where this is no object or has none. The last one counts if it stands twice.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, if it is written as an integer that fits.
    package var int: Int? {
        guard case .number(let token) = self else { return nil }
        return Int(token)
    }

    package var double: Double? {
        guard case .number(let token) = self else { return nil }
        return Double(token)
    }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var object: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package var isNull: Bool { self == .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { JSONMember($0.0, $0.1) })
    }

    /// An integer.
    package static func int(_ value: Int) -> JSONValue { .number(String(value)) }

    /// A finite number; null for infinities and NaN, which JSON cannot say.
    package static func double(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .null }
        guard let whole = Int(exactly: value) else { return .number(String(value)) }
        return .number(String(whole))
    }

    /// The text, or null.
    package static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    /// The integer, or null.
    package static func optional(_ value: Int?) -> JSONValue { value.map(JSONValue.int) ?? .null }
}
