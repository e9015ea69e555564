// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import HTTPTypes
import Transport

/// Which part of a request its signature covers.
package enum BodyCoverage: Sendable, Hashable {
    /// GET, HEAD, DELETE.
    case none
    /// POST, PUT, PATCH: length, type and SHA-256 of the body are signed, of an empty body too.
    case signed
    /// PutObject and UploadPart: length and type are sent and not signed (contract §2.6).
    case excluded
}

/// OCI request signatures, version 1: a pure function of request, body, key and instant.
package enum RequestSigner {
    /// Headers of the federation request, which does not sign `host` (contract §2.2).
    package static let federationHeaders = ["date", "(request-target)"] + bodyHeaders

    static let bodyHeaders = ["content-length", "content-type", "x-content-sha256"]

    /// Adds `date`, the body headers and `authorization`, replacing those of an earlier attempt.
    ///
    /// `host` is what goes on the wire: the request's authority, which must not be changed afterwards, nor `path`,
    /// nor the body. With coverage, no body (nil) is signed as an empty one and must be sent as `content-length: 0`.
    /// `headerOrder` overrides the list of signed headers.
    package static func sign(
        _ request: inout HTTPRequest, body: [UInt8]?, coverage: BodyCoverage, keyID: Secret, key: PrivateKey,
        date: Date, headerOrder: [String]? = nil
    ) throws(SigningError) {
        try checkMethod(request.method, coverage)
        addHeaders(to: &request.headerFields, body: body, coverage: coverage, date: date)
        let headers = headerOrder ?? self.headers(for: request, coverage)
        let text = try signingString(request, headers: headers)
        request.headerFields[.authorization] = try authorization(text, headers, keyID, key)
    }

    /// The exact text to be signed, of a request that has all its headers.
    package static func signingString(_ request: HTTPRequest, headers: [String]) throws(SigningError) -> String {
        try SigningString.text(
            method: request.method.rawValue, target: request.path ?? "/", host: host(of: request),
            fields: request.headerFields, headers: headers)
    }

    /// The value of the Host header as libcurl writes it: the authority without a port that is the scheme's own.
    package static func host(of request: HTTPRequest) -> String {
        let authority = request.authority ?? ""
        switch request.scheme {
        case "https" where authority.hasSuffix(":443"): return String(authority.dropLast(4))
        case "http" where authority.hasSuffix(":80"): return String(authority.dropLast(3))
        default: return authority
        }
    }

    private static func checkMethod(_ method: HTTPRequest.Method, _ coverage: BodyCoverage) throws(SigningError) {
        switch method {
        case .get, .head, .delete:
            guard coverage == .none else { throw .coverage(method: method.rawValue) }
        case .post, .patch:
            guard coverage == .signed else { throw .coverage(method: method.rawValue) }
        case .put:
            guard coverage != .none else { throw .coverage(method: method.rawValue) }
        default: throw .method(method.rawValue)
        }
    }

    private static func addHeaders(
        to fields: inout HTTPFields, body: [UInt8]?, coverage: BodyCoverage, date: Date
    ) {
        let text = HTTPDate.format(date)
        fields[.date] = text
        if fields[.xDate] != nil { fields[.xDate] = text }
        guard coverage != .none else { return }
        fields[.contentLength] = String(body?.count ?? 0)
        if fields[.contentType] == nil { fields[.contentType] = "application/json" }
        guard coverage == .signed else { return }
        fields[.contentSHA256] = Base64.encode(Digest.sha256(body ?? []))
    }

    /// The order both official SDKs use. The server looks at `x-date` where both dates are sent.
    private static func headers(for request: HTTPRequest, _ coverage: BodyCoverage) -> [String] {
        var headers = [request.headerFields[.xDate] == nil ? "date" : "x-date", "(request-target)", "host"]
        if request.headerFields[.delegationToken] != nil { headers.append("opc-obo-token") }
        return coverage == .signed ? headers + bodyHeaders : headers
    }

    private static func authorization(
        _ text: String, _ headers: [String], _ keyID: Secret, _ key: PrivateKey
    ) throws(SigningError) -> String {
        let name = keyID.reveal()
        let isPlain = name.allSatisfy {
            (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        guard isPlain, !name.isEmpty else { throw .malformedKeyID }
        let signature: [UInt8]
        do { signature = try key.signature(over: Array(text.utf8)) } catch { throw .crypto(error) }
        return "Signature algorithm=\"rsa-sha256\",headers=\"\(headers.joined(separator: " "))\","
            + "keyId=\"\(String(decoding: name, as: UTF8.self))\",signature=\"\(Base64.encode(signature))\",version=\"1\""
    }
}

extension HTTPField.Name {
    static let xDate = constant("x-date")
    static let contentSHA256 = constant("x-content-sha256")
    static let delegationToken = constant("opc-obo-token")

    private static func constant(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header name") }
        return name
    }
}
