// SPDX-License-Identifier: MIT

package import HTTPTypes

/// The text that is hashed and signed (contract §2.3), for the one who signs and the one who checks.
package enum SigningString {
    /// One line `name: value` per header name, joined with LF, no LF at the end.
    ///
    /// `host` and `target` (path and query) are taken as they are on the wire. Throws the first name that has no value.
    package static func text(
        method: String, target: String, host: String, fields: HTTPFields, headers: [String]
    ) throws(SigningError) -> String {
        var lines: [String] = []
        for header in headers {
            switch header {
            case "(request-target)": lines.append("\(header): \(method.lowercased()) \(target)")
            case "host": lines.append("host: \(host)")
            default:
                guard let name = HTTPField.Name(header), let value = fields[name] else {
                    throw .missingHeader(header)
                }
                lines.append("\(header): \(value)")
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// Why a request cannot be signed. Never holds a secret.
package enum SigningError: Error, Sendable, Hashable {
    /// OCI knows GET, HEAD, DELETE, POST, PUT and PATCH.
    case method(String)
    /// A POST, PUT or PATCH must cover its body (or be an upload); GET, HEAD and DELETE cover none.
    case coverage(method: String)
    /// A header to be signed has no value.
    case missingHeader(String)
    /// The key id holds a quote, a blank or a line end: a token that was not trimmed.
    case malformedKeyID
    case crypto(CryptoError)
}

extension SigningError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .method(let method): "cannot sign a \(method) request: OCI knows GET, HEAD, DELETE, POST, PUT and PATCH"
        case .coverage(let method):
            "cannot sign this \(method) request: its body is covered neither as body nor as upload"
        case .missingHeader(let name): "cannot sign: the request has no header \(name)"
        case .malformedKeyID:
            "cannot sign: the key id holds blanks, quotes or line ends; look at the token or the profile"
        case .crypto(let error): "cannot sign: \(error)"
        }
    }
}
