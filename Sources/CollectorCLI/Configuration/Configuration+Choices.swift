// SPDX-License-Identifier: MIT

extension Configuration {
    /// What a configuration is read for.
    enum Use: Sendable {
        /// Calls of the feed: `feed.contact` must be there where the host asks for it.
        case collecting
        /// Anything that leaves the feed alone.
        case reading
    }

    /// Which limits on calls of the feed are kept.
    enum RateLimits: String, Sendable, CaseIterable { case polisen, off }

    enum ArchiveBackend: String, Sendable, CaseIterable { case directory, oci }

    /// Where OCI credentials come from.
    enum Authentication: String, Sendable, CaseIterable {
        case auto
        case apiKey = "api_key"
        case sessionToken = "session_token"
        case instancePrincipal = "instance_principal"
        case resourcePrincipal = "resource_principal"
    }

    enum MetricsBackend: String, Sendable, CaseIterable { case oci, textfile, none }

    enum LogTarget: String, Sendable, CaseIterable { case auto, journald, json, text }

    /// What is called of OCI, by the name of its endpoint key.
    enum Service: String, Sendable, CaseIterable {
        case objectStorage = "object_storage"
        case monitoring
        case monitoringIngestion = "monitoring_ingestion"
        case secrets, vaults, notifications
        case loggingIngestion = "logging_ingestion"
        case auth, metadata

        /// For people.
        var title: String {
            switch self {
            case .objectStorage: "Object Storage"
            case .monitoring: "Monitoring"
            case .monitoringIngestion: "Monitoring's ingestion of metrics"
            case .secrets: "secret retrieval"
            case .vaults: "vault management"
            case .notifications: "Notifications"
            case .loggingIngestion: "Logging's ingestion"
            case .auth: "federation (auth)"
            case .metadata: "the instance metadata service"
            }
        }
    }
}
