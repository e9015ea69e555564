// SPDX-License-Identifier: MIT

/// The services the product talks to; the raw value is the key under `oci.endpoints`.
package enum OCIService: String, Sendable, Hashable, CaseIterable {
    case objectStorage = "object_storage"
    case monitoring
    /// PostMetricData alone has a host of its own.
    case monitoringIngestion = "monitoring_ingestion"
    case secrets
    /// The list of vaults (key management).
    case vaults
    case notifications
    case loggingIngestion = "logging_ingestion"
    case auth
    /// The instance metadata service: not regional, plain HTTP on a link-local address.
    case metadata

    /// First labels of the host, what stands between region and domain, and base path (contract §5.2).
    var template: (host: String, infix: String, basePath: String) {
        switch self {
        case .objectStorage: ("objectstorage", "", "")
        case .monitoring: ("telemetry", "", "/20180401")
        case .monitoringIngestion: ("telemetry-ingestion", "", "/20180401")
        case .secrets: ("secrets.vaults", "oci.", "/20190301")
        case .vaults: ("kms", "", "/20180608")
        case .notifications: ("notification", "", "/20181201")
        case .loggingIngestion: ("ingestion.logging", "oci.", "/20200831")
        case .auth: ("auth", "", "/v1")
        case .metadata: ("169.254.169.254", "", "/opc/v2")
        }
    }
}

/// Scheme, authority and base path that requests to a service begin with.
package struct Endpoint: Sendable, Hashable {
    /// `https` or `http`.
    package let scheme: String
    /// Lower-case host, with `:port` where the port is not the scheme's own.
    package let authority: String
    /// Empty, or `/20180401`: no slash at the end.
    package let basePath: String

    /// Only the machine itself is at the other end.
    package var isLoopback: Bool { HostName.isLoopback(HostName.host(of: authority)) }
}

/// Where each service is reached: the region's hosts, unless overridden.
package struct Endpoints: Sendable, Hashable {
    package let region: Region
    private let overrides: [OCIService: Endpoint]

    /// - Parameter overrides: URLs by service, from `oci.endpoints.<service>`.
    /// Throws where an override is no usable URL (see `Endpoint.parse`).
    package init(region: Region, overrides: [OCIService: String] = [:]) throws(OCIError) {
        self.region = region
        var parsed: [OCIService: Endpoint] = [:]
        for (service, text) in overrides { parsed[service] = try Endpoint.parse(text, for: service) }
        self.overrides = parsed
    }

    package subscript(service: OCIService) -> Endpoint { overrides[service] ?? derived(service) }

    /// Whether `service` is reached somewhere else than its region's host.
    package func isOverridden(_ service: OCIService) -> Bool { overrides[service] != nil }

    /// The endpoint the region gives, whatever was overridden.
    package func derived(_ service: OCIService) -> Endpoint {
        let template = service.template
        guard service != .metadata else {
            return Endpoint(scheme: "http", authority: template.host, basePath: template.basePath)
        }
        return Endpoint(
            scheme: "https", authority: "\(template.host).\(region.hostSuffix(infix: template.infix))",
            basePath: template.basePath)
    }
}
