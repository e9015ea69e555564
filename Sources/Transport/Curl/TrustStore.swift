// SPDX-License-Identifier: MIT

import Glibc

/// Where OpenSSL looks for trusted certificate authorities.
///
/// A hashed directory costs one look-up a handshake; reading Debian's bundle file costs 20 ms of CPU a process. So
/// the directory is used where it can be, and the bundle only where the directory holds no hashed name, even if
/// `SSL_CERT_FILE` names the bundle: `update-ca-certificates` makes both of the same certificates. Every other file is
/// read besides the directory: authorities are added, never taken away.
struct TrustStore: Sendable, Hashable {
    /// Hashed directory; nil where none is usable.
    let directory: String?
    /// PEM files read in addition, at most two.
    let files: [String]

    static let defaultDirectory = "/etc/ssl/certs"
    static let bundleName = "ca-certificates.crt"

    /// Throws `unusable` when a file that was named cannot be read.
    init(_ options: CurlOptions) throws(TransportError) {
        let directory = options.systemCADirectory ?? Self.defaultDirectory
        let isHashed = Self.holdsHashedNames(directory)
        let bundle = isHashed ? nil : Self.readable(directory + "/" + Self.bundleName)
        for (file, origin) in [(options.extraCAFile, "tls.ca_file"), (options.systemCAFile, "SSL_CERT_FILE")] {
            guard let file, Self.readable(file) == nil else { continue }
            throw .unusable(detail: "the CA file \(file) cannot be read: correct \(origin) or the file's permissions")
        }
        self.directory = isHashed ? directory : nil
        let named = options.systemCAFile.flatMap { isHashed && $0 == directory + "/" + Self.bundleName ? nil : $0 }
        files = [named ?? bundle, options.extraCAFile].compactMap(\.self)
    }

    /// Whether the directory has an entry like `1a2b3c4d.0`; stops at the first, so it costs about one system call.
    static func holdsHashedNames(_ directory: String) -> Bool {
        guard let stream = unsafe opendir(directory) else { return false }
        defer { unsafe _ = closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix(11)) }
            if isHashedName(name) { return true }
        }
        return false
    }

    /// Eight lower-case hex digits, a dot, a digit.
    static func isHashedName(_ name: [UInt8]) -> Bool {
        guard name.count >= 10, name[8] == UInt8(ascii: ".") else { return false }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
        return digits.contains(name[9]) && name[..<8].allSatisfy { digits.contains($0) || letters.contains($0) }
    }

    private static func readable(_ path: String) -> String? {
        unsafe access(path, R_OK) == 0 ? path : nil
    }
}
