// SPDX-License-Identifier: MIT

import Alarms
import YAML

/// Reads `panels.yaml`; everything that is wrong is told at once.
struct DashboardReader {
    private let path: String
    private let source: [UInt8]
    private var problems: [DashboardProblem] = []
    private var panel: String?
    private var names: Set<String> = []

    private init(path: String, source: [UInt8]) {
        self.path = path
        self.source = source
    }

    /// The dashboards of a file. Throws with all problems.
    static func read(_ source: [UInt8], path: String) throws(DashboardError) -> DashboardSet {
        var reader = DashboardReader(path: path, source: source)
        let dashboards = reader.dashboards()
        guard reader.problems.isEmpty else { throw DashboardError(problems: reader.problems) }
        return DashboardSet(path: path, source: source, dashboards: dashboards)
    }

    private mutating func dashboards() -> [Dashboard] {
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLParser().parse(source)
        } catch {
            problems.append(DashboardProblem(path: path, mark: error.mark, panel: nil, message: error.message))
            return []
        }
        guard let root else {
            problems.append(DashboardProblem(path: path, mark: nil, panel: nil, message: "the file is empty"))
            return []
        }
        let entries = entries(root, of: "the file", ["schema", "dashboards"], required: ["schema", "dashboards"])
        if let schema = entries["schema"], schema.scalar?.text != "1" {
            fail("schema must be 1; a newer program reads others", schema)
        }
        return elements(entries["dashboards"], of: "dashboards").compactMap { self.dashboard($0) }
    }

    private mutating func dashboard(_ node: YAMLNode) -> Dashboard? {
        let keys = ["name", "title", "title_sv", "reader", "reader_sv", "span", "rows"]
        let entries = entries(node, of: "a dashboard", keys, required: keys)
        let name = self.name(entries["name"])
        let title = texts(entries, "title")
        let reader = texts(entries, "reader")
        let span = length(entries["span"], of: "span")
        let rows = elements(entries["rows"], of: "rows").compactMap { self.row($0) }
        guard let name, let title, let reader, let span else { return nil }
        return Dashboard(name: name, title: title, reader: reader, span: span, rows: rows)
    }

    private mutating func row(_ node: YAMLNode) -> DashboardRow? {
        let keys = ["title", "title_sv", "panels"]
        let entries = entries(node, of: "a row", keys, required: keys)
        let title = texts(entries, "title")
        let panels = elements(entries["panels"], of: "panels").compactMap { self.panel($0) }
        return title.map { DashboardRow(title: $0, panels: panels) }
    }

    private mutating func panel(_ node: YAMLNode) -> DashboardPanel? {
        panel = node["name"]?.scalar?.text
        defer { panel = nil }
        let required = ["name", "title", "title_sv", "tells", "tells_sv", "unit", "form", "queries"]
        let entries = entries(
            node, of: "a panel", required + ["alarms", "slo", "runbook", "limit"], required: required)
        let name = self.name(entries["name"])
        let title = texts(entries, "title")
        let tells = texts(entries, "tells")
        let alarms = elements(entries["alarms"], of: "alarms").compactMap { named($0, of: "an alarm") }
        let slo = entries["slo"].flatMap { named($0, of: "slo") }
        let runbook = entries["runbook"].flatMap { named($0, of: "runbook") }
        let unit = word(entries["unit"], of: "unit", DashboardUnit.self)
        let form = word(entries["form"], of: "form", DashboardForm.self)
        let limit = entries["limit"].flatMap { self.limit($0) }
        let queries = elements(entries["queries"], of: "queries").compactMap { self.query($0) }
        if entries["queries"]?.sequence?.isEmpty == true { fail("a panel needs at least one query", node) }
        guard let name, let title, let tells, let unit, let form else { return nil }
        return DashboardPanel(
            name: name, title: title, tells: tells, alarms: alarms, slo: slo, runbook: runbook, unit: unit, form: form,
            limit: limit, queries: queries, mark: node.mark)
    }

    private mutating func query(_ node: YAMLNode) -> DashboardQuery? {
        let required = ["label", "mql", "promql"]
        let entries = entries(node, of: "a query", required + ["label_sv"], required: required)
        let label = text(entries["label"], of: "label")
        let swedish = entries["label_sv"].flatMap { text($0, of: "label_sv") }
        let mql = text(entries["mql"], of: "mql")
        let promql = text(entries["promql"], of: "promql")
        guard let label, let mql, let promql, let mqlNode = entries["mql"], let promqlNode = entries["promql"] else {
            return nil
        }
        return DashboardQuery(
            label: DashboardText(english: label, swedish: swedish ?? label), mql: mql, promql: promql,
            mqlMark: mqlNode.mark, promqlMark: promqlNode.mark)
    }

    /// `above 3630`
    private mutating func limit(_ node: YAMLNode) -> DashboardLimit? {
        guard let text = text(node, of: "limit") else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 2, let side = DashboardLimit.Side(rawValue: String(words[0])),
            let value = Double(words[1]), value.isFinite
        else {
            fail("limit is `above` or `below` and a number, such as `above 3600`, not \"\(text)\"", node)
            return nil
        }
        return DashboardLimit(side: side, value: value)
    }

    /// Small letters, digits and hyphens; each once.
    private mutating func name(_ node: YAMLNode?) -> String? {
        guard let node, let name = text(node, of: "name") else { return nil }
        guard name.utf8.allSatisfy({ $0 == 0x2D || 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }), !name.isEmpty else {
            fail("name holds small letters, digits and hyphens only, not \"\(name)\"", node)
            return nil
        }
        if !names.insert(name).inserted { fail("there is another \"\(name)\"", node) }
        return name
    }
}

