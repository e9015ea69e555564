// SPDX-License-Identifier: MIT

package import HTTPTypes
import Transport

extension OCIClient {
    /// One operation: what to send and which answers are expected.
    package struct Call: Sendable {
        /// The API's name: `GetObject`.
        package var operation: String
        /// What it is done to, for error texts: the object's name.
        package var subject = ""
        package var service: OCIService
        package var method: HTTPRequest.Method
        /// Path after the endpoint's base path, and query.
        package var target: RequestTarget
        package var headers: HTTPFields = [:]
        /// Signed, except for uploads. POST calls have one, if only an empty one.
        package var body: [UInt8]?
        /// PutObject and UploadPart do not sign their body (contract §2.6).
        package var isUpload = false
        /// Statuses besides 2xx that are answers, not errors.
        package var expected: Set<Int> = []
        /// Error codes with which a 404 is an answer, not an error.
        package var expectedMissing: Set<String> = []
        package var repeats = Repeats.always
        /// Instead of the service's own.
        package var endpoint: Endpoint?
        /// Off for stored bytes, which come back as they were put.
        package var decodesContent = true
        package var timeout: Duration = .seconds(60)
        package var responseLimitBytes = 32 << 20

        package init(_ operation: String, _ service: OCIService, _ method: HTTPRequest.Method, _ target: RequestTarget)
        {
            self.operation = operation
            self.service = service
            self.method = method
            self.target = target
        }

        /// `GetObject commits/1.jsonl`.
        var title: String { subject.isEmpty ? operation : "\(operation) \(subject)" }
    }

    /// Which failures a call may be repeated after.
    package enum Repeats: Sendable, Hashable {
        /// All that look temporary: doing it twice is harmless.
        case always
        /// Only where the service has surely done nothing: no connection, 429, and 503.
        case undelivered
    }
}

extension OCIClient.Call {
    /// Adds a query item, unless there is no value.
    mutating func ask(_ name: String, _ value: String?) { target = target.query(name, value) }

    mutating func ask(_ name: String, _ value: Int?) { target = target.query(name, value) }

    /// Whether an answer outside 2xx is one the operation knows what to do with.
    func expects(_ reply: Reply) -> Bool {
        expected.contains(reply.status)
            || (reply.status == 404 && expectedMissing.contains(ServiceErrorBody(reply.body).code))
    }
}

extension HTTPField.Name {
    static let opcRequestID = named("opc-request-id")
    static let opcClientRequestID = named("opc-client-request-id")
    static let opcRetryToken = named("opc-retry-token")
    static let opcNextPage = named("opc-next-page")
    static let opcContentMD5 = named("opc-content-md5")
    static let opcWorkRequestID = named("opc-work-request-id")
    static let contentMD5 = named("content-md5")
    static let versionID = named("version-id")
    static let storageTier = named("storage-tier")
    static let archivalState = named("archival-state")
    static let messageType = named("messageType")

    private static func named(_ literal: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(literal) else { preconditionFailure("\(literal) is no header name") }
        return name
    }
}
