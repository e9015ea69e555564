// SPDX-License-Identifier: MIT

import JSON
import YAML

extension Configuration {
    /// Every key, its value and where that comes from, for people; no line feed at the end.
    ///
    /// A value is never broken over lines, so that it can be copied; where it leaves no room within `width` columns, its
    /// origin stands on a line of its own.
    func table(width: Int) -> String {
        let keyWidth = settings.map(\.key.path.count).max() ?? 0
        let valueWidth = min(settings.map { $0.shown.count }.max() ?? 0, max(8, width - keyWidth - 4 - 7))
        var lines = ["# file: \(file ?? "none")"]
        for setting in settings {
            let key = padded(setting.key.path, to: keyWidth)
            let origin = setting.shownOrigin
            let line = "\(key)  \(padded(setting.shown, to: valueWidth))  \(origin)"
            if line.count <= width || origin.isEmpty {
                lines.append(origin.isEmpty ? "\(key)  \(setting.shown)" : line)
            } else {
                lines.append("\(key)  \(setting.shown)")
                lines.append(String(repeating: " ", count: keyWidth + 2) + "^ \(origin)")
            }
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
    fileprivate var shown: String { text ?? "-" }

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

private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
