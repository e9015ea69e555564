// SPDX-License-Identifier: MIT

import Files
import JSON

/// A file for a tool that shows dashboards, made from the declaration.
enum DashboardExport: String, Sendable, CaseIterable {
    case console = "oci-console.json"
    case grafanaOCI = "grafana-oci.json"
    case grafanaPrometheus = "grafana-prometheus.json"

    var fileName: String { rawValue }

    /// What people call it.
    var title: String {
        switch self {
        case .console: "OCI Console"
        case .grafanaOCI: "Grafana with the OCI metrics data source"
        case .grafanaPrometheus: "Grafana with Prometheus"
        }
    }

    /// The file's text: the same declaration gives the same bytes.
    func text(of set: DashboardSet) -> String {
        let json: JSONValue =
            switch self {
            case .console: ConsoleDashboards.json(of: set)
            case .grafanaOCI: GrafanaDashboard(source: .oci).json(of: set)
            case .grafanaPrometheus: GrafanaDashboard(source: .prometheus).json(of: set)
            }
        return json.indented + "\n"
    }

    /// Whether the file in `directory` is what the declaration gives; nil where there is none.
    func isCurrent(in directory: String, _ set: DashboardSet) throws(FileError) -> Bool? {
        let bytes = try FileSystem.read(FileSystem.join(directory, fileName), limitBytes: 8 << 20)
        return bytes.map { $0 == Array(text(of: set).utf8) }
    }

    /// Puts the file into `directory`; false where it was current.
    func write(to directory: String, _ set: DashboardSet) throws(FileError) -> Bool {
        if try isCurrent(in: directory, set) == true { return false }
        try FileSystem.replace(FileSystem.join(directory, fileName), Array(text(of: set).utf8), mode: 0o644)
        return true
    }
}

extension DashboardPanel {
    /// What people read beside the chart, and where to go from there; Markdown.
    func explanation(runbookBase: String) -> String {
        var lines = [tells.english]
        if !alarms.isEmpty {
            lines.append("\(alarms.count == 1 ? "Alarm" : "Alarms"): \(alarms.map(\.text).joined(separator: ", ")).")
        }
        if let slo { lines.append("Objective: \(slo.text).") }
        if let runbook { lines.append("[Runbook: \(runbook.text)](\(runbookBase)/\(runbook.text).md)") }
        return lines.joined(separator: "\n\n")
    }
}
