// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// Rows of a report as one tidy table: each row holds one value.
///
/// Source: RFC 4180; CSV injection after OWASP.
struct CSVTable: Sendable {
    /// What stands in the column `value`.
    enum Value: Sendable {
        case text(String), int(Int), double(Double), instant(Date), bool(Bool)
    }

    private(set) var text = "section,name,measure,unit,value,from,to\r\n"

    /// Adds a row without a unit.
    mutating func add(
        _ section: String, _ name: String, _ measure: String, _ value: Value?, from: Date? = nil, to: Date? = nil
    ) {
        add(section, name, measure, "", value, from: from, to: to)
    }

    /// Adds a row; none where there is no value, and an empty cell for an instant that is not known.
    mutating func add(
        _ section: String, _ name: String, _ measure: String, _ unit: String, _ value: Value?, from: Date? = nil,
        to: Date? = nil
    ) {
        guard let value else { return }
        let cells = [
            Self.cell(section), Self.cell(name), Self.cell(measure), Self.cell(unit), Self.cell(value),
            from.map(Timestamp.text) ?? "", to.map(Timestamp.text) ?? "",
        ]
        text += cells.joined(separator: ",") + "\r\n"
    }

    private static func cell(_ value: Value) -> String {
        switch value {
        case .text(let text): cell(text)
        case .int(let value): String(value)
        case .double(let value): value.isFinite ? Int(exactly: value).map { String($0) } ?? String(value) : ""
        case .instant(let date): Timestamp.text(date)
        case .bool(let value): value ? "true" : "false"
        }
    }

    /// Text that a spreadsheet would take for a formula gets an apostrophe in front.
    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return safe }
        var quoted = "\"".unicodeScalars
        for scalar in safe.unicodeScalars { quoted += scalar == "\"" ? [scalar, scalar] : [scalar] }
        return String(quoted) + "\""
    }
}
