// SPDX-License-Identifier: MIT

import Collector
import Files

/// Where the record of a job that `exec` runs is kept.
enum JobPlace {
    /// The state of `job`: below the configuration's `state.path` for root, for the user who owns that directory and
    /// where somebody has set it for this start, else below the user's own state directory.
    static func state(_ job: String, _ configuration: Configuration, environment: [String: String]) -> StatePaths {
        let origin = configuration.settings.first { $0.key.path == Keys.statePath.declaration.path }?.origin
        let isOurs =
            switch origin {
            case .flag, .environment: true
            case .file: HostFacts.effectiveUserID == 0 || HostFacts.owns(configuration.statePath)
            case .standard, nil: HostFacts.effectiveUserID == 0
            }
        let root = isOurs ? configuration.statePath : userState(environment)
        return StatePaths(FileSystem.join(FileSystem.join(root, "jobs"), job))
    }

    /// The names of the jobs that have left something below `root`, a `state.path`.
    static func jobs(below root: String) -> [String] {
        // A directory that cannot be listed holds no job that could be told of.
        (try? FileSystem.list(FileSystem.join(root, "jobs"))) ?? []
    }

    /// Where points of a job wait: where the user's other programs look, too, so that whichever runs next sends them.
    /// Root leaves another user's directory alone: that user could not write what root has made.
    static func spool(of job: StatePaths) -> String {
        let root = FileSystem.parent(of: FileSystem.parent(of: job.root))
        return HostFacts.owns(root) ? StatePaths(root).spool : job.spool
    }

    /// One for each job, beside the collector's.
    static func textfile(of job: String, _ state: StatePaths, _ configuration: Configuration) -> String {
        guard let path = configuration.metrics.textfilePath else { return state.textfile }
        return FileSystem.join(FileSystem.parent(of: path), "polisen-job-\(job).prom")
    }

    /// `$XDG_STATE_HOME/polisen-collector`; a relative value is ignored, as the XDG specification wants.
    private static func userState(_ environment: [String: String]) -> String {
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let parent = state ?? home.map { $0 + "/.local/state" } ?? "/var/tmp/polisen-\(HostFacts.effectiveUserID)"
        return FileSystem.join(parent, Product.name)
    }
}
