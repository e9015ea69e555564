// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import Logging
import OCI
import Synchronization
import TestSupport
import Transport

/// A client over a scripted transport, with what it did.
struct ClientHarness {
    static let tenancy = "ocid1.tenancy.oc1..aaaaaaaatestvectortenancy"
    static let user = "ocid1.user.oc1..aaaaaaaatestvectoruser"
    static let fingerprint = "65:44:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f"
    static let runID = "01982f5e-7c1d-7abc-8def-0123456789ab"

    let script: ScriptedTransport
    let time = ManualTime()
    let exchanges = Recorder<OCIClient.Exchange>()
    let log = Recorder<String>()
    var client: OCIClient

    init(_ script: ScriptedTransport, credentials: CredentialSource? = nil, region: String = "eu-stockholm-1") throws {
        self.script = script
        let log = log
        client = OCIClient(
            transport: script.transport, credentials: try credentials ?? .fixed(try .apiKey()),
            endpoints: try Endpoints(region: RegionLookup().region(region)), time: time.source,
            requestID: Self.runID, userAgent: "polisen-collector/test",
            logger: Logger(label: "test") { _ in RecordingLogHandler(log: log) }, random: { 0 })
        let exchanges = exchanges
        client.onRequest = { exchanges.add($0) }
    }

    init(replies: [Reply], credentials: CredentialSource? = nil) throws {
        try self.init(ScriptedTransport(replies: replies), credentials: credentials)
    }

    /// One line a call: method, URL.
    var lines: [String] {
        script.calls.map { call in
            let request = call.request
            return "\(request.method) \(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")"
        }
    }

    var bodies: [String] { script.calls.map { String(decoding: $0.body ?? [], as: UTF8.self) } }

    func storage() throws -> ObjectStorage { try ObjectStorage(client: client, namespace: "ns", bucket: "events") }
}

extension HTTPCall {
    /// The `headers` parameter of the signature.
    var signedHeaders: String? {
        let parts = request.headerFields[.authorization]?.split(separator: "headers=\"")
        return parts.flatMap { $0.count == 2 ? $0[1].split(separator: "\"").first.map(String.init) : nil }
    }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headerFields[$0] } }
}

extension Reply {
    /// A reply with these headers and a body of text.
    static func with(_ status: Int, _ body: String = "", _ headers: [String: String] = [:]) -> Reply {
        var fields = HTTPFields()
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        return Reply(status: status, headers: fields, body: Array(body.utf8))
    }

    static func failure(_ status: Int, _ code: String, _ headers: [String: String] = [:]) -> Reply {
        with(status, #"{"code":"\#(code)","message":"said"}"#, headers)
    }
}

extension Credential {
    /// The key of every signing vector.
    static func apiKey(keyID: String? = nil) throws -> Credential {
        let path = packageRoot + "/Tests/OCITests/Fixtures/test_key.pem"
        let pem = Secret(Array(try Data(contentsOf: URL(filePath: path))))
        let id = keyID ?? "\(ClientHarness.tenancy)/\(ClientHarness.user)/\(ClientHarness.fingerprint)"
        return Credential(keyID: Secret(id), key: try PrivateKey(pem: pem))
    }
}

extension CredentialSource {
    /// Always this credential; `renewals` are handed out one a rejection.
    static func fixed(_ credential: Credential, renewals: [Credential] = []) -> CredentialSource {
        let left = Mutex(renewals)
        return CredentialSource(
            origin: "test", tenancy: ClientHarness.tenancy, region: nil,
            current: { () async throws(OCIError) in credential },
            renew: { (_) async throws(OCIError) in left.withLock { $0.isEmpty ? nil : $0.removeFirst() } })
    }
}

/// Remembers what it is given, in order.
final class Recorder<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }
    func add(_ element: Element) { elements.withLock { $0.append(element) } }
}

/// Writes entries as `level message key=value …`, keys in order.
struct RecordingLogHandler: LogHandler {
    let log: Recorder<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        log.add("\(event.level) \(event.message)\(facts)")
    }
}

/// The error `body` throws; nil where it throws none.
func failure<Result>(of body: () async throws(OCIError) -> Result) async -> OCIError? {
    do throws(OCIError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// A file of Fixtures/ as JSON.
func fixture(_ name: String) throws -> JSONValue {
    let path = packageRoot + "/Tests/OCITests/Fixtures/" + name
    return try JSONValue.parse(Array(try Data(contentsOf: URL(filePath: path))))
}
