// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// What can go wrong between the built program and Object Storage.
@Suite struct EndToEndCloudTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What local-oci is told to do to every request of Object Storage.
        let action: String
        var method: String?
        let end: ExpectedEnd

        init(_ action: String, _ status: Int32, _ type: String, _ says: String, method: String? = nil) {
            testDescription = "\(type) \(action)"
            self.action = action
            self.method = method
            end = ExpectedEnd(status: status, type: type, says: says)
        }
    }

    static let faults: [Fault] = [
        Fault(#"{"status":302}"#, 69, "oci_redirect", "check oci.endpoints"),
        Fault(#"{"status":400}"#, 73, "oci_rejected", "correct the request"),
        Fault(#"{"status":400,"code":"QuotaExceeded"}"#, 73, "oci_quota_exceeded", "free space", method: "PUT"),
        Fault(#"{"status":401}"#, 77, "oci_unauthorized", "check that the API key is uploaded"),
        Fault(#"{"skew_s":900}"#, 77, "oci_clock_skew", "fix NTP"),
        Fault(#"{"skew_s":-900}"#, 77, "oci_clock_skew", "ahead"),
        Fault(#"{"status":403}"#, 77, "oci_forbidden", "add the missing IAM policy"),
        Fault(#"{"status":404}"#, 77, "oci_not_found", "IAM policy"),
        Fault(#"{"status":404,"code":"BucketNotFound"}"#, 77, "oci_bucket_not_found", "check oci.bucket"),
        Fault(#"{"status":404,"code":"NamespaceNotFound"}"#, 77, "oci_namespace_not_found", "check oci.namespace"),
        Fault(#"{"status":409,"code":"ConcurrentObjectUpdate"}"#, 73, "oci_conflict", "try again"),
        Fault(#"{"status":409,"code":"IncorrectState"}"#, 73, "oci_conflict", "try again"),
        Fault(#"{"status":412}"#, 73, "oci_precondition_failed", "try again", method: "GET"),
        Fault(#"{"status":412}"#, 73, "archive_contended", "look for a second collector", method: "PUT"),
        Fault(#"{"status":429}"#, 69, "oci_throttled", "wait a minute"),
        Fault(#"{"status":429,"retry_after":120}"#, 69, "oci_throttled", "wait a minute"),
        Fault(#"{"status":500}"#, 69, "oci_server_error", "try again"),
        Fault(#"{"status":503}"#, 69, "oci_server_error", "try again"),
        Fault(#"{"status":503}"#, 69, "oci_server_error", "try again", method: "PUT"),
        Fault(#"{"drop":"before"}"#, 69, "oci_interrupted", "try again"),
        Fault(#"{"truncate_bytes":5}"#, 69, "oci_interrupted", "try again", method: "GET"),
        Fault(#"{"drip":5}"#, 69, "oci_timeout", "allow more time", method: "GET"),
        Fault(#"{"body":"<html>proxy</html>"}"#, 69, "oci_unreadable_body", "try again", method: "GET"),
    ]

    @Test(arguments: faults)
    func `a bucket that fails is told by its own type, and the next run stores everything`(
        fault: Fault
    ) async throws {
        try await FaultyCloud.use { cloud in
            try await cloud.disturb(fault.action, method: fault.method)
            try await EndToEndFeed().serve { feed in
                try expectEnd(try await cloud.host.collect(feed, cloud.settings()), fault.end, on: cloud.host)
            }
            try await cloud.expectRecovery()
        }
    }

    @Test func `a lost reply is found out and nothing is stored twice`() async throws {
        try await FaultyCloud.use { cloud in
            try await cloud.disturb(#"{"drop":"after"}"#, method: "PUT", times: "1")
            try await cloud.expectRecovery(records: 1, isDisturbed: true)
        }
    }

    static let places: [(endpoint: String, type: String, says: String)] = [
        ("https://objectstorage.invalid", "oci_dns", "check the host's name"),
        ("https://127.0.0.1:1", "oci_connect", "check network, firewall and proxy"),
    ]

    @Test(arguments: places)
    func `a service that cannot be reached is told`(
        place: (endpoint: String, type: String, says: String)
    ) async throws {
        try await FaultyCloud.use { cloud in
            try await EndToEndFeed().serve { feed in
                let ended = try await cloud.host.collect(feed, cloud.settings(endpoint: place.endpoint))
                try expectEnd(
                    ended, ExpectedEnd(status: 69, type: place.type, says: place.says), on: cloud.host)
            }
            try await cloud.expectRecovery()
        }
    }

    static let certificates: [(TestCertificates.Leaf, trusted: Bool, type: String, says: String)] = [
        (.expired, true, "oci_tls_expired", "check this machine's clock"),
        (.wrongHost, true, "oci_tls_wrong_host", "check the URL"),
        (.good, false, "oci_tls_unknown_issuer", "tls.ca_file"),
    ]

    @Test(arguments: certificates)
    func `a service with a bad certificate is told and gets nothing`(
        leaf: TestCertificates.Leaf, isTrusted: Bool, type: String, says: String
    ) async throws {
        try await FaultyCloud.use { cloud in
            let certificates = try await TestCertificates(in: cloud.host.root, [leaf])
            try await withTLSServer(certificates, leaf, answers: [:]) { server in
                let trust = isTrusted ? ["--tls-ca-file", certificates.caFile] : []
                let settings = cloud.settings(endpoint: "https://\(server.authority)") + trust
                try await EndToEndFeed().serve { feed in
                    let ended = try await cloud.host.collect(feed, settings)
                    try expectEnd(ended, ExpectedEnd(status: 69, type: type, says: says), on: cloud.host)
                }
            }
            try await cloud.expectRecovery()
        }
    }

    static let credentials: [(config: String?, status: Int32, type: String, says: String)] = [
        (nil, 78, "oci_credential_config_missing", "oci"),
        ("[OTHER]\nuser=x\n", 78, "oci_credential_config_invalid", "DEFAULT"),
        (
            "[DEFAULT]\nuser=ocid1.user.oc1..a\ntenancy=ocid1.tenancy.oc1..a\nfingerprint=\(Array(repeating: "0a", count: 16).joined(separator: ":"))\nregion=eu-stockholm-1\nkey_file=/nowhere.pem\n",
            78, "oci_credential_key_missing", "/nowhere.pem"
        ),
    ]

    @Test(arguments: credentials)
    func `credentials that are not there are told`(
        config: String?, status: Int32, type: String, says: String
    ) async throws {
        try await FaultyCloud.use { cloud in
            let path = cloud.host.root + "/oci-config"
            if let config { try FileSystem.replace(path, Array(config.utf8), mode: 0o600) }
            try await EndToEndFeed().serve { feed in
                let ended = try await cloud.host.collect(feed, cloud.settings(config: path))
                try expectEnd(ended, ExpectedEnd(status: status, type: type, says: says), on: cloud.host)
            }
            try await cloud.expectRecovery()
        }
    }

    @Test func `no credential anywhere is told`() async throws {
        try await EndToEndHost.use { host in
            try await EndToEndFeed().serve { feed in
                let ended = try await host.collect(
                    feed,
                    [
                        "--archive-backend", "oci", "--set", "oci.endpoints.metadata=http://127.0.0.1:1",
                        "--set", "oci.endpoints.object_storage=http://127.0.0.1:1",
                    ])
                let end = ExpectedEnd(status: 78, type: "oci_credential_none_found", says: "oci setup config")
                try expectEnd(ended, end, on: host)
            }
        }
    }

    @Test func `a bucket that is not there is told`() async throws {
        try await FaultyCloud.use { cloud in
            try await EndToEndFeed().serve { feed in
                let ended = try await cloud.host.collect(feed, cloud.settings(bucket: "no-such-bucket"))
                let end = ExpectedEnd(status: 77, type: "oci_bucket_not_found", says: "oci.bucket")
                try expectEnd(ended, end, on: cloud.host)
            }
            try await cloud.expectRecovery()
        }
    }

    @Test func `a body that is no list is kept on this host while the bucket is away, and in the bucket otherwise`()
        async throws
    {
        try await FaultyCloud.use { cloud in
            let page = "<html>Driftstopp</html>"
            try await withFaultServer([.readRequest, .answer(page), .again]) { server in
                for isAway in [true, false] {
                    try await cloud.disturb(isAway ? #"{"status":503}"# : nil)
                    let ended = try await cloud.host.collect("http://\(server.authority)/", cloud.settings())
                    let end = ExpectedEnd(status: 65, type: "answer_not_json", says: "kept under rejects/")
                    try expectEnd(ended, end, on: cloud.host, records: isAway ? 1 : 2)
                    let bodies = try await cloud.host.keptBodies(in: isAway ? nil : try await cloud.store())
                    #expect(bodies == Array(repeating: Array(page.utf8), count: isAway ? 1 : 2))
                }
            }
            try await cloud.expectRecovery(records: 3)
        }
    }
}
