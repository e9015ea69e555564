// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI

/// The instance metadata service, version 2 (contract §4.1).
struct MetadataService: Sendable {
    let identity: InstanceIdentity

    func answer(_ request: ServerRequest, now: Date) throws -> ServerResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            throw ServiceError(405, "MethodNotAllowed", "\(request.method) is not allowed here.")
        }
        for name in ["forwarded", "x-forwarded-for", "x-forwarded-host"] where request.header(name) != nil {
            throw ServiceError(403, "NotAllowed", "Requests that were forwarded are refused.")
        }
        guard request.header("authorization") == "Bearer Oracle" else {
            throw ServiceError(401, "NotAuthenticated", "The Authorization header must be 'Bearer Oracle'.")
        }
        guard request.path.hasPrefix("/opc/v2/") else {
            throw ServiceError(404, "NotFound", "Only version 2 is served here.")
        }
        switch request.path.dropFirst("/opc/v2".count) {
        case "/instance", "/instance/": return .json(Self.instance)
        case "/instance/id": return text(Tenant.instance)
        case "/instance/region": return text(Tenant.regionKey.lowercased())
        case "/instance/canonicalRegionName": return text(Tenant.region)
        case "/instance/compartmentId": return text(Tenant.compartment)
        case "/instance/regionInfo": return .json(Self.regionInfo)
        case "/identity/cert.pem": return text(try identity.current(now: now).leaf.pem)
        case "/identity/key.pem":
            return text(String(decoding: try identity.current(now: now).leafKey.pem().reveal(), as: UTF8.self))
        case "/identity/intermediate.pem": return text(try identity.current(now: now).intermediate.pem)
        default: throw ServiceError(404, "NotFound", "There is no \(request.path) here.")
        }
    }

    private static let regionInfo: JSONValue = [
        "realmKey": "oc1", "realmDomainComponent": "oraclecloud.com", "regionKey": .string(Tenant.regionKey),
        "regionIdentifier": .string(Tenant.region),
    ]

    private static let instance: JSONValue = [
        "id": .string(Tenant.instance), "compartmentId": .string(Tenant.compartment),
        "tenantId": .string(Tenant.tenancy), "region": .string(Tenant.regionKey.lowercased()),
        "canonicalRegionName": .string(Tenant.region), "displayName": "local-oci", "regionInfo": regionInfo,
    ]

    private func text(_ text: String) -> ServerResponse {
        ServerResponse(status: 200, headers: [("content-type", "text/plain")], body: Array(text.utf8))
    }
}
