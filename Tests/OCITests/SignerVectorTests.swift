// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import Testing

/// Every record of `signing.json`, byte for byte.
@Suite struct SignerVectorTests {
    @Test func `all vectors are there`() { #expect(SigningFixtures.vectors.count == 71) }

    @Test(arguments: SigningFixtures.vectors.filter { $0.urlForm == "strict" })
    func `the URL builder writes the URL of the vector`(vector: SigningVector) throws {
        // Two records were made without a logical form.
        guard let logical = vector.logical else { return }
        let target = try target(of: logical)
        let endpoint = try #require(logical["endpoint"]?.string)
        #expect(endpoint + target.text == vector.url)
    }

    private func target(of logical: JSONValue) throws -> RequestTarget {
        var pieces = RequestTarget.StringInterpolation(literalCapacity: 64, interpolationCount: 3)
        var rest = try #require(logical["pathTemplate"]?.string)[...]
        while let open = rest.firstIndex(of: "{"), let close = rest.firstIndex(of: "}") {
            pieces.appendLiteral(String(rest[..<open]))
            let name = String(rest[rest.index(after: open)..<close])
            pieces.appendInterpolation(try #require(logical["pathParams"]?[name]?.string))
            rest = rest[rest.index(after: close)...]
        }
        pieces.appendLiteral(String(rest))
        var target = RequestTarget(stringInterpolation: pieces)
        for pair in try #require(logical["query"]?.array) {
            let pair = try #require(pair.array)
            let name = try #require(pair[0].string)
            target = pair[1].isNull ? target.flag(name) : target.query(name, pair[1].string)
        }
        return target
    }

    @Test(arguments: SigningFixtures.vectors)
    func `the signer adds the headers of the vector`(vector: SigningVector) throws {
        let before = try vector.request()
        let signed = try vector.signed(order: vector.headerOrder)
        var added: [String: String] = ["host": RequestSigner.host(of: signed)]
        for field in signed.headerFields where before.headerFields[field.name] != field.value {
            added[field.name.canonicalName] = field.value
        }
        added["authorization"] = nil
        #expect(added.removeValue(forKey: "date") == headerDate(of: vector))
        var expected: [String: String] = [:]
        for member in try #require(vector.expected["headersAdded"]?.object) {
            expected[member.name] = member.value.string
        }
        #expect(added == expected)
    }

    private func headerDate(of vector: SigningVector) -> String? {
        vector.headers.first { $0.name.lowercased() == "date" }?.value.string
    }

    @Test(arguments: SigningFixtures.vectors)
    func `the signing string is the vector's`(vector: SigningVector) throws {
        let signed = try vector.signed(order: vector.headerOrder)
        let text = try RequestSigner.signingString(signed, headers: vector.signedHeaders)
        #expect(text == vector.expected["signingString"]?.string)
        let target = text.split(separator: "\n").first { $0.hasPrefix("(request-target): ") }
        #expect(target?.dropFirst(18) == vector.expected["requestTarget"]?.string.map { $0[...] })
    }

    @Test(arguments: SigningFixtures.vectors)
    func `signature and authorization are the vector's`(vector: SigningVector) throws {
        let signed = try vector.signed(order: vector.headerOrder)
        let authorization = try #require(signed.headerFields[.authorization])
        #expect(authorization == vector.expected["authorization"]?.string)
        let header = try SignatureHeader(parsing: authorization)
        #expect(Base64.encode(header.signature) == vector.expected["signature"]?.string)
        #expect(header.keyID == Secret(vector.keyID))
        #expect(header.headers == vector.signedHeaders)
    }

    @Test(arguments: SigningFixtures.vectors)
    func `the verifier accepts what the signer made`(vector: SigningVector) throws {
        let signed = try vector.signed(order: vector.headerOrder)
        let header = try SignatureHeader(parsing: #require(signed.headerFields[.authorization]))
        try SignatureVerifier.check(
            ReceivedRequest(
                method: vector.method, target: signed.path ?? "", host: RequestSigner.host(of: signed),
                fields: signed.headerFields, body: vector.body ?? []),
            header, key: PublicKey(pem: SigningFixtures.text("test_public.pem")), now: vector.date + 299,
            requirement: requirement(vector))
    }

    private func requirement(_ vector: SigningVector) -> SignatureVerifier.Requirement {
        if vector.id.hasPrefix("federation") { return .federation }
        return vector.coverage == .excluded ? .upload : .standard
    }
}
