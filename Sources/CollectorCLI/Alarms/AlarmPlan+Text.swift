// SPDX-License-Identifier: MIT

import Alarms
import JSON

extension AlarmPlan {
    /// One line an alarm that is not as it should be, at most 80 columns but for OCIDs and names that are longer.
    func text(next: String) -> String {
        var lines = [headline, ""]
        for item in items where item.action != .none || item.note != nil { lines += item.lines }
        if lines.count > 2 { lines.append("") }
        lines.append("next".padding(13) + next)
        return lines.joined(separator: "\n")
    }

    /// Every member that differs, with both values.
    func difference(next: String) -> String {
        var lines = [headline, ""]
        for item in items where item.action != .none {
            lines += item.lines + item.changes.flatMap(\.lines)
            if item.action == .create, let alarm = item.desired {
                lines += (alarm.json.object ?? []).flatMap {
                    AlarmChange(path: $0.name, from: nil, to: $0.value).lines
                }
            }
            lines.append("")
        }
        lines.append("next".padding(13) + next)
        return lines.joined(separator: "\n")
    }

    var headline: String {
        if isInSync { return "in sync: \(items.count) alarm\(items.count == 1 ? " is" : "s are") as the files say" }
        let parts: [(Action, String)] = [
            (.create, "to create"), (.change, "to change"), (.delete, "to delete"), (.keep, "without a file"),
            (.refuse, "refused"), (.none, "in sync"),
        ]
        return "drift: " + parts.compactMap { Words.count(count($0.0), $0.1) }.joined(separator: ", ")
    }

    /// What `--json` shows; `results` says what came of an alarm where something was done.
    func json(_ results: [String: JSONValue] = [:]) -> [JSONMember] {
        [
            JSONMember("compartment", .string(compartment)), JSONMember("in_sync", .bool(isInSync)),
            JSONMember(
                "counts",
                .object(
                    [Action.create, .change, .delete, .keep, .refuse, .none].map {
                        JSONMember($0.rawValue, .int(count($0)))
                    })),
            JSONMember("alarms", .array(items.map { .object($0.json + (results[$0.identity]?.object ?? [])) })),
        ]
    }
}

extension AlarmPlan.Item {
    /// Tells it from others of the same key.
    var identity: String { "\(key) \(id ?? "")" }

    /// What is to be done, what it is, and what there is to know about it.
    var lines: [String] {
        let head = "\(action.sign) \(action.rawValue.padding(7)) \(key.padding(24)) "
        var first = Words.row(head, what, column: head.count)
        if let note { first += Words.row("", note, column: 4) }
        return first
    }

    private var what: String {
        switch action {
        case .create: desired.map { "\($0.severity.rawValue) \"\($0.displayName)\"" } ?? ""
        case .change: changes.map(\.path).joined(separator: ", ")
        case .delete, .keep, .refuse, .none: "\"\(displayName)\""
        }
    }

    var json: [JSONMember] {
        [
            JSONMember("key", .string(key)), JSONMember("action", .string(action.rawValue)),
            JSONMember("id", .optional(id)), JSONMember("display_name", .string(displayName)),
            JSONMember("note", .optional(note)),
            JSONMember(
                "changes",
                .array(
                    changes.map { ["path": .string($0.path), "from": $0.from ?? .null, "to": $0.to ?? .null] })),
        ]
    }
}

extension AlarmPlan.Action {
    fileprivate var sign: String {
        switch self {
        case .create: "+"
        case .change: "~"
        case .delete: "-"
        case .none: "="
        case .keep: "?"
        case .refuse: "!"
        }
    }
}

extension AlarmChange {
    /// Both values on one line where they fit, else one below the other, lines that are equal left out.
    var lines: [String] {
        let name = "    \(path)"
        if let from, let to {
            let short = "\(name)  \(from.shown) → \(to.shown)"
            if short.count <= Self.width, !short.contains("\n") { return [short] }
        }
        if from == nil, let to, "\(name)  + \(to.shown)".count <= Self.width, !to.shown.contains("\n") {
            return ["\(name)  + \(to.shown)"]
        }
        let (old, new) = (from.map(Self.rows) ?? [], to.map(Self.rows) ?? [])
        let difference = new.difference(from: old)
        let removed = difference.removals.map { change in Self.row("-", change) }
        let inserted = difference.insertions.map { change in Self.row("+", change) }
        return [name] + removed.flatMap(\.self) + inserted.flatMap(\.self)
    }

    private static let width = 80

    private static func rows(_ value: JSONValue) -> [String] {
        let text = value.string ?? value.indented
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func row(_ sign: String, _ change: CollectionDifference<String>.Change) -> [String] {
        let element =
            switch change {
            case .insert(_, let element, _), .remove(_, let element, _): element
            }
        return chopped(element, width: width - 8).enumerated().map { index, line in
            "      " + (index == 0 ? sign : " ") + " " + line
        }
    }

    /// In lines of at most `width`, broken behind a blank where there is one.
    private static func chopped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while rest.count > width {
            let head = rest.prefix(width)
            let end = head.lastIndex(of: " ").map { head.index(after: $0) } ?? head.endIndex
            lines.append(String(rest[..<end]))
            rest = rest[end...]
        }
        return lines + [String(rest)]
    }
}

extension JSONValue {
    /// Texts without quotation marks, all else as JSON.
    fileprivate var shown: String { string ?? text }
}
