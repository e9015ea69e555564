// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Transport

extension OCIClient.Answer {
    /// The body as JSON; `unreadableBody` where it is none.
    func json() throws(OCIError) -> JSONValue {
        do {
            return try JSONValue.parse(reply.body)
        } catch {
            throw unreadable(error.description)
        }
    }

    /// The body as a JSON array.
    func array() throws(OCIError) -> [JSONValue] {
        guard let elements = try json().array else { throw unreadable("a JSON array was expected") }
        return elements
    }

    /// The elements of a list that is the body itself, or its member `name`.
    func elements(_ name: String?) throws(OCIError) -> [JSONValue] {
        guard let name else { return try array() }
        return try json().list(name)
    }

    func unreadable(_ problem: String) -> OCIError {
        .unreadableBody(operation: title, problem: problem, requestID: requestID)
    }

    /// A text member the caller cannot do without.
    func text(_ name: String, of object: JSONValue) throws(OCIError) -> String {
        guard let text = object[name]?.string else { throw unreadable("'\(name)' is missing or no text") }
        return text
    }
}

extension JSONValue {
    /// A member that is text and not empty; null, other types and a missing member are nil.
    func text(_ name: String) -> String? { self[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }

    /// A member that is an RFC 3339 instant.
    func date(_ name: String) -> Date? { self[name]?.string.flatMap(RFC3339.date) }

    /// A member that is an array; absent and null are empty.
    func list(_ name: String) -> [JSONValue] { self[name]?.array ?? [] }

    /// A member that is an object of texts; what is no text is left out.
    func textMap(_ name: String) -> [String: String] {
        var map: [String: String] = [:]
        for member in self[name]?.object ?? [] { map[member.name] = member.value.string }
        return map
    }

    /// An object of the members that have a value.
    static func present(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }

    /// An object of texts, names in order.
    static func texts(_ map: [String: String]) -> JSONValue {
        .object(map.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })
    }
}
