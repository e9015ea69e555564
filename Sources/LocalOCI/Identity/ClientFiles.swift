// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
package import OCI

/// What a client needs to talk to local-oci: a config file, an API key, the list of endpoints.
package struct ClientFiles: Sendable {
    /// The API key of the one user.
    package let key: PrivateKey
    /// OCI config file with the profile DEFAULT.
    package let configPath: String
    /// PEM of `key`.
    package let keyPath: String
    private let directory: String

    /// Reads the files of an earlier start, or makes them.
    init(directory: String) throws {
        self.directory = try Self.absolute(directory)
        try FileSystem.makeDirectories(self.directory, mode: 0o700)
        keyPath = FileSystem.join(self.directory, "api_key.pem")
        configPath = FileSystem.join(self.directory, "config")
        if let pem = try FileSystem.read(keyPath) {
            key = try PrivateKey(pem: Secret(pem))
        } else {
            key = try PrivateKey.generate()
            try FileSystem.replace(keyPath, try key.pem().reveal(), mode: 0o600)
        }
        try FileSystem.replace(configPath, Array(try config().utf8), mode: 0o600)
    }

    private func config() throws -> String {
        """
        [DEFAULT]
        user=\(Tenant.user)
        fingerprint=\(try key.fingerprint() ?? "")
        tenancy=\(Tenant.tenancy)
        region=\(Tenant.region)
        key_file=\(keyPath)

        """
    }

    /// The five secrets of the vault.
    func secrets() throws -> [String: [UInt8]] {
        [
            "oci-user-ocid": Array(Tenant.user.utf8), "oci-tenancy-ocid": Array(Tenant.tenancy.utf8),
            "oci-fingerprint": Array((try key.fingerprint() ?? "").utf8),
            "oci-private-key": try key.pem().reveal(), "oci-region": Array(Tenant.region.utf8),
        ]
    }

    /// Writes `endpoints.json` and returns what is in it.
    func announce(url: String) throws -> JSONValue {
        let value: JSONValue = [
            "url": .string(url), "feed_url": .string(url + "/api/events"), "oci_config": .string(configPath),
            "key_file": .string(keyPath), "namespace": .string(Tenant.namespace),
            "tenancy": .string(Tenant.tenancy), "user": .string(Tenant.user),
            "fingerprint": .optional(try key.fingerprint()), "compartment": .string(Tenant.compartment),
            "region": .string(Tenant.region), "bucket": .string(Tenant.bucket), "vault_id": .string(Tenant.vault),
            "vault_name": .string(Tenant.vaultName), "topic_id": .string(Tenant.topic),
        ]
        try FileSystem.replace(
            FileSystem.join(directory, "endpoints.json"), value.encoded() + [UInt8(ascii: "\n")])
        return value
    }

    private static func absolute(_ path: String) throws -> String {
        path.hasPrefix("/") ? path : FileSystem.join(FileManager.default.currentDirectoryPath, path)
    }
}
