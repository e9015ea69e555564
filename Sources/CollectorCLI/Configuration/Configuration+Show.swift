// SPDX-License-Identifier: MIT

import JSON
import YAML

extension Configuration {
    /// Every key, its value and at the right where that comes from, for people; no line feed at the end.
    ///
    /// A value is never broken over lines, so that it can be copied; where it leaves no room within `width` columns,
    /// its origin stands on the next line.
    func table(width: Int) -> String {
        let keyWidth = settings.map(\.key.path.count).max() ?? 0
        var lines = ["# file: \(file ?? "none")"]
        for setting in settings {
            let blanks = String(repeating: " ", count: keyWidth + 2 - setting.key.path.count)
            let line = setting.key.path + blanks + (setting.text ?? "-")
            let origin = setting.shownOrigin
            let room = width - line.count - origin.count
            let below = max(0, width - origin.count)
            lines.append(room < 2 ? line : line + String(repeating: " ", count: room) + origin)
            if room < 2 { lines.append(String(repeating: " ", count: below) + origin) }
        }
        return lines.joined(separator: "\n")
    }

    /// The same for programs: `{"file", "settings": [{"key", "value", "origin", …}], "warnings"}`.
    ///
    /// A value is text as a flag would take it, a list an array of such texts, an unset key null, a secret `•••`.
    var json: JSONValue {
        [
            "file": .optional(file), "settings": .array(settings.map(\.json)),
            "warnings": .array(warnings.map(JSONValue.string)),
        ]
    }
}

extension Setting {
    fileprivate var shownOrigin: String {
        switch origin {
        case .standard: text == nil ? "not set" : "default"
        case .flag(let name): name
        case .environment(let name): "$\(name)"
        case .file(_, let mark): mark.map { "file, line \($0.line)" } ?? "file"
        }
    }

    fileprivate var json: JSONValue {
        let value: JSONValue =
            key.isList
            ? .array((text ?? "").split(separator: ",").map { .string(String($0)) }) : .optional(text)
        let members = [JSONMember("key", .string(key.path)), JSONMember("value", value)]
        return .object(members + origin.json)
    }
}

extension ValueOrigin {
    /// `origin` and, as far as it has them, `name`, `line` and `column`.
    var json: [JSONMember] {
        switch self {
        case .standard: [JSONMember("origin", "default")]
        case .flag(let name): [JSONMember("origin", "flag"), JSONMember("name", .string(name))]
        case .environment(let name): [JSONMember("origin", "environment"), JSONMember("name", .string(name))]
        case .file(let path, let mark):
            [JSONMember("origin", "file"), JSONMember("name", .string(path))]
                + (mark.map { [JSONMember("line", .int($0.line)), JSONMember("column", .int($0.column))] } ?? [])
        }
    }
}

extension ConfigurationError {
    /// `{"valid": false, "problems": [{"key", "value", "rule", "origin", …}]}`
    var json: JSONValue {
        let list = problems.map { problem in
            let members = [
                JSONMember("key", .optional(problem.key)), JSONMember("value", .optional(problem.value)),
                JSONMember("rule", .string(problem.rule)),
            ]
            return JSONValue.object(members + problem.origin.json)
        }
        return ["valid": false, "problems": .array(list)]
    }
}
