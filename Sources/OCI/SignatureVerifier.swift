// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import HTTPTypes
import Transport

/// An `Authorization: Signature …` header taken apart.
package struct SignatureHeader: Sendable, Hashable {
    /// May hold a token.
    package let keyID: Secret
    package let algorithm: String
    /// Names of the signed headers in signing order.
    package let headers: [String]
    package let signature: [UInt8]
    /// nil where the sender named none.
    package let version: String?

    /// Reads the parameters in any order; unknown ones are ignored.
    package init(parsing value: String) throws(SignatureRejection) {
        let scheme = value.prefix { $0 != " " }
        guard scheme.lowercased() == "signature" else { throw .malformed("the scheme is not Signature") }
        var parameters: [String: String] = [:]
        var rest = value.dropFirst(scheme.count)
        while let parameter = try Self.next(in: &rest) {
            guard parameters.updateValue(parameter.value, forKey: parameter.name) == nil else {
                throw .malformed("\(parameter.name) stands twice")
            }
        }
        guard let keyID = parameters["keyid"], let headers = parameters["headers"],
            let signature = parameters["signature"].flatMap({ Base64.decode($0) })
        else { throw .malformed("keyId, headers or a base64 signature is missing") }
        self.keyID = Secret(keyID)
        self.headers = headers.split(separator: " ").map { $0.lowercased() }
        self.signature = signature
        algorithm = parameters["algorithm"] ?? ""
        version = parameters["version"]
    }

    /// `name="value"` after blanks and commas; nil at the end.
    private static func next(in rest: inout Substring) throws(SignatureRejection) -> (name: String, value: String)? {
        rest = rest.drop { $0 == " " || $0 == "," }
        guard !rest.isEmpty else { return nil }
        guard let equals = rest.firstIndex(of: "=") else { throw .malformed("a parameter has no =") }
        let name = rest[..<equals].lowercased()
        rest = rest[rest.index(after: equals)...]
        guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
            throw .malformed("\(name) is not quoted")
        }
        let value = String(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[rest.index(after: end)...]
        return (name, value)
    }
}

/// A request as a server got it.
package struct ReceivedRequest: Sendable {
    package var method: String
    /// Path and query, undecoded, as in the request line.
    package var target: String
    /// The Host header; empty where there was none.
    package var host: String
    package var fields: HTTPFields
    package var body: [UInt8]

    package init(method: String, target: String, host: String, fields: HTTPFields, body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.host = host
        self.fields = fields
        self.body = body
    }
}

/// Why a signature is not accepted: what a service answers 401 to.
package enum SignatureRejection: Error, Sendable, Hashable {
    case malformed(String)
    case algorithm(String)
    case version(String)
    /// These headers must be signed and are not.
    case uncovered([String])
    /// A signed header is not in the request.
    case missingHeader(String)
    /// No readable date.
    case date
    /// Signed this many seconds before (+) or after (-) the server's now: more than the five minutes allowed.
    case skew(seconds: Double)
    case contentLength
    case contentSHA256
    /// Key, signing string and signature do not belong together.
    case signature
}

/// The server's side of request signatures: local-oci and tests.
package enum SignatureVerifier {
    /// What a request must have signed.
    package enum Requirement: Sendable, Hashable {
        /// By method: GET, HEAD and DELETE three headers, others six.
        case standard
        /// PutObject and UploadPart: three headers.
        case upload
        /// `POST /v1/x509`: five headers, `host` not among them.
        case federation
    }

    /// Longest difference of clocks, in seconds (contract trap 10).
    package static let allowedSkew = 300.0

    /// Returns where everything fits, throws the first thing that does not.
    package static func check(
        _ request: ReceivedRequest, _ header: SignatureHeader, key: PublicKey, now: Date,
        requirement: Requirement = .standard
    ) throws(SignatureRejection) {
        guard header.algorithm == "rsa-sha256" else { throw .algorithm(header.algorithm) }
        if let version = header.version, version != "1" { throw .version(version) }
        try checkCoverage(request, header, requirement)
        try checkDate(request, now)
        if header.headers.contains("x-content-sha256") { try checkBody(request) }
        guard key.verify(signature: header.signature, over: Array(try text(request, header).utf8)) else {
            throw .signature
        }
    }

    private static func text(
        _ request: ReceivedRequest, _ header: SignatureHeader
    ) throws(SignatureRejection) -> String {
        if header.headers.contains("host"), request.host.isEmpty { throw .missingHeader("host") }
        do {
            return try SigningString.text(
                method: request.method, target: request.target, host: request.host,
                fields: request.fields, headers: header.headers)
        } catch {
            guard case .missingHeader(let name) = error else { throw .malformed("headers") }
            throw .missingHeader(name)
        }
    }

    private static func checkCoverage(
        _ request: ReceivedRequest, _ header: SignatureHeader, _ requirement: Requirement
    ) throws(SignatureRejection) {
        let date = request.fields[.xDate] == nil ? "date" : "x-date"
        let needed: [String]
        switch requirement {
        case .federation: needed = RequestSigner.federationHeaders
        case .upload: needed = [date, "(request-target)", "host"]
        case .standard:
            let hasBody = ["POST", "PUT", "PATCH"].contains(request.method.uppercased())
            needed = [date, "(request-target)", "host"] + (hasBody ? RequestSigner.bodyHeaders : [])
        }
        let uncovered = needed.filter { !header.headers.contains($0) }
        guard uncovered.isEmpty else { throw .uncovered(uncovered) }
    }

    private static func checkDate(_ request: ReceivedRequest, _ now: Date) throws(SignatureRejection) {
        guard let text = request.fields[.xDate] ?? request.fields[.date], let date = HTTPDate.parse(text) else {
            throw .date
        }
        let skew = now.timeIntervalSince(date)
        guard abs(skew) <= allowedSkew else { throw .skew(seconds: skew) }
    }

    private static func checkBody(_ request: ReceivedRequest) throws(SignatureRejection) {
        guard request.fields[.contentLength] == String(request.body.count) else { throw .contentLength }
        guard request.fields[.contentSHA256] == Base64.encode(Digest.sha256(request.body)) else { throw .contentSHA256 }
    }
}
