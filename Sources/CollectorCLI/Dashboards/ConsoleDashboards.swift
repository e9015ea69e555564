// SPDX-License-Identifier: MIT

import JSON

/// What the OCI Console's Dashboards import (Observability & Management), and `oci management-dashboard dashboard import`.
///
/// The envelope is ManagementDashboardImportDetails as documented (docs.oracle.com, Management Dashboard API 20200901). What
/// a tile of metrics holds is not documented: it is written as Oracle exports such tiles, as seen 2026-11 in
/// oracle-quickstart/oci-o11y-solutions ("Oracle Integration: Key Metrics"). The other service of the Console, Dashboard
/// Service with CreateV1DashboardDetails, leaves the form of its widgets to "the runtime behavior" of the Console.
enum ConsoleDashboards {
    static func json(of set: DashboardSet) -> JSONValue {
        ["dashboards": .array(set.dashboards.map(dashboard))]
    }

    /// The tile that shows a query of Monitoring.
    private static let metricTile = "OOBSS-management-dashboard-123"
    /// The selector of a compartment above the tiles.
    private static let compartmentFilter = "OOBSS-management-dashboard-compartment-filter"
    private static let columns = 12
    private static let tileWidth = 6
    private static let tileHeight = 3

    private static func dashboard(_ dashboard: Dashboard) -> JSONValue {
        let tiles = dashboard.panels.enumerated().map { index, panel in tile(panel, index) }
        return [
            "dashboardId": .string("polisen-collector-\(dashboard.name)"), "providerId": "log-analytics",
            "providerName": "Logging Analytics", "providerVersion": "3.0.0", "tiles": .array(tiles),
            "displayName": .string("Polisen Collector (${job}): \(dashboard.title.english)"),
            "description": .string(dashboard.reader.english), "compartmentId": "${compartment_id}",
            "isOobDashboard": false, "isShowInHome": false, "metadataVersion": "2.0", "isShowDescription": true,
            "screenImage": " ", "nls": [:],
            "uiConfig": ["isFilteringEnabled": true, "isTimeRangeEnabled": true, "isRefreshEnabled": true],
            "dataConfig": [], "type": "normal", "isFavorite": false, "savedSearches": [],
            "parametersConfig": [
                [
                    "savedSearchId": .string(compartmentFilter), "displayName": "Compartment of the metrics",
                    "state": "DEFAULT", "name": "metric-compartment", "localStorageKey": "metric-compartment",
                    "parametersMap": ["isStoreInLocalStorage": true],
                ],
                ["name": "time", "displayName": "$(bundle.globalSavedSearch.TIME)", "src": "$(context.time)"],
            ],
            "featuresConfig": ["crossService": ["shared": false]], "drilldownConfig": [],
            "freeformTags": ["managed-by": "polisen-collector", "job": "${job}"], "definedTags": [:],
        ]
    }

    private static func tile(_ panel: DashboardPanel, _ index: Int) -> JSONValue {
        let perRow = columns / tileWidth
        return [
            "displayName": .string(panel.title.english), "savedSearchId": .string(metricTile),
            "row": .int(index / perRow * tileHeight), "column": .int(index % perRow * tileWidth),
            "height": .int(tileHeight), "width": .int(tileWidth), "nls": [:], "uiConfig": chart(panel),
            "dataConfig": .array(panel.queries.map { source($0) }), "state": "DEFAULT", "drilldownConfig": [],
            "description": .string(panel.explanation(runbookBase: "${runbook_base_url}")),
            "parametersMap": [
                "time": "$(dashboard.params.time)", "compartmentId": "$(dashboard.params.metric-compartment)",
                "regionName": "$(context.regionName)",
            ],
        ]
    }

    private static func chart(_ panel: DashboardPanel) -> JSONValue {
        var jet = [
            JSONMember("type", panel.form == .lines ? "line" : "bar"), JSONMember("timeAxisType", "enabled"),
            JSONMember("xAxis", ["viewportMin": "$(params.time.start)", "viewportMax": "$(params.time.end)"]),
            JSONMember("yAxis", axis(panel)), JSONMember("legend", ["rendered": true, "position": "end"]),
            JSONMember("dataCursor", "on"),
        ]
        if panel.form == .stacked { jet.append(JSONMember("stack", "on")) }
        let series = JSONValue.string(panel.queries.first?.dimension.map { "dimensions.\($0)" } ?? "name")
        return [
            "internalKey": .string(metricTile),
            "defaultDataSource": .string(panel.queries.first.map(sourceName) ?? ""),
            "chartInfo": [
                "colorBy": series, "series": series, "value": "aggregatedDatapoints.value",
                "group": "aggregatedDatapoints.timestamp", "jetConfig": .object(jet),
            ],
        ]
    }

    private static func axis(_ panel: DashboardPanel) -> JSONValue {
        let title = JSONMember("title", .string(panel.unit.rawValue))
        guard let limit = panel.limit else { return .object([title]) }
        let line: JSONValue = ["text": "limit", "type": "line", "value": .double(limit.value)]
        return .object([title, JSONMember("referenceObjects", [line])])
    }

    private static func source(_ query: DashboardQuery) -> JSONValue {
        [
            "name": .string(sourceName(query)), "type": "monitoringDataSource",
            "parameters": [
                "namespace": "${namespace}", "mql": .string(query.mql), "compartmentId": "$(params.compartmentId)",
                "startTime": "$(params.time.start)", "endTime": "$(params.time.end)",
                "regionName": "$(params.regionName)",
            ],
        ]
    }

    /// `${namespace}/run_success`
    private static func sourceName(_ query: DashboardQuery) -> String {
        "${namespace}/" + query.mql.prefix { $0 != "[" }
    }
}

extension DashboardQuery {
    /// The dimension that tells its lines apart; nil where there is one line.
    var dimension: String? { label.english.placeholders.first }
}
