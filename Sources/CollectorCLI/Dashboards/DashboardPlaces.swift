// SPDX-License-Identifier: MIT

import ArgumentParser
import Files

/// Where the declaration of the dashboards lies, for every command that reads it.
struct DashboardPlaceOptions: ParsableArguments {
    @Option(
        name: .customLong("dashboards"),
        help: ArgumentHelp(
            "Directory of the dashboards (default: dashboards.path, else ./dashboards if it is there, else "
                + "/usr/share/polisen-collector/dashboards)", valueName: "dir"))
    var dashboards: String?

    /// The dashboards that a command is about. Throws where there are none, or the declaration is wrong.
    func set(_ configuration: Configuration) throws -> DashboardSet {
        let path = FileSystem.join(directory(configuration), DashboardPlaces.declaration)
        guard FileSystem.exists(path) else {
            throw DashboardError(problems: [
                DashboardProblem(
                    path: path, mark: nil, panel: nil,
                    message: "there is no such file; name its directory with --dashboards or dashboards.path")
            ])
        }
        return try DashboardReader.read(try InputFile.bytes(path, limitBytes: 1 << 20), path: path)
    }

    func directory(_ configuration: Configuration) -> String {
        DashboardPlaces.directory(dashboards ?? configuration.dashboardsPath)
    }
}

/// The directory of dashboards: the rule of alarms and runbooks.
enum DashboardPlaces {
    static let declaration = "panels.yaml"

    /// Where packages and `make install` put them, in the order in which they are looked for.
    static let installed = [
        "/usr/share/polisen-collector/dashboards", "/usr/local/share/polisen-collector/dashboards",
    ]

    /// `chosen` (a flag or `dashboards.path`), else the first that is there. One that does not exist is returned all the
    /// same, so that the error names it.
    static func directory(_ chosen: String?, exists: (String) -> Bool = FileSystem.exists) -> String {
        if let chosen { return chosen }
        let candidates = ["dashboards"] + installed
        return candidates.first(where: exists) ?? candidates[0]
    }
}
