// SPDX-License-Identifier: MIT

import Files

/// Where a host keeps what must survive between runs, below `state.path`.
package struct StatePaths: Sendable, Hashable {
    package let root: String

    package init(_ root: String) { self.root = root }

    /// Held by the run in progress.
    package var lock: String { FileSystem.join(root, "lock") }
    /// Names the run in progress; one that stays behind tells of a run that died.
    package var running: String { FileSystem.join(root, "running.json") }
    /// The same for runs beside the one that holds the lock: a marker and a lock each.
    package var parallel: String { FileSystem.join(root, "parallel") }
    /// Planned work that is announced or under way (`OpenMaintenance`).
    package var maintenance: String { FileSystem.join(root, "maintenance.json") }
    /// The calls made to the source.
    package var calls: String { FileSystem.join(root, "feed-calls") }
    package var validators: String { FileSystem.join(root, "feed-validators.json") }
    /// What is known of the archive (`ArchiveCache`).
    package var cache: String { FileSystem.join(root, "cache") }
    /// Run records whose copy could not be put into the archive yet.
    package var outbox: String { FileSystem.join(root, "outbox") }
    /// Metrics that wait for OCI Monitoring.
    package var spool: String { FileSystem.join(root, "spool") }
    /// The freshness checker's, so that neither program waits for the other.
    package var checkerSpool: String { FileSystem.join(root, "spool-freshness") }
    /// The metrics of the last run, for node_exporter, where nothing else is configured.
    package var textfile: String { FileSystem.join(root, "metrics/polisen.prom") }
    /// Bodies that could not be put into the archive.
    package var rejects: String { FileSystem.join(root, "rejects") }
}
