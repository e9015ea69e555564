// SPDX-License-Identifier: MIT

package import JSON

/// Checks values against a JSON Schema (2020-12), as far as the project's own schemas use it.
///
/// A keyword it does not know is reported as a problem: no schema may promise what is not checked.
package struct JSONSchema: Sendable {
    private let root: JSONValue

    package init(_ text: String) throws { root = try JSONValue.parse(text) }

    /// What is wrong with the value, one sentence a finding.
    package func problems(_ value: JSONValue) -> [String] { problems(value, root, at: "$") }

    /// The schema itself, for tests of what it lists.
    package subscript(name: String) -> JSONValue? { root[name] }

    private static let annotations: Set = ["$schema", "$id", "$defs", "title", "description"]

    private func problems(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        (schema.object ?? []).flatMap { member -> [String] in
            let rule = member.value
            switch member.name {
            case "$ref": return problems(value, resolved(rule.string ?? ""), at: path)
            case "type":
                let types = (rule.array ?? [rule]).compactMap(\.string)
                return types.contains { Self.isType(value, $0) } ? [] : ["\(path) is none of \(types)"]
            case "enum": return rule.array?.contains(value) == true ? [] : ["\(path) is \(value.text), not of the list"]
            case "pattern": return matches(value, rule.string ?? "") ? [] : ["\(path) does not match its pattern"]
            case "maxLength":
                let length = value.string?.unicodeScalars.count ?? 0
                return length <= rule.int ?? 0 ? [] : ["\(path) has \(length) characters"]
            case "required":
                guard value.object != nil else { return [] }
                return (rule.array ?? []).compactMap(\.string).filter { value[$0] == nil }.map { "\(path) lacks \($0)" }
            case "dependentRequired":
                return (rule.object ?? []).filter { value[$0.name] != nil }.flatMap { dependent in
                    (dependent.value.array ?? []).compactMap(\.string).filter { value[$0] == nil }.map {
                        "\(path) has \(dependent.name) but not \($0)"
                    }
                }
            case "additionalProperties": return members(value, schema, others: rule, at: path)
            case "properties":
                return schema["additionalProperties"] == nil ? members(value, schema, others: [:], at: path) : []
            case "items":
                return (value.array ?? []).enumerated().flatMap {
                    problems($0.element, rule, at: "\(path)[\($0.offset)]")
                }
            case let name: return Self.annotations.contains(name) ? [] : ["\(path): keyword \(name) is not checked"]
            }
        }
    }

    private func members(_ value: JSONValue, _ schema: JSONValue, others: JSONValue, at path: String) -> [String] {
        (value.object ?? []).flatMap { member in
            problems(member.value, schema["properties"]?[member.name] ?? others, at: "\(path).\(member.name)")
        }
    }

    private func resolved(_ reference: String) -> JSONValue {
        root["$defs"]?[reference.split(separator: "/").last.map(String.init) ?? ""] ?? ["no such": "definition"]
    }

    private func matches(_ value: JSONValue, _ pattern: String) -> Bool {
        guard let text = value.string else { return true }
        // Losing the error is right: a pattern that is none matches nothing, and the test that uses it fails.
        guard let regex = try? Regex(pattern) else { return false }
        return text.firstMatch(of: regex) != nil
    }

    private static func isType(_ value: JSONValue, _ name: String) -> Bool {
        switch name {
        case "string": value.string != nil
        case "integer": value.int != nil
        case "number": value.int != nil || value.double != nil
        case "boolean": value.bool != nil
        case "array": value.array != nil
        case "object": value.object != nil
        case "null": value.isNull
        default: false
        }
    }
}
