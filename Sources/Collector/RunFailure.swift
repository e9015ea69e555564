// SPDX-License-Identifier: MIT

package import Files
package import Ledger
package import OCI
import Transport

/// Why a run came to no good end, as ledger, journal and exit code tell it.
package struct RunFailure: Error, Sendable, Hashable {
    /// The `error_type`: one word for each cause, never text from the wire.
    package let type: String
    package let message: String
    package let stage: RunRecord.Stage
    package let exit: Exit
    package let httpStatus: Int?
    package let requestID: String?

    /// Exit codes of design §2 that a run can end with.
    package enum Exit: Int, Sendable, Hashable {
        case badData = 65
        case unavailable = 69
        case cannotWrite = 73
        case temporary = 75
        case denied = 77
        case configuration = 78
    }

    package init(
        type: String, message: String, stage: RunRecord.Stage, exit: Exit, httpStatus: Int? = nil,
        requestID: String? = nil
    ) {
        self.type = type
        self.message = message
        self.stage = stage
        self.exit = exit
        self.httpStatus = httpStatus
        self.requestID = requestID
    }

    /// As the ledger keeps it.
    package var record: RunRecord.Failure {
        RunRecord.Failure(
            type: type, message: message, stage: stage, httpStatus: httpStatus, requestID: requestID,
            exitCode: exit.rawValue)
    }
}

extension RunFailure {
    package init(_ error: FeedError) {
        self.init(
            type: error.type, message: error.description, stage: .fetch, exit: Self.exit(of: error),
            httpStatus: error.status)
    }

    private static func exit(of error: FeedError) -> Exit {
        switch error {
        case .status(401, _), .status(403, _): .denied
        case .exhausted, .heldOff, .stopped: .temporary
        case .ledger: .cannotWrite
        case .transport(let error):
            switch error {
            case .badEncoding, .tooLarge: .badData
            case .unusable: .configuration
            default: .unavailable
            }
        case .status, .deadline: .unavailable
        }
    }

    package init(_ problem: AnswerProblem, bytes: Int) {
        let message =
            switch problem {
            case .empty: "the feed answered with an empty body: nothing is changed, the next run asks again"
            case .notJSON:
                "the feed's answer (\(bytes) bytes) is no JSON: it is kept under rejects/; look at it, and at feed.url"
            case .truncated:
                "the feed's answer ends in the middle (\(bytes) bytes): it is kept under rejects/, the next run asks again"
            case .notArray:
                "the feed's answer (\(bytes) bytes) is JSON but no list of events: it is kept under rejects/; check feed.url"
            case .tooMany:
                "the feed's answer (\(bytes) bytes) has more than \(AnswerReader.elementLimit) elements, forty times the "
                    + "source's 500: its beginning is kept under rejects/; look at it, and at feed.url"
            }
        self.init(type: "answer_\(problem.rawValue)", message: message, stage: .decode, exit: .badData)
    }

    package init(_ error: ArchiveError, stage: RunRecord.Stage) {
        switch error {
        case .file(let error): self.init(error, stage: stage)
        case .service(let error): self.init(error, stage: stage)
        case .damaged: self.init(type: "archive_damaged", message: error.description, stage: stage, exit: .badData)
        case .newer: self.init(type: "archive_newer", message: error.description, stage: stage, exit: .configuration)
        case .foreign:
            self.init(type: "archive_foreign", message: error.description, stage: stage, exit: .configuration)
        case .contended:
            self.init(type: "archive_contended", message: error.description, stage: stage, exit: .cannotWrite)
        case .stopped: self.init(type: "terminated", message: error.description, stage: stage, exit: .temporary)
        }
    }

    package init(_ error: FileError, stage: RunRecord.Stage) {
        self.init(type: error.type, message: error.description, stage: stage, exit: .cannotWrite)
    }

    package init(_ error: OCIError, stage: RunRecord.Stage) {
        // Nothing else cancels a run's requests.
        if case .transport(.cancelled, let operation, _) = error {
            self.init(
                type: "terminated",
                message:
                    "told to stop while waiting for an answer (\(operation)): the next run finishes what was begun",
                stage: stage, exit: .temporary)
            return
        }
        self.init(
            type: error.type, message: error.description, stage: stage, exit: Self.exit(of: error),
            httpStatus: error.httpStatus, requestID: error.requestID)
    }

    private static func exit(of error: OCIError) -> Exit {
        switch error {
        case .service(let failure) where [401, 403, 404].contains(failure.status): .denied
        case .service(let failure) where (400..<500).contains(failure.status) && failure.status != 429: .cannotWrite
        case .credential(let problem) where Self.deniedKinds.contains(problem.kind): .denied
        case .credential, .unusable: .configuration
        case .unreadableBody, .transport, .deadline, .service: .unavailable
        }
    }
    /// Credentials that are configured and were refused or have ended.
    private static let deniedKinds = ["metadata", "federation", "vault", "token_expired"]
}

extension FileError {
    /// The `error_type`.
    var type: String {
        isOutOfSpace ? "disk_full" : isReadOnly ? "read_only" : isForbidden ? "permission_denied" : "file_error"
    }
}

extension OCIError {
    /// The `error_type`: finer than `reason`, which is a dimension of metrics.
    var type: String {
        switch self {
        case .transport(.tls(let problem, _, _), _, _) where problem != .other: "oci_tls_\(problem.rawValue)"
        case .transport(.timeout(phase: .connect, _, _), _, _): "oci_connect_timeout"
        case .service(let failure): failure.type
        case .credential(let problem): "oci_credential_\(problem.kind)"
        case .transport, .unreadableBody, .deadline, .unusable: "oci_\(reason)"
        }
    }
}

extension ServiceFailure {
    fileprivate var type: String {
        switch status {
        case _ where isClockSkew: "oci_clock_skew"
        case 300..<400: "oci_redirect"
        case 401: "oci_unauthorized"
        case 403: "oci_forbidden"
        case 404 where code == "BucketNotFound": "oci_bucket_not_found"
        case 404 where code == "NamespaceNotFound": "oci_namespace_not_found"
        case 412: "oci_precondition_failed"
        case 400..<500 where code == "QuotaExceeded" || code == "LimitExceeded": "oci_quota_exceeded"
        default: "oci_\(reason)"
        }
    }
}
