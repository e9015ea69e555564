// SPDX-License-Identifier: MIT

import Files
import JSON
import YAML

/// A file for a tool that shows dashboards, read back as that tool would read it.
///
/// Nothing here comes from the declaration: a file edited by hand is held against the catalogue like a generated one.
struct DashboardFile {
    /// A query in the file, with `${job}` where the tool puts the job.
    struct Asked: Sendable, Hashable {
        enum Language: Sendable, Hashable { case mql, promql }

        let panel: String
        let language: Language
        let text: String
        /// As it stands in the file.
        let written: String
        /// Dimensions its label speaks of.
        let names: [String]
    }

    let export: DashboardExport
    let path: String
    let root: JSONValue
    private let lines: [Substring]

    /// Throws where the text is no JSON.
    init(_ export: DashboardExport, path: String, text: String) throws(DashboardError) {
        self.export = export
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        do throws(JSONError) {
            root = try JSONValue.parse(text)
        } catch {
            let line = text.utf8.prefix(error.offset).count { $0 == 0x0A } + 1
            throw DashboardError(problems: [
                DashboardProblem(
                    path: path, mark: YAMLMark(line: line, column: 1), panel: nil, message: "no JSON: \(error)")
            ])
        }
    }

    /// The files in a directory that are there.
    static func all(in directory: String) throws -> [DashboardFile] {
        try DashboardExport.allCases.compactMap { export in
            let path = FileSystem.join(directory, export.fileName)
            guard let bytes = try FileSystem.read(path, limitBytes: 8 << 20) else { return nil }
            return try DashboardFile(export, path: path, text: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Everything that is wrong, by the tool's rules and by the catalogue.
    func problems() -> [DashboardProblem] {
        let rules = DashboardQueryRules()
        let asked = queries
        var found = shape.map { problem($0.message, of: $0.panel, near: $0.near) }
        if asked.isEmpty { found.append(problem("there is no query in it", of: nil, near: nil)) }
        for query in asked {
            let messages =
                query.language == .mql
                ? rules.mql(query.text, names: query.names)
                : rules.promql(query.text, names: query.names, mql: nil)
            found += messages.map { problem($0, of: query.panel, near: query.written) }
        }
        return found
    }

    private func problem(_ message: String, of panel: String?, near text: String?) -> DashboardProblem {
        let mark = text.flatMap(line).map { YAMLMark(line: $0, column: 1) }
        return DashboardProblem(path: path, mark: mark, panel: panel, message: message)
    }

    /// The first line that holds this text as JSON writes it; nil where a program wrote it otherwise.
    private func line(of text: String) -> Int? {
        let written = JSONValue.string(text).text
        return lines.firstIndex { $0.contains(written) }.map { $0 + 1 }
    }

    var queries: [Asked] {
        switch export {
        case .console: consoleQueries
        case .grafanaOCI, .grafanaPrometheus: grafanaQueries
        }
    }

    private var shape: [DashboardShape.Fault] {
        switch export {
        case .console: DashboardShape.console(root)
        case .grafanaOCI: DashboardShape.grafana(root, plugin: "oci-metrics-datasource")
        case .grafanaPrometheus: DashboardShape.grafana(root, plugin: "prometheus")
        }
    }

    private var consoleQueries: [Asked] {
        (root["dashboards"]?.array ?? []).flatMap { $0["tiles"]?.array ?? [] }.flatMap { tile -> [Asked] in
            let series = tile["uiConfig"]?["chartInfo"]?["series"]?.string ?? ""
            let names = series.hasPrefix("dimensions.") ? [String(series.dropFirst(11))] : []
            return (tile["dataConfig"]?.array ?? []).map { source in
                let text = source["parameters"]?["mql"]?.string ?? ""
                return Asked(
                    panel: tile["displayName"]?.string ?? "", language: .mql, text: text, written: text, names: names)
            }
        }
    }

    private var grafanaQueries: [Asked] {
        (root["panels"]?.array ?? []).flatMap { panel -> [Asked] in
            (panel["targets"]?.array ?? []).map { target in
                let isOCI = export == .grafanaOCI
                let written = target[isOCI ? "queryText" : "expr"]?.string ?? ""
                let text =
                    isOCI
                    ? written.replacing("\"$job\"", with: "\"${job}\"")
                    : written.replacing("$job_label=\"$job\"", with: "job=\"${job}\"")
                return Asked(
                    panel: panel["title"]?.string ?? "", language: isOCI ? .mql : .promql, text: text,
                    written: written, names: (target["legendFormat"]?.string ?? "").placeholders)
            }
        }
    }
}
