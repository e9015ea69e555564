// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// One snapshot of what a request is signed with: key id and private key always belong together.
package struct Credential: Sendable {
    /// `<tenancy>/<user>/<fingerprint>` or `ST$<token>` (contract §2.7).
    package let keyID: Secret
    package let key: PrivateKey
    /// nil: does not expire.
    package let expires: Date?

    package init(keyID: Secret, key: PrivateKey, expires: Date? = nil) {
        self.keyID = keyID
        self.key = key
        self.expires = expires
    }
}

/// Where credentials come from: API key, session token, instance principal, resource principal, vault.
package struct CredentialSource: Sendable {
    /// For people: `api key of profile DEFAULT in ~/.oci/config`.
    package let origin: String
    /// Tenancy OCID and region, where the source knows them.
    package let tenancy: String?
    package let region: String?
    /// A credential good for now; refreshes by itself when near its end. Single-flight.
    package let current: @Sendable () async throws(OCIError) -> Credential
    /// A newer credential after a 401 with `rejected`; nil where this source has none to offer.
    package let renew: @Sendable (_ rejected: Credential) async throws(OCIError) -> Credential?

    package init(
        origin: String, tenancy: String?, region: String?,
        current: @escaping @Sendable () async throws(OCIError) -> Credential,
        renew: @escaping @Sendable (_ rejected: Credential) async throws(OCIError) -> Credential?
    ) {
        self.origin = origin
        self.tenancy = tenancy
        self.region = region
        self.current = current
        self.renew = renew
    }
}
