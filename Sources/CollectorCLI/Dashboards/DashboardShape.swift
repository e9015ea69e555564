// SPDX-License-Identifier: MIT

import JSON

/// What the tools that show dashboards take for granted of a file: without it they refuse the file, or draw panels over
/// each other.
enum DashboardShape {
    struct Fault: Sendable, Hashable {
        let message: String
        let panel: String?
        /// A text that stands where the fault is.
        let near: String?
    }

    /// A place on the grid.
    private struct Place {
        let (x, y, width, height): (Int, Int, Int, Int)

        init?(x: Int?, y: Int?, width: Int?, height: Int?) {
            guard let x, let y, let width, let height, x >= 0, y >= 0, width > 0, height > 0 else { return nil }
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }

        func covers(_ other: Place) -> Bool {
            x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
        }
    }

    /// Panels outside of the grid, and those that lie over an earlier one.
    private static func places(_ places: [(name: String, place: Place?)], columns: Int) -> [Fault] {
        var found: [Fault] = []
        for (index, (name, place)) in places.enumerated() {
            guard let place, place.x + place.width <= columns else {
                found.append(Fault(message: "its place is not within \(columns) columns", panel: name, near: name))
                continue
            }
            for other in places[..<index] where other.place?.covers(place) == true {
                found.append(Fault(message: "it lies over \"\(other.name)\"", panel: name, near: name))
            }
        }
        return found
    }

    private static func missing(_ keys: [String], in value: JSONValue, of name: String?) -> [Fault] {
        keys.filter { value[$0] == nil }.map { Fault(message: "\"\($0)\" is missing", panel: name, near: name) }
    }

    // Grafana: the dashboard JSON model.

    static func grafana(_ root: JSONValue, plugin: String) -> [Fault] {
        let panels = root["panels"]?.array ?? []
        var found = missing(["uid", "title", "schemaVersion", "panels", "templating", "time"], in: root, of: nil)
        if (root["uid"]?.string?.utf8.count ?? 0) > 40 {
            found.append(Fault(message: "uid is longer than the 40 characters Grafana takes", panel: nil, near: "uid"))
        }
        var ids: Set<Int> = []
        for panel in panels {
            let name = panel["title"]?.string ?? ""
            if panel["id"]?.int.map({ ids.insert($0).inserted }) != true {
                found.append(Fault(message: "its id is missing or another panel's", panel: name, near: name))
            }
            if panel["type"]?.string != "row" { found += chart(panel, name, plugin) }
        }
        let grid = panels.map { panel in
            let place = panel["gridPos"]
            return (
                panel["title"]?.string ?? "",
                Place(
                    x: place?["x"]?.int, y: place?["y"]?.int, width: place?["w"]?.int, height: place?["h"]?.int)
            )
        }
        return found + places(grid, columns: 24) + variables(root, plugin)
    }

    private static func chart(_ panel: JSONValue, _ name: String, _ plugin: String) -> [Fault] {
        var found = missing(["type", "datasource", "fieldConfig", "gridPos", "targets"], in: panel, of: name)
        let targets = panel["targets"]?.array ?? []
        if targets.isEmpty { found.append(Fault(message: "it asks nothing", panel: name, near: name)) }
        let letters = targets.map { $0["refId"]?.string ?? "" }
        if Set(letters).count < letters.count || letters.contains("") {
            found.append(Fault(message: "its refIds are not one for each target", panel: name, near: name))
        }
        found += ([panel] + targets).flatMap { source($0["datasource"], name, plugin) }
        return found
    }

    /// A data source by its own id would be that of one Grafana.
    private static func source(_ source: JSONValue?, _ name: String, _ plugin: String) -> [Fault] {
        if source?["uid"]?.string == "${datasource}", source?["type"]?.string == plugin { return [] }
        return [Fault(message: "its data source is not ${datasource} of type \(plugin)", panel: name, near: name)]
    }

    /// Variables that are used and not declared: Grafana would send their names.
    private static func variables(_ root: JSONValue, _ plugin: String) -> [Fault] {
        let variables = root["templating"]?["list"]?.array ?? []
        let declared = Set(variables.compactMap { $0["name"]?.string })
        let asked = variables.filter { $0["type"] == "query" }
        return asked.flatMap { source($0["datasource"], $0["name"]?.string ?? "", plugin) }
            + Set(root.strings.flatMap(\.variables)).subtracting(declared).sorted().map {
                Fault(message: "there is no variable \"\($0)\"", panel: nil, near: nil)
            }
    }

    // OCI Console: ManagementDashboardImportDetails, whose required properties the API's reference tells.

    private static let dashboardKeys = [
        "dashboardId", "providerId", "providerName", "providerVersion", "tiles", "displayName", "description",
        "compartmentId", "isOobDashboard", "isShowInHome", "metadataVersion", "isShowDescription", "screenImage", "nls",
        "uiConfig", "dataConfig", "type", "isFavorite", "savedSearches",
    ]
    private static let tileKeys = [
        "displayName", "savedSearchId", "row", "column", "height", "width", "nls", "uiConfig", "dataConfig", "state",
        "drilldownConfig",
    ]
    /// What is put in before the file is imported.
    static let consolePlaceholders: Set = ["compartment_id", "namespace", "job", "runbook_base_url"]

    static func console(_ root: JSONValue) -> [Fault] {
        let dashboards = root["dashboards"]?.array ?? []
        var found = missing(["dashboards"], in: root, of: nil)
        var ids: Set<String> = []
        for dashboard in dashboards {
            let name = dashboard["displayName"]?.string
            found += missing(dashboardKeys, in: dashboard, of: name)
            if dashboard["dashboardId"]?.string.map({ ids.insert($0).inserted }) != true {
                found.append(Fault(message: "its dashboardId is missing or another's", panel: name, near: name))
            }
            let tiles = dashboard["tiles"]?.array ?? []
            for tile in tiles {
                found += missing(tileKeys, in: tile, of: tile["displayName"]?.string)
                guard tile["dataConfig"]?.array?.isEmpty != false else { continue }
                let name = tile["displayName"]?.string
                found.append(Fault(message: "it asks nothing", panel: name, near: name))
            }
            let grid = tiles.map { tile in
                (
                    tile["displayName"]?.string ?? "",
                    Place(
                        x: tile["column"]?.int, y: tile["row"]?.int, width: tile["width"]?.int,
                        height: tile["height"]?.int)
                )
            }
            found += places(grid, columns: 12)
        }
        let unknown = Set(root.strings.flatMap(\.variables)).subtracting(consolePlaceholders).sorted()
        return found + unknown.map { Fault(message: "nothing is put in for ${\($0)}", panel: nil, near: nil) }
    }
}

extension JSONValue {
    /// All texts within, names of members left aside.
    fileprivate var strings: [String] {
        if let string { return [string] }
        return (array ?? object?.map(\.value) ?? []).flatMap(\.strings)
    }
}

extension String {
    /// Names behind a dollar sign, in braces or without: `$job`, `${job}`; `$(…)` is the Console's own.
    fileprivate var variables: [String] {
        split(separator: "$", omittingEmptySubsequences: false).dropFirst().compactMap { piece in
            let rest = piece.first == "{" ? piece.dropFirst() : piece
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return name.isEmpty ? nil : String(name)
        }
    }
}
