// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import TestSupport
import Testing

/// Files of Fixtures/; `signing.json` and `keys.json` come from the official Python SDK 2.189.0.
enum SigningFixtures {
    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: packageRoot + "/Tests/OCITests/Fixtures/" + name)))
    }

    static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    static func key(_ name: String = "test_key.pem", passphrase: String? = nil) throws -> PrivateKey {
        try PrivateKey(pem: Secret(try bytes(name)), passphrase: passphrase.map { Secret($0) })
    }

    static let vectors: [SigningVector] = {
        do {
            return try JSONValue.parse(bytes("signing.json"))["vectors"]?.array?.map(SigningVector.init) ?? []
        } catch {
            Issue.record("signing.json: \(error)")
            return []
        }
    }()
}

/// One record of `signing.json`.
struct SigningVector: Sendable, CustomTestStringConvertible {
    let id: String
    let method: String
    let url: String
    let urlForm: String
    let logical: JSONValue?
    let date: Date
    let headers: [JSONMember]
    let body: [UInt8]?
    let coverage: BodyCoverage
    let keyID: String
    let expected: JSONValue

    var testDescription: String { id }

    init(_ json: JSONValue) throws {
        id = try #require(json["id"]?.string)
        method = try #require(json["method"]?.string)
        url = try #require(json["url"]?.string)
        urlForm = try #require(json["urlForm"]?.string)
        logical = json["logical"]
        date = Date(timeIntervalSince1970: try #require(json["epochSeconds"]?.double))
        headers = try #require(json["headers"]?.object)
        body = json["bodyBase64"]?.string.flatMap { Base64.decode($0) }
        switch json["bodyMode"]?.string {
        case "signed": coverage = .signed
        case "excluded": coverage = .excluded
        default: coverage = .none
        }
        keyID = try #require(json["keyId"]?.string)
        expected = try #require(json["expected"])
    }

    var signedHeaders: [String] { expected["signedHeaders"]?.array?.compactMap(\.string) ?? [] }

    /// Scheme, authority, and path with query, cut out of the URL without touching them.
    var urlParts: (scheme: String, authority: String, target: String) {
        let scheme = String(url.prefix { $0 != ":" })
        let rest = url.dropFirst(scheme.count + 3)
        let authority = String(rest.prefix { $0 != "/" })
        return (scheme, authority, String(rest.dropFirst(authority.count)))
    }

    /// The request before signing: the caller's headers without the date, which the signer writes.
    func request() throws -> HTTPRequest {
        let parts = urlParts
        var request = HTTPRequest(
            method: try #require(HTTPRequest.Method(method)), scheme: parts.scheme, authority: parts.authority,
            path: parts.target)
        for header in headers where header.name.lowercased() != "date" {
            request.headerFields[try #require(HTTPField.Name(header.name))] = header.value.string
        }
        return request
    }

    /// The request signed with the test key, with the vector's own header order only where it is another than usual.
    func signed(order: [String]? = nil) throws -> HTTPRequest {
        var request = try request()
        try RequestSigner.sign(
            &request, body: body, coverage: coverage, keyID: Secret(keyID), key: SigningFixtures.key(), date: date,
            headerOrder: order)
        return request
    }

    /// nil where the signer finds the order by itself.
    var headerOrder: [String]? {
        id.hasPrefix("federation") || id.hasPrefix("order-alt") ? signedHeaders : nil
    }
}
