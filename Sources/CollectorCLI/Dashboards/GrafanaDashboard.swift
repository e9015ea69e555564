// SPDX-License-Identifier: MIT

import JSON

/// One Grafana dashboard with a row of panels for each part of each dashboard of ours.
///
/// Forms: the dashboard JSON model of Grafana 10.4 (schemaVersion 39, grafana.com/docs, "Dashboard JSON model"); queries of the
/// plugin oci-metrics-datasource 5 as its `types.ts` declares them (oracle/oci-grafana-metrics, `OCIQuery`), in raw mode.
struct GrafanaDashboard {
    enum Source { case oci, prometheus }

    let source: Source

    /// Columns of Grafana's grid.
    private static let columns = 24
    private static let width = 12
    private static let height = 8

    func json(of set: DashboardSet) -> JSONValue {
        let isOCI = source == .oci
        return [
            "uid": .string(isOCI ? "polisen-collector-oci" : "polisen-collector-prometheus"),
            "title": .string("Polisen Collector (\(isOCI ? "OCI Monitoring" : "Prometheus"))"),
            "description":
                "Written by `polisen-collector dashboards generate` from dashboards/panels.yaml: change that.",
            "tags": ["polisen-collector"], "schemaVersion": 39, "version": 1, "editable": true, "graphTooltip": 1,
            "refresh": "1m", "timezone": "Europe/Stockholm", "weekStart": "monday",
            "time": ["from": "now-24h", "to": "now"],
            "templating": ["list": .array(variables)], "annotations": ["list": []], "links": [],
            "panels": .array(panels(of: set)),
        ]
    }

    private func panels(of set: DashboardSet) -> [JSONValue] {
        var panels: [JSONValue] = []
        var y = 0
        for dashboard in set.dashboards {
            for row in dashboard.rows {
                panels.append(heading("\(dashboard.title.english)  \(row.title.english)", id: panels.count + 1, y: y))
                y += 1
                for (index, panel) in row.panels.enumerated() {
                    let perRow = Self.columns / Self.width
                    let (x, line) = (index % perRow * Self.width, index / perRow)
                    panels.append(
                        self.panel(panel, id: panels.count + 1, x: x, y: y + line * Self.height, span: dashboard.span))
                }
                y += (row.panels.count * Self.width + Self.columns - 1) / Self.columns * Self.height
            }
        }
        return panels
    }

    private func heading(_ title: String, id: Int, y: Int) -> JSONValue {
        [
            "id": .int(id), "type": "row", "title": .string(title), "collapsed": false, "panels": [],
            "gridPos": ["h": 1, "w": .int(Self.columns), "x": 0, "y": .int(y)],
        ]
    }

