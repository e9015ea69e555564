// SPDX-License-Identifier: MIT

import Collector
import Files

/// Where the record of a job that `exec` runs is kept.
enum JobPlace {
    /// The state of `job`: below the configuration's `state.path` for root and where somebody has set that for this
    /// start, else below the user's own state directory.
    static func state(_ job: String, _ configuration: Configuration, environment: [String: String]) -> StatePaths {
        let isSet = configuration.settings.contains { setting in
            guard setting.key.path == Keys.statePath.declaration.path else { return false }
            return switch setting.origin {
            case .flag, .environment: true
            case .file, .standard: false
            }
        }
        let root =
            isSet || HostFacts.effectiveUserID == 0 ? configuration.statePath : userState(environment)
        return StatePaths(FileSystem.join(FileSystem.join(root, "jobs"), job))
    }

    /// `$XDG_STATE_HOME/polisen-collector`; a relative value is ignored, as the XDG specification wants.
    private static func userState(_ environment: [String: String]) -> String {
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let parent = state ?? home.map { $0 + "/.local/state" } ?? "/var/tmp/polisen-\(HostFacts.effectiveUserID)"
        return FileSystem.join(parent, Product.name)
    }
}