extension DashboardReader {
    private mutating func fail(_ message: String, _ node: YAMLNode) {
        problems.append(DashboardProblem(path: path, mark: node.mark, panel: panel, message: message))
    }

    private mutating func entries(
        _ node: YAMLNode, of what: String, _ known: [String], required: [String]
    ) -> [String: YAMLNode] {
        guard let mapping = node.mapping else {
            fail("\(what) must be a mapping with the keys \(known.joined(separator: ", "))", node)
            return [:]
        }
        var found: [String: YAMLNode] = [:]
        for entry in mapping {
            if known.contains(entry.key) {
                found[entry.key] = entry.value
            } else {
                let hint = nearest(to: entry.key, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
                problems.append(
                    DashboardProblem(
                        path: path, mark: entry.keyMark, panel: panel,
                        message: "\(what) has no key \"\(entry.key)\"\(hint)"))
            }
        }
        for key in required where found[key] == nil { fail("\(what) needs the key \"\(key)\"", node) }
        return found
    }

    private mutating func elements(_ node: YAMLNode?, of what: String) -> [YAMLNode] {
        guard let node else { return [] }
        if let elements = node.sequence { return elements }
        fail("\(what) must be a list", node)
        return []
    }

    private mutating func text(_ node: YAMLNode?, of what: String) -> String? {
        guard let node else { return nil }
        if let scalar = node.scalar, !scalar.isNull { return scalar.text }
        fail("\(what) must be a text", node)
        return nil
    }

    private mutating func named(_ node: YAMLNode, of what: String) -> DashboardName? {
        text(node, of: what).map { DashboardName(text: $0, mark: node.mark) }
    }

    private mutating func texts(_ entries: [String: YAMLNode], _ key: String) -> DashboardText? {
        let english = text(entries[key], of: key)
        let swedish = text(entries["\(key)_sv"], of: "\(key)_sv")
        guard let english, let swedish else { return nil }
        return DashboardText(english: english, swedish: swedish)
    }

    private mutating func length(_ node: YAMLNode?, of what: String) -> Int64? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let length = TestTime.length(text), length > 0 { return length }
        fail("\(what) must be a length such as 24h or 28d, not \"\(text)\"", node)
        return nil
    }

    private mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ node: YAMLNode?, of what: String, _ type: Word.Type
    ) -> Word? {
        guard let node, let text = text(node, of: what) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue)
        let hint = nearest(to: text, among: known).map { "; did you mean \($0)?" } ?? ""
        fail("\(what) must be one of \(known.joined(separator: ", ")), not \"\(text)\"\(hint)", node)
        return nil
    }
}