    private func panel(_ panel: DashboardPanel, id: Int, x: Int, y: Int, span: Int64) -> JSONValue {
        let targets = panel.queries.enumerated().map { index, query in target(query, index) }
        var members = [
            JSONMember("id", .int(id)), JSONMember("type", "timeseries"),
            JSONMember("title", .string(panel.title.english)),
            JSONMember("description", .string(panel.explanation(runbookBase: "${runbook_base_url}"))),
            JSONMember("datasource", datasource),
            JSONMember(
                "gridPos", ["h": .int(Self.height), "w": .int(Self.width), "x": .int(x), "y": .int(y)]),
            JSONMember("fieldConfig", fieldConfig(panel)),
            JSONMember(
                "options",
                [
                    "legend": ["displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []],
                    "tooltip": ["mode": "multi", "sort": "none"],
                ]),
            JSONMember("targets", .array(targets)),
        ]
        // The first dashboard shows what the time picker says; reviews look back further than a day.
        if span > 86_400_000 { members.append(JSONMember("timeFrom", .string("\(span / 86_400_000)d"))) }
        return .object(members)
    }

    private var datasource: JSONValue {
        ["type": source == .oci ? "oci-metrics-datasource" : "prometheus", "uid": "${datasource}"]
    }

    private func target(_ query: DashboardQuery, _ index: Int) -> JSONValue {
        let refID = JSONValue.string(String(UnicodeScalar(UInt8(65 + index % 26))))
        switch source {
        case .oci:
            return [
                "refId": refID, "datasource": datasource, "hide": false, "rawQuery": true,
                "queryText": .string(query.mql.replacing("${job}", with: "$job")), "tenancy": "DEFAULT/",
                "tenancyName": "DEFAULT/", "region": "$region", "compartment": "$compartment",
                "compartmentName": "$compartment", "namespace": "$namespace", "resourcegroup": "",
                "metric": .string(String(query.mql.prefix { $0 != "[" })), "interval": .string(query.interval),
                "statistic": .string(query.statistic), "legendFormat": .string(query.label.english),
                "dimensionValues": [], "tagsValues": [],
            ]
        case .prometheus:
            return [
                "refId": refID, "datasource": datasource, "hide": false, "editorMode": "code", "range": true,
                "expr": .string(query.promql.replacing("job=\"${job}\"", with: "$job_label=\"$job\"")),
                "legendFormat": .string(query.label.english),
            ]
        }
    }

    private func fieldConfig(_ panel: DashboardPanel) -> JSONValue {
        let isLine = panel.form == .lines
        let custom: JSONValue = [
            "drawStyle": isLine ? "line" : "bars", "lineInterpolation": isLine ? "stepAfter" : "linear", "lineWidth": 1,
            "fillOpacity": .int(isLine ? 0 : 70), "showPoints": "auto", "spanNulls": false,
            "stacking": ["group": "A", "mode": panel.form == .stacked ? "normal" : "none"],
            "thresholdsStyle": ["mode": panel.limit == nil ? "off" : "dashed"],
        ]
        var defaults = [
            JSONMember("unit", .string(panel.unit.grafana)), JSONMember("color", ["mode": "palette-classic"]),
            JSONMember("custom", custom),
            JSONMember("thresholds", ["mode": "absolute", "steps": steps(panel.limit)]),
        ]
        if panel.unit != .rate, panel.name != "budget-remaining" { defaults.insert(JSONMember("min", 0), at: 1) }
        if panel.unit == .truth, panel.form != .stacked { defaults.insert(JSONMember("max", 1), at: 2) }
        return ["defaults": .object(defaults), "overrides": []]
    }

    private func steps(_ limit: DashboardLimit?) -> JSONValue {
        guard let limit else { return [["color": "green", "value": .null]] }
        let (below, above): (JSONValue, JSONValue) = limit.side == .above ? ("green", "red") : ("red", "green")
        return [["color": below, "value": .null], ["color": above, "value": .double(limit.value)]]
    }
}

extension GrafanaDashboard {
    private var variables: [JSONValue] {
        let type = source == .oci ? "oci-metrics-datasource" : "prometheus"
        let first: JSONValue = [
            "name": "datasource", "label": "Data source", "type": "datasource", "query": .string(type), "refresh": 1,
            "hide": 0, "includeAll": false, "multi": false, "options": [], "current": [:],
        ]
        let base = constant("runbook_base_url", label: "Where runbooks are", value: "https://example.org/runbooks")
        switch source {
        case .oci:
            return [
                first, query("region", label: "Region", "regions()"),
                query("compartment", label: "Compartment", "compartments()"),
                text("namespace", label: "Namespace", value: "polisen_collector"),
                text("job", label: "Job", value: "polisen"), base,
            ]
        case .prometheus:
            return [
                first, choice("job_label", label: "Label of the job", ["exported_job", "job"]),
                query("job", label: "Job", "label_values(run_success, $job_label)"), base,
            ]
        }
    }

    private func query(_ name: String, label: String, _ text: String) -> JSONValue {
        [
            "name": .string(name), "label": .string(label), "type": "query", "datasource": datasource,
            "definition": .string(text), "query": .string(text), "refresh": 1, "regex": "", "sort": 1, "hide": 0,
            "includeAll": false, "multi": false, "options": [], "current": [:],
        ]
    }

    private func text(_ name: String, label: String, value: String) -> JSONValue {
        [
            "name": .string(name), "label": .string(label), "type": "textbox", "query": .string(value), "hide": 0,
            "current": ["text": .string(value), "value": .string(value)],
            "options": [["selected": true, "text": .string(value), "value": .string(value)]],
        ]
    }

    /// Not shown: it is changed in the dashboard's settings.
    private func constant(_ name: String, label: String, value: String) -> JSONValue {
        [
            "name": .string(name), "label": .string(label), "type": "constant", "query": .string(value), "hide": 2,
            "current": ["text": .string(value), "value": .string(value)], "options": [],
        ]
    }

    private func choice(_ name: String, label: String, _ values: [String]) -> JSONValue {
        let options = values.enumerated().map { index, value -> JSONValue in
            ["selected": .bool(index == 0), "text": .string(value), "value": .string(value)]
        }
        return [
            "name": .string(name), "label": .string(label), "type": "custom",
            "query": .string(values.joined(separator: ",")), "hide": 0, "includeAll": false, "multi": false,
            "options": .array(options), "current": options[0],
        ]
    }
}

extension DashboardUnit {
    /// As Grafana calls it.
    fileprivate var grafana: String {
        switch self {
        case .seconds: "s"
        case .bytes: "bytes"
        case .days: "d"
        case .ratio: "percentunit"
        case .rate, .count, .truth: "short"
        }
    }
}

extension DashboardQuery {
    /// `[5m]`, as the plugin's builder would have it.
    fileprivate var interval: String {
        let rest = mql.drop { $0 != "[" }
        return rest.prefix { $0 != "]" } + "]"
    }

    /// `max()`, the last function.
    fileprivate var statistic: String { mql.split(separator: ".").last.map(String.init) ?? "" }
}
