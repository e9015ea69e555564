// SPDX-License-Identifier: MIT

package import FoundationEssentials
import Synchronization

/// Reads an API key from named secrets of a vault: all at once, so that it is at most two round trips deep.
package struct VaultCredential: Sendable {
    /// Which vault holds the secrets.
    package enum Vault: Sendable, Hashable {
        case id(String)
        case named(String, compartment: String)
    }

    /// Where the id found for a vault's name is kept between runs.
    package struct Cache: Sendable {
        package let read: @Sendable () -> String?
        package let write: @Sendable (String) -> Void

        package init(read: @escaping @Sendable () -> String?, write: @escaping @Sendable (String) -> Void) {
            self.read = read
            self.write = write
        }

        package static let none = Cache(read: { nil }, write: { _ in })
    }

    private let secrets: Secrets
    private let vault: Vault
    private let cache: Cache
    private let onExpiry: @Sendable (Date) -> Void

    /// - Parameters:
    ///   - secrets: its client signs with another credential, such as the instance's.
    ///   - onExpiry: is told when a secret's version ends, for those that do.
    package init(
        secrets: Secrets, vault: Vault, cache: Cache = .none, onExpiry: @escaping @Sendable (Date) -> Void = { _ in }
    ) {
        self.secrets = secrets
        self.vault = vault
        self.cache = cache
        self.onExpiry = onExpiry
    }

    /// What the secrets hold, checked.
    package struct Parts: Sendable {
        package let credential: Credential
        package let tenancy: String
        /// Of `oci-region`, where there is such a secret.
        package let region: String?
    }

    /// Fetches the secrets. A cached vault id under which none is found is looked up again once.
    package func fetch() async throws(OCIError) -> Parts {
        switch vault {
        case .id(let id): return try await Self.parts(secrets(in: id), vault: id)
        case .named(let name, let compartment):
            if let cached = cache.read(), !cached.isEmpty {
                let contents = await secrets(in: cached)
                if !Self.isGone(contents) { return try Self.parts(contents, vault: name) }
            }
            let id = try await secrets.vaultID(named: name, compartment: compartment)
            cache.write(id)
            return try await Self.parts(secrets(in: id), vault: name)
        }
    }

    /// Content or failure by secret; the requests are made side by side.
    private func secrets(in vault: String) async -> [SecretName: Result<Secret, OCIError>] {
        // Through a lock, not through the group: see `concurrently` in module Collector.
        let contents = Contents()
        await withTaskGroup(of: Void.self) { group in
            for name in SecretName.allCases {
                group.addTask { contents.set(name, await content(of: name, vault: vault)) }
            }
        }
        return contents.all
    }

    private final class Contents: Sendable {
        private let state = Mutex<[SecretName: Result<Secret, OCIError>]>([:])

        var all: [SecretName: Result<Secret, OCIError>] { state.withLock { $0 } }

        func set(_ name: SecretName, _ content: Result<Secret, OCIError>) { state.withLock { $0[name] = content } }
    }

    private func content(of name: SecretName, vault: String) async -> Result<Secret, OCIError> {
        do throws(OCIError) {
            let bundle = try await secrets.bundle(named: name.rawValue, vault: vault)
            if let end = bundle.version.timeOfExpiry { onExpiry(end) }
            return .success(bundle.content.trimmed())
        } catch {
            return .failure(error)
        }
    }

    private static func isGone(_ contents: [SecretName: Result<Secret, OCIError>]) -> Bool {
        contents.values.allSatisfy { content in
            guard case .failure(let error) = content else { return false }
            return error.httpStatus == 404
        }
    }
}

/// The secrets a credential is made of (design §3).
enum SecretName: String, CaseIterable {
    case user = "oci-user-ocid"
    case tenancy = "oci-tenancy-ocid"
    case fingerprint = "oci-fingerprint"
    case privateKey = "oci-private-key"
    /// Need not exist.
    case region = "oci-region"
}
