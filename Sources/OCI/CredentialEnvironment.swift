// SPDX-License-Identifier: MIT

package import Files
package import Logging
package import Transport

/// Everything credential sources need of the world, handed in.
package struct CredentialEnvironment: Sendable {
    /// Environment variables.
    package var variables: [String: String]
    /// The user's home directory, for `~`; nil where there is none (a service account).
    package var home: String?
    package var files: CredentialFiles
    /// Must allow plain http to 169.254.169.254 and to loopback.
    package var transport: HTTPTransport
    package var time: TimeSource
    /// 64 random bits a call, for the jitter of waits.
    package var random: @Sendable () -> UInt64
    package var regions: RegionLookup
    /// URLs by service, from `oci.endpoints.<service>`; only `auth` and `metadata` matter here.
    package var endpoints: [OCIService: String] = [:]
    /// Instant of `time.uptime` after which nobody waits for a token any more; nil: none.
    package var deadline: Duration?
    /// Makes the session key of an instance principal's token.
    package var generateKey: @Sendable () throws(CryptoError) -> PrivateKey = { () throws(CryptoError) in
        try PrivateKey.generate()
    }
    /// Told when a token could not be renewed and the old one serves on.
    package var logger: Logger

    package init(
        variables: [String: String], home: String?, files: CredentialFiles, transport: HTTPTransport, time: TimeSource,
        regions: RegionLookup, logger: Logger, random: @escaping @Sendable () -> UInt64
    ) {
        self.variables = variables
        self.home = home
        self.files = files
        self.transport = transport
        self.time = time
        self.regions = regions
        self.logger = logger
        self.random = random
    }
}

/// Reading keys and tokens, and writing tokens back.
package struct CredentialFiles: Sendable {
    /// What reading and writing throw.
    package typealias Failure = FileError

    /// The whole file; nil where there is none.
    package var read: @Sendable (_ path: String) throws(Failure) -> [UInt8]?
    /// Whether something stands at the path.
    package var exists: @Sendable (_ path: String) -> Bool
    /// Puts the bytes in place of the file, never a part of them, for its owner only (mode 0600).
    package var replace: @Sendable (_ path: String, _ bytes: [UInt8]) throws(Failure) -> Void

    package init(
        read: @escaping @Sendable (_ path: String) throws(Failure) -> [UInt8]?,
        exists: @escaping @Sendable (_ path: String) -> Bool,
        replace: @escaping @Sendable (_ path: String, _ bytes: [UInt8]) throws(Failure) -> Void
    ) {
        self.read = read
        self.exists = exists
        self.replace = replace
    }

    /// The file system; at most 1 MiB of a file.
    package static let system = CredentialFiles(
        read: { (path) throws(Failure) in try FileSystem.read(path, limitBytes: 1 << 20) },
        exists: { FileSystem.exists($0) },
        replace: { (path, bytes) throws(Failure) in try FileSystem.replace(path, bytes, mode: 0o600) })
}

extension CredentialEnvironment {
    /// The file's bytes as a secret; `missing` names the kind of problem where it is not there.
    func secret(at path: String, what: String, missing kind: String) throws(OCIError) -> Secret {
        let bytes: [UInt8]?
        do { bytes = try files.read(path) } catch { throw .problem(kind, "\(what): \(error)") }
        guard let bytes else { throw .problem(kind, "\(what): no file \(path); check its path") }
        return Secret(bytes)
    }

    /// The instant `wanted` from now, or the deadline where that is sooner.
    func instant(after wanted: Duration) -> Duration {
        let end = time.uptime() + wanted
        return deadline.map { min($0, end) } ?? end
    }

    /// How long a call may take: `wanted`, or what is left until the deadline (never nothing: the call then fails as
    /// a timeout).
    func timeout(_ wanted: Duration) -> Duration {
        max(.milliseconds(1), instant(after: wanted) - time.uptime())
    }

    /// The variable's value; nil where it is not set or blank.
    func variable(_ name: String) -> String? {
        guard let value = variables[name], value.contains(where: { !$0.isWhitespace }) else { return nil }
        return value
    }
}

extension OCIError {
    static func problem(_ kind: String, _ message: String) -> OCIError {
        .credential(CredentialProblem(kind: kind, message: message))
    }
}

extension PrivateKey {
    /// Reads a key and says in credential terms what is wrong with it; `what` names where it came from.
    static func load(_ pem: Secret, passphrase: Secret?, what: String) throws(OCIError) -> PrivateKey {
        do {
            return try PrivateKey(pem: pem, passphrase: passphrase)
        } catch {
            throw .problem(error == .needsPassphrase ? "key_encrypted" : "key_invalid", "\(what): \(error)")
        }
    }
}
