// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI
import Synchronization

/// Secrets by id and by name, and the lists they are found in (contract §7.4).
final class SecretsService: Sendable {
    private struct Secret: Sendable {
        var versions: [[UInt8]]
        let created: Date
        /// When the newest version ends.
        var expires: Date?
    }

    private let secrets: Mutex<[String: Secret]>

    /// - Parameter contents: name and bytes of each secret of the vault.
    init(contents: [String: [UInt8]], created: Date) {
        secrets = Mutex(contents.mapValues { Secret(versions: [$0], created: created) })
    }

    /// A new secret, or a new version of one that is there, which may end.
    func set(_ name: String, _ bytes: [UInt8], now: Date, expires: Date? = nil) {
        secrets.withLock { secrets in
            secrets[name, default: Secret(versions: [], created: now)].versions.append(bytes)
            secrets[name]?.expires = expires
        }
    }

    /// `/20190301/secretbundles…`.
    func bundle(_ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        let parts = request.segments
        guard parts.count >= 3, parts[1] == "secretbundles" else {
            throw .unknownOperation(request.method, request.path)
        }
        if parts.count == 4, parts[2] == "actions", parts[3] == "getByName", request.method == "POST" {
            guard let name = request.parameter("secretName") else { throw .missing("secretName") }
            guard request.parameter("vaultId") == Tenant.vault else { throw .notFoundOrDenied }
            return try bundle(name, request)
        }
        guard parts.count == 3, request.method == "GET", let name = name(of: parts[2]) else { throw .notFoundOrDenied }
        var response = try bundle(name, request)
        response["etag"] = "\(name)--gzip"
        return response
    }

    /// `/20180608/…`: vaults and secrets of a compartment.
    func list(_ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        guard request.method == "GET", let compartment = request.parameter("compartmentId") else {
            throw .missing("compartmentId")
        }
        let isOurs = compartment == Tenant.compartment || compartment == Tenant.tenancy
        switch request.segments.dropFirst() {
        case ["vaults"]: return .json(.array(isOurs ? [Self.vault] : []))
        case ["secrets"]:
            let vault = request.parameter("vaultId") ?? Tenant.vault
            let wanted = request.parameter("name")
            let names = secrets.withLock { $0.keys.sorted() }.filter { wanted == nil || $0 == wanted }
            return .json(.array(isOurs && vault == Tenant.vault ? names.map(summary) : []))
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    private static let vault: JSONValue = [
        "id": .string(Tenant.vault), "displayName": .string(Tenant.vaultName), "lifecycleState": "ACTIVE",
        "compartmentId": .string(Tenant.compartment), "timeCreated": "2025-01-01T00:00:00.000Z",
        "vaultType": "DEFAULT", "cryptoEndpoint": "https://localoci-crypto.kms.eu-stockholm-1.oraclecloud.com",
        "managementEndpoint": "https://localoci-management.kms.eu-stockholm-1.oraclecloud.com",
    ]

    private func summary(_ name: String) -> JSONValue {
        [
            "id": .string(Tenant.secret(name)), "secretName": .string(name), "vaultId": .string(Tenant.vault),
            "compartmentId": .string(Tenant.compartment), "lifecycleState": "ACTIVE",
        ]
    }

    private func name(of id: String) -> String? {
        secrets.withLock { secrets in secrets.keys.first { Tenant.secret($0) == id } }
    }

    private func bundle(_ name: String, _ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        guard let secret = secrets.withLock({ $0[name] }) else { throw .notFoundOrDenied }
        let number = try versionNumber(request, count: secret.versions.count)
        let isCurrent = number == secret.versions.count
        return .json([
            "secretId": .string(Tenant.secret(name)), "timeCreated": .string(WireTime.rfc3339(secret.created)),
            "versionNumber": .int(number), "versionName": .null,
            "secretBundleContent": [
                "contentType": "BASE64", "content": .string(Base64.encode(secret.versions[number - 1])),
            ],
            "timeOfDeletion": .null,
            "timeOfExpiry": .optional((isCurrent ? secret.expires : nil).map { WireTime.rfc3339($0) }),
            "metadata": .null,
            "stages": isCurrent ? ["CURRENT", "LATEST"] : ["PREVIOUS"],
        ])
    }

    private func versionNumber(_ request: ServerRequest, count: Int) throws(ServiceError) -> Int {
        if let text = request.parameter("versionNumber") {
            guard let number = Int(text), (1...count).contains(number) else { throw .notFoundOrDenied }
            return number
        }
        switch request.parameter("stage") ?? "CURRENT" {
        case "CURRENT", "LATEST": return count
        case "PREVIOUS" where count > 1: return count - 1
        default: throw .notFoundOrDenied
        }
    }
}
