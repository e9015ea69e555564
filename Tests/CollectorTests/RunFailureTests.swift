// SPDX-License-Identifier: MIT

import Files
import Ledger
import OCI
import Testing
import Transport

@testable import Collector

@Suite struct RunFailureTests {
    /// Numbers of Linux: ENOSPC, EDQUOT, EROFS, EACCES, EPERM, ENOTDIR.
    @Test(arguments: [
        (28, "disk_full"), (122, "disk_full"), (30, "read_only"), (13, "permission_denied"), (1, "permission_denied"),
        (20, "file_error"),
    ])
    func `what a disk refuses has a type for each cause, in archive and state alike`(code: Int32, type: String) {
        let error = FileError(operation: "open", path: "/x", code: code)
        let failures = [RunFailure(ArchiveError.file(error), stage: .commit), RunFailure(FeedError.ledger(error))]
        #expect(failures.allSatisfy { $0.type == type && $0.exit == .cannotWrite })
        #expect(failures.allSatisfy { $0.message.contains("/x") })
    }

    private static let host = "objectstorage"

    @Test(
        arguments: [
            (.timeout(phase: .connect, host: host, after: .seconds(1)), "connect_timeout", .unavailable),
            (.timeout(phase: .answer, host: host, after: .seconds(1)), "timeout", .unavailable),
            (.tls(.expired, host: host, detail: "d"), "tls_expired", .unavailable),
            (.tls(.wrongHost, host: host, detail: "d"), "tls_wrong_host", .unavailable),
            (.tls(.unknownIssuer, host: host, detail: "d"), "tls_unknown_issuer", .unavailable),
            (.tls(.other, host: host, detail: "d"), "tls", .unavailable), (.unusable(detail: "d"), "unusable", nil),
        ] as [(TransportError, String, RunFailure.Exit?)])
    func `the same trouble of a connection has a type for the feed and one for OCI`(
        error: TransportError, type: String, exit: RunFailure.Exit?
    ) {
        let feed = RunFailure(FeedError.transport(error))
        let cloud = RunFailure(.transport(error, operation: "GetObject", attempts: 1), stage: .diff)
        #expect(feed.type == "feed_" + type && cloud.type == "oci_" + type)
        if let exit { #expect(feed.exit == exit && cloud.exit == exit) }
    }

    @Test(arguments: [("token_expired", 77), ("vault", 77), ("config_missing", 78), ("none_found", 78)])
    func `a credential that ended is a refusal, one that was never there a matter of configuration`(
        kind: String, code: Int
    ) {
        let failure = RunFailure(.credential(CredentialProblem(kind: kind, message: "m")), stage: .auth)
        #expect(failure.type == "oci_credential_\(kind)" && failure.exit.rawValue == code)
    }
}
