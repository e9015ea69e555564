// SPDX-License-Identifier: MIT

import ArgumentParser
import Files

/// Where alarm definitions lie, for every command that reads them.
struct AlarmPlaceOptions: ParsableArguments {
    @Option(
        name: .customLong("alarms"),
        help: ArgumentHelp(
            "Directory of alarm definitions (default: alarms.path, else ./alarms if it is there, else "
                + "/usr/share/polisen-collector/alarms)", valueName: "dir"))
    var alarms: String?
}

/// The directories of alarms and runbooks: one rule for all commands.
enum AlarmPlaces {
    /// Where packages and `make install` put alarms, in the order in which they are looked for.
    static let installedAlarms = ["/usr/share/polisen-collector/alarms", "/usr/local/share/polisen-collector/alarms"]

    /// The same for runbooks.
    static let installedRunbooks = [
        "/usr/share/doc/polisen-collector/runbooks", "/usr/local/share/doc/polisen-collector/runbooks",
    ]

    /// The directory of alarms: `chosen` (a flag or `alarms.path`), else the first that is there. One that does not exist
    /// is returned all the same, so that the error names it.
    static func alarms(_ chosen: String?, exists: (String) -> Bool = FileSystem.exists) -> String {
        if let chosen { return chosen }
        return first(["alarms"] + installedAlarms, exists)
    }

    /// The directory of runbooks: `chosen`, else the one beside the alarms that a flag or key names, else the first that is
    /// there.
    static func runbooks(
        _ chosen: String?, besides alarms: String?, exists: (String) -> Bool = FileSystem.exists
    ) -> String {
        if let chosen { return chosen }
        let beside =
            alarms.map { parent(of: $0) }.map { [$0 == "." ? "runbooks" : FileSystem.join($0, "runbooks")] } ?? []
        return first(beside + ["runbooks"] + installedRunbooks, exists)
    }

    /// The directory that holds `directory`, whether or not a slash stands at its end.
    private static func parent(of directory: String) -> String {
        var path = directory
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return FileSystem.parent(of: path)
    }

    private static func first(_ candidates: [String], _ exists: (String) -> Bool) -> String {
        candidates.first(where: exists) ?? candidates[0]
    }
}
