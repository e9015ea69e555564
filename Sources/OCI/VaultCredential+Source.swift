// SPDX-License-Identifier: MIT

extension CredentialSource {
    /// An API key kept in a vault, fetched now and again after a 401.
    ///
    /// Its tenancy and region are those of the secrets. A renewal fetches the secrets once more, whoever asks at the
    /// same time waits for the same fetch, and nil means that they still hold the rejected key.
    package static func vault(_ vault: VaultCredential) async throws(OCIError) -> CredentialSource {
        let parts = try await vault.fetch()
        let state = VaultState(credential: parts.credential, vault: vault)
        return CredentialSource(
            origin: "api key from the vault's secrets", tenancy: parts.tenancy, region: parts.region,
            current: { () async throws(OCIError) in await state.credential },
            renew: { (rejected) async throws(OCIError) in try await state.renewed(after: rejected) })
    }
}

/// The credential in use; must survive the fetch of its successor.
private actor VaultState {
    private(set) var credential: Credential
    private let vault: VaultCredential
    private var isFetching = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(credential: Credential, vault: VaultCredential) {
        self.credential = credential
        self.vault = vault
    }

    /// The key id ends in the key's fingerprint, so equal ids mean equal keys.
    func renewed(after rejected: Credential) async throws(OCIError) -> Credential? {
        if isFetching {
            await withCheckedContinuation { waiting.append($0) }
        } else if credential.keyID == rejected.keyID {
            isFetching = true
            defer { endFetching() }
            credential = try await vault.fetch().credential
        }
        return credential.keyID == rejected.keyID ? nil : credential
    }

    private func endFetching() {
        isFetching = false
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
