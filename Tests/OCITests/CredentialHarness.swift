// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import Logging
import OCI
import Synchronization
import TestSupport
import Testing
import Transport

/// Files in memory.
final class FakeFiles: Sendable {
    private let content: Mutex<[String: [UInt8]]>
    private let reads = Mutex<[String]>([])
    /// Called before each read, to change files behind the reader's back.
    let beforeRead: @Sendable (_ path: String, _ number: Int, inout [String: [UInt8]]) -> Void
    let isReadOnly: Bool

    init(
        _ files: [String: String] = [:], isReadOnly: Bool = false,
        beforeRead: @escaping @Sendable (_ path: String, _ number: Int, inout [String: [UInt8]]) -> Void = { _, _, _ in
        }
    ) {
        content = Mutex(files.mapValues { Array($0.utf8) })
        self.isReadOnly = isReadOnly
        self.beforeRead = beforeRead
    }

    subscript(path: String) -> String? {
        get { content.withLock { $0[path] }.map { String(decoding: $0, as: UTF8.self) } }
        set { content.withLock { $0[path] = newValue.map { Array($0.utf8) } } }
    }

    var readPaths: [String] { reads.withLock { $0 } }

    var access: CredentialFiles {
        CredentialFiles(
            read: { (path) throws(FileError) in
                let number = self.reads.withLock { reads in
                    reads.append(path)
                    return reads.filter { $0 == path }.count
                }
                return self.content.withLock { files in
                    self.beforeRead(path, number, &files)
                    return files[path]
                }
            }, exists: { path in self.content.withLock { $0[path] != nil } },
            replace: { (path, bytes) throws(FileError) in
                guard !self.isReadOnly else { throw FileError(operation: "rename", path: path, code: 30) }
                self.content.withLock { $0[path] = bytes }
            })
    }
}

/// Tokens as OCI writes them, except that nobody has signed them.
enum FakeToken {
    /// 2026-07-21 12:00:00 UTC.
    static let start = 1_784_635_200

    static func make(issued: Int? = start, expires: Int = start + 3600, claims: String = "") -> String {
        let issuedText = issued.map { "\"iat\":\($0)," } ?? ""
        let payload = "{\(issuedText)\"exp\":\(expires)\(claims)}"
        return "e30.\(Base64.encodeURLSafe(Array(payload.utf8))).c2ln"
    }
}

/// Builds the environment of credential sources from fakes.
struct CredentialHarness: Sendable {
    var variables: [String: String] = [:]
    var files = FakeFiles()
    var transport = ScriptedTransport(replies: [])
    let time = ManualTime()
    let log = Recorder<String>()
    let sessionKeys = SessionKeys()
    var endpoints: [OCIService: String] = [:]

    var environment: CredentialEnvironment {
        var environment = CredentialEnvironment(
            variables: variables, home: "/home/u", files: files.access, transport: transport.transport,
            time: time.source,
            regions: RegionLookup(), logger: Logger(label: "test") { _ in RecordingLogHandler(log: log) }, random: { 0 }
        )
        environment.endpoints = endpoints
        environment.generateKey = { () throws(CryptoError) in try sessionKeys.next() }
        return environment
    }

    func profile(_ text: String, _ name: String = "DEFAULT") throws -> ConfigFile.Profile {
        try ConfigFile(Array(text.utf8), path: "/home/u/.oci/config").profile(name)
    }
}

/// The problem a credential operation ends with; nil where it ends well or otherwise.
func problem<Value>(_ body: () async throws(OCIError) -> Value) async -> CredentialProblem? {
    do {
        _ = try await body()
        return nil
    } catch .credential(let problem) {
        return problem
    } catch {
        Issue.record("\(error)")
        return nil
    }
}

extension Secret {
    var text: String { revealText() }
}

/// A few keys in turn, since making one takes long. One after the other from the same object, two differ.
final class SessionKeys: Sendable {
    private static let keys = Result { try (0..<3).map { _ in try PrivateKey.generate() } }
    private let taken = Atomic(0)

    func next() throws(CryptoError) -> PrivateKey {
        let number = taken.add(1, ordering: .relaxed).oldValue
        do { return try Self.keys.get()[number % 3] } catch {
            throw .failed(operation: "making test keys", detail: "\(error)")
        }
    }
}
