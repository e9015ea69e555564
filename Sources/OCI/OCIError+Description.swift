// SPDX-License-Identifier: MIT

import Transport

extension OCIError {
    /// A closed set for metrics and ledger, never text from the wire: those of `TransportError` and `throttled`
    /// `auth_denied` `not_found` `conflict` `clock_skew` `server_error` `rejected` `unreadable_body` `credential`
    /// `deadline`.
    package var reason: String {
        switch self {
        case .transport(let error, _, _): error.reason
        case .service(let failure): failure.reason
        case .unreadableBody: "unreadable_body"
        case .credential: "credential"
        case .deadline: "deadline"
        case .unusable: "unusable"
        }
    }

    /// `opc-request-id` of the last answer, where there was one.
    package var requestID: String? {
        switch self {
        case .service(let failure): failure.requestID
        case .unreadableBody(_, _, let requestID): requestID
        case .transport, .credential, .deadline, .unusable: nil
        }
    }

    /// Status of the last answer, where that was what failed.
    package var httpStatus: Int? {
        guard case .service(let failure) = self else { return nil }
        return failure.status
    }
}

extension OCIError: CustomStringConvertible {
    /// What failed, on what, and what to do next.
    package var description: String {
        switch self {
        case .transport(let error, let operation, let attempts):
            "\(operation)\(Self.tries(attempts)): \(error)"
        case .service(let failure): failure.description
        case .unreadableBody(let operation, let problem, let requestID):
            "\(operation): the answer cannot be read: \(problem)\(Self.quoted(requestID)); try again, then report it"
        case .credential(let problem): problem.message
        case .deadline(let operation):
            "\(operation): the deadline passed before it could be sent; see what took the time, or raise run.deadline"
        case .unusable(let operation, let problem): "\(operation): \(problem)"
        }
    }

    static func tries(_ attempts: Int) -> String { attempts > 1 ? " (\(attempts) attempts)" : "" }

    static func quoted(_ requestID: String?) -> String { requestID.map { " [opc-request-id \($0)]" } ?? "" }
}

extension ServiceFailure {
    /// See `OCIError.reason`.
    package var reason: String {
        switch status {
        case _ where isClockSkew: "clock_skew"
        case 429: "throttled"
        case 401, 403: "auth_denied"
        case 404: "not_found"
        case 409, 412: "conflict"
        case 500...: "server_error"
        default: "rejected"
        }
    }
}

extension ServiceFailure: CustomStringConvertible {
    /// `PutObject x: 404 BucketNotFound: … [opc-request-id …]; next step`.
    package var description: String {
        let said = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        let head = "\(operation): \(status)\(said.isEmpty ? "" : " " + said)"
        return "\(head)\(OCIError.tries(attempts))\(OCIError.quoted(requestID)); \(advice)"
    }

    private var advice: String {
        switch status {
        case _ where isClockSkew:
            "the local clock is \(Int(abs(clockSkew ?? 0).rounded())) s \((clockSkew ?? 0) > 0 ? "ahead" : "behind"): fix NTP"
        case 401: "check that the API key is uploaded and its fingerprint, user and tenancy are the configured ones"
        case 403: "add the missing IAM policy for this principal"
        case 404 where code == "BucketNotFound": "check oci.bucket, oci.namespace and the IAM policy"
        case 404 where code == "NamespaceNotFound": "check oci.namespace"
        case 404: "check the id or name, and that the IAM policy allows reading it (OCI answers 404 for both)"
        case 409, 412: "somebody else changed it at the same time; read it and try again"
        case 429: "too many requests: wait a minute and try again"
        case 413: "send less at once"
        case 500...: "OCI's side; try again, then ask support with the request id"
        case 400..<500 where code == "QuotaExceeded" || code == "LimitExceeded":
            "free space in the tenancy, or have the limit raised"
        case 300..<400: "redirects are never followed; check oci.endpoints"
        default: "correct the request; the text before says what is wrong"
        }
    }
}

extension CredentialProblem: CustomStringConvertible {
    package var description: String { message }
}
