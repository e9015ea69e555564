// SPDX-License-Identifier: MIT

import JSON

/// An error answer in OCI's form: status, code and message.
struct ServiceError: Error, Sendable, Hashable {
    let status: Int
    let code: String
    let message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static let notAuthenticated = ServiceError(
        401, "NotAuthenticated",
        "The required information to complete authentication was not provided or was incorrect.")

    static let notFoundOrDenied = ServiceError(
        404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.")

    static func invalid(_ message: String) -> ServiceError { ServiceError(400, "InvalidParameter", message) }

    static func missing(_ name: String) -> ServiceError {
        ServiceError(400, "MissingParameter", "The required parameter '\(name)' is missing.")
    }

    /// What could not be written to the data directory.
    static func unkept(_ error: any Error) -> ServiceError {
        ServiceError(500, "InternalServerError", "local-oci cannot keep its data: \(error)")
    }

    static let unparsable = ServiceError(400, "CannotParseRequest", "The request body could not be parsed as JSON.")

    static func unknownOperation(_ method: String, _ path: some StringProtocol) -> ServiceError {
        ServiceError(404, "NotAuthorizedOrNotFound", "local-oci has no operation \(method) \(path).")
    }

    var response: ServerResponse {
        .json(status: status, ["code": .string(code), "message": .string(message)])
    }
}

extension ServerResponse {
    /// An answer whose body is one JSON value.
    static func json(
        status: Int = 200, _ value: JSONValue, headers: [(name: String, value: String)] = []
    ) -> ServerResponse {
        ServerResponse(status: status, headers: headers + [("content-type", "application/json")], body: value.encoded())
    }
}

extension ServerRequest {
    /// The body as JSON; throws what the services answer to anything else.
    func json() throws(ServiceError) -> JSONValue {
        do {
            return try JSONValue.parse(body)
        } catch {
            throw .unparsable
        }
    }
}
