// SPDX-License-Identifier: MIT

import Alarms
import JSON

extension AlarmExport {
    /// A file of Terraform's language: the variables, then a resource `oci_monitoring_alarm` for each alarm.
    ///
    /// - Parameter defaults: values of placeholders that are no secret of a place, as defaults of variables.
    static func terraform(
        _ templates: [AlarmTemplate], defaults: [AlarmTemplate.Placeholder: String], command: String
    ) -> String {
        var lines = [
            "# Written by `\(command)`: change the alarms' files and write it again.",
            "# What Terraform makes is tagged managed-by = \"terraform\"; `alarms apply` leaves it alone.", "",
            "terraform {", "  required_providers {", "    oci = {", "      source = \"oracle/oci\"", "    }", "  }",
            "}",
        ]
        for placeholder in placeholders(templates) {
            lines += ["", "variable \"\(placeholder.rawValue)\" {", "  type        = string"]
            lines.append("  description = \(quoted(meaning(placeholder)))")
            if let value = defaults[placeholder] { lines.append("  default     = \(quoted(value))") }
            lines.append("}")
        }
        var names: Set<String> = []
        for template in templates {
            lines += [""] + resource(template, name: unique(identifier(template.key), &names))
        }
        return lines.joined(separator: "\n")
    }

    private static func resource(_ template: AlarmTemplate, name: String) -> [String] {
        let json = tagged(
            template.json,
            [
                (AlarmOwnership.Tag.manager, "terraform"), (AlarmOwnership.Tag.key, template.key),
            ])
        let members = (json.object ?? []).filter { !$0.value.isNull }
        let arguments = members.filter { !blocks.contains($0.name) }
        var lines = ["resource \"oci_monitoring_alarm\" \"\(name)\" {"]
        lines += aligned(arguments, indent: "  ")
        if let suppression = members.first(where: { $0.name == "suppression" })?.value {
            lines += block("suppression", suppression)
        }
        for rule in json["overrides"]?.array ?? [] { lines += block("overrides", rule) }
        return lines + ["}"]
    }

    /// Members that Terraform writes as blocks.
    private static let blocks: Set<String> = ["suppression", "overrides"]

    private static func block(_ name: String, _ value: JSONValue) -> [String] {
        let members = (value.object ?? []).filter { !$0.value.isNull }
        return ["", "  \(name) {"] + aligned(members, indent: "    ") + ["  }"]
    }

    /// Arguments as `terraform fmt` has them: equals signs below each other in each run of lines.
    private static func aligned(_ members: [JSONMember], indent: String) -> [String] {
        let entries = members.map { member in
            let value = member.name == "definedTags" ? flat(member.value) : member.value
            return (name: snakeCase(member.name), value: expression(value, indent: indent))
        }
        return aligned(entries, indent: indent)
    }

    private static func aligned(_ entries: [(name: String, value: [String])], indent: String) -> [String] {
        var lines: [String] = []
        var rest = entries[...]
        while let first = rest.first {
            guard first.value.count == 1 else {
                lines += [indent + first.name + " = " + first.value[0]] + first.value.dropFirst()
                rest = rest.dropFirst()
                continue
            }
            let run = rest.prefix { $0.value.count == 1 }
            let width = run.map(\.name.count).max() ?? 0
            lines += run.map { indent + $0.name.padding(width) + " = " + $0.value[0] }
            rest = rest.dropFirst(run.count)
        }
        return lines
    }

    /// `{"Operations": {"CostCenter": "42"}}` as `{"Operations.CostCenter": "42"}`.
    private static func flat(_ tags: JSONValue) -> JSONValue {
        .object(
            (tags.object ?? []).flatMap { namespace in
                (namespace.value.object ?? []).map { JSONMember("\(namespace.name).\($0.name)", $0.value) }
            })
    }

    /// The value in the language, on lines whose first has no indentation yet.
    private static func expression(_ value: JSONValue, indent: String) -> [String] {
        switch value {
        case .null: ["null"]
        case .bool(let truth): [truth ? "true" : "false"]
        case .number(let token): [token]
        case .string(let text): [string(text)]
        case .array(let elements):
            [
                "[" + elements.map { expression($0, indent: indent).joined(separator: "\n") }.joined(separator: ", ")
                    + "]"
            ]
        case .object(let members):
            ["{"]
                + aligned(
                    members.map { (quoted($0.name), expression($0.value, indent: indent + "  ")) },
                    indent: indent + "  ")
                + [indent + "}"]
        }
    }

    /// A text: a variable where it is nothing but a placeholder, else a template.
    static func string(_ text: String) -> String {
        let pieces = pieces(text)
        if pieces.count == 1, case .placeholder(let only) = pieces[0] { return "var.\(only.rawValue)" }
        var out = ""
        for piece in pieces {
            switch piece {
            case .text(let text): out += escaped(text)
            case .placeholder(let placeholder):
                // `$${` would be an escape.
                if out.hasSuffix("$") { out = out.dropLast() + "${\"$\"}" }
                out += "${var.\(placeholder.rawValue)}"
            }
        }
        return "\"" + out + "\""
    }

    private static func quoted(_ text: String) -> String { "\"" + escaped(text) + "\"" }

    /// Source: "Strings and Templates" of the Terraform language: backslash escapes, `$${` and `%%{`.
    static func escaped(_ text: String) -> String {
        var out = ""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "$" where next(scalars, index) == "{": out += "$$"
            case "%" where next(scalars, index) == "{": out += "%%"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: out += "\\u" + hexadecimal(scalar.value)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func next(_ scalars: [Unicode.Scalar], _ index: Int) -> Unicode.Scalar? {
        index + 1 < scalars.count ? scalars[index + 1] : nil
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// `metricCompartmentId` → `metric_compartment_id`.
    static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { out, character in
            if character.isUppercase { out += "_" }
            out += character.lowercased()
        }
    }

    /// A name of the language: letters, digits and underscores, not beginning with a digit.
    private static func identifier(_ key: String) -> String {
        let name = String(key.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return name.first.map { $0.isNumber } ?? true ? "_" + name : name
    }

    private static func unique(_ name: String, _ taken: inout Set<String>) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }
}
