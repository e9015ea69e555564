// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import OCI
import Synchronization

/// Keys kept as PEM files in a directory, made when first asked for: an RSA key costs a tenth of a second or more.
final class Keyring: Sendable {
    private let directory: String
    private let loaded = Mutex<[String: PrivateKey]>([:])

    init(directory: String) { self.directory = directory }

    /// The key called `name`: from memory, from its file, or new.
    func key(_ name: String) throws -> PrivateKey {
        let result = loaded.withLock { loaded in
            Result { () throws -> PrivateKey in
                if let key = loaded[name] { return key }
                let path = FileSystem.join(directory, "\(name).pem")
                let key: PrivateKey
                if let pem = try FileSystem.read(path) {
                    key = try PrivateKey(pem: Secret(pem))
                } else {
                    key = try PrivateKey.generate()
                    try FileSystem.replace(path, try key.pem().reveal(), mode: 0o600)
                }
                loaded[name] = key
                return key
            }
        }
        return try result.get()
    }

    /// Puts a key of one's own in the place of `name`.
    func set(_ key: PrivateKey, as name: String) throws {
        try FileSystem.replace(FileSystem.join(directory, "\(name).pem"), try key.pem().reveal(), mode: 0o600)
        loaded.withLock { $0[name] = key }
    }
}
