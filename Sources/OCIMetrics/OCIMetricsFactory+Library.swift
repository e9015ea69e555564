// SPDX-License-Identifier: MIT

/// For programs of their own: a spool, credentials and a destination behind one factory.
extension OCIMetricsFactory {
    /// Where points wait and where they go.
    public struct Settings: Sendable {
        /// A directory of this program's own; made where missing. Processes may share it.
        public var spoolDirectory: String
        /// OCID of the compartment that shall hold the metrics.
        public var compartment: String
        /// `^[a-z][a-z0-9_]*[a-z0-9]$`, not `oci_…` or `oracle_…`.
        public var namespace: String
        public var resourceGroup: String?
        /// Of every point. OCI wants each point to have at least one dimension.
        public var dimensions: [String: String]
        /// Units in UCUM, by the metric's name.
        public var units: [String: String] = [:]
        /// nil: `~/.oci/config`, or where the SDKs look besides; without one, resource and instance principals.
        public var configFile: String?
        /// nil: `DEFAULT`.
        public var profile: String?
        /// nil: that of the profile or principal.
        public var region: String?
        /// URL instead of the region's `https://telemetry-ingestion.…`: for tests.
        public var endpoint: String?
        /// PEM file of certificate authorities trusted besides the system's.
        public var caFile: String?

        public init(spoolDirectory: String, compartment: String, namespace: String, dimensions: [String: String]) {
            self.spoolDirectory = spoolDirectory
            self.compartment = compartment
            self.namespace = namespace
            self.dimensions = dimensions
        }
    }

    /// How a flush went.
    public struct FlushReport: Sendable, Hashable {
        /// Points OCI Monitoring has taken.
        public let posted: Int
        /// Points in requests that left before and whose answer was lost; they may count twice.
        public let resent: Int
        /// Points that still wait, for the next flush of this process or another.
        public let left: Int
        /// Points that were dropped since the last report, by reason: `late` `rejected` `spool_full` `encode`.
        public let dropped: [String: Int]
        /// What failed, on what, and what to do next; nil: nothing.
        public let problem: String?
    }

    /// Records and spools; nothing is read, opened or sent before the first `flush`.
    public convenience init(_ settings: Settings) {
        let units = settings.units
        self.init(
            dimensions: settings.dimensions, unit: { units[$0] }, destination: LibraryDestination(settings))
    }

    /// Takes what was recorded, makes it safe on disk, and posts it until the time is up.
    ///
    /// Call it at intervals (a minute suits most alarms) and before the program ends. It never throws: what could not
    /// be posted waits in the spool for up to two hours, which is as old as OCI takes points.
    @discardableResult public func flush(within limit: Duration) async -> FlushReport {
        guard let destination else {
            return FlushReport(
                posted: 0, resent: 0, left: 0, dropped: [:], problem: "this factory was made without a destination")
        }
        return await destination.flush(takePoints(at: destination.now), within: limit)
    }
}
