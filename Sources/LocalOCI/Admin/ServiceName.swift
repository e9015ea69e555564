// SPDX-License-Identifier: MIT

/// The services local-oci plays, told apart by path.
enum ServiceName: String, Sendable, CaseIterable {
    case objectStorage = "object_storage"
    case monitoring
    case monitoringIngestion = "monitoring_ingestion"
    case secrets, vaults, notifications, auth, metadata, feed
    case loggingIngestion = "logging_ingestion"
    /// The admin interface: neither logged nor disturbed.
    case local
    case unknown

    init(method: String, path: some StringProtocol) {
        let first = path.dropFirst().prefix { $0 != "/" }
        switch first {
        case "n", "workRequests": self = .objectStorage
        case "20180401": self = method == "POST" && path == "/20180401/metrics" ? .monitoringIngestion : .monitoring
        case "20190301": self = .secrets
        case "20180608": self = .vaults
        case "20181201": self = .notifications
        case "20200831": self = .loggingIngestion
        case "v1": self = .auth
        case "opc": self = .metadata
        case "api": self = .feed
        case "local": self = .local
        default: self = .unknown
        }
    }
}
