// SPDX-License-Identifier: MIT

import Ledger

/// Values of dimension `reason` of `run_failed_by_reason`: coarser than `error_type`, so that a chart can hold them.
package enum FailureReason: String, Sendable, Hashable, CaseIterable {
    case api4xx = "api_4xx"
    case api5xx = "api_5xx"
    case apiTimeout = "api_timeout"
    case apiParse = "api_parse"
    case dns, tls
    case authDenied = "auth_denied"
    case vault, storage, checkpoint, killed
    case other = "_OTHER"

    /// What an `error_type` of the ledger counts as; what nobody foresaw is `_OTHER`.
    package init(errorType type: String) {
        self = Self.exact[type] ?? Self.family(type)
    }

    private static func family(_ type: String) -> FailureReason {
        if type.hasPrefix("feed_tls") || type.hasPrefix("oci_tls") { return .tls }
        if type.hasPrefix("answer_") { return .apiParse }
        // killed_oom, killed_timeout and others: what systemd says of a death.
        if type.hasPrefix("killed_") { return .killed }
        if type.hasPrefix("oci_credential_") { return .authDenied }
        if type.hasPrefix("oci_") { return .storage }
        return .other
    }

    private static let exact: [String: FailureReason] = [
        "feed_dns": .dns, "oci_dns": .dns,
        "feed_timeout": .apiTimeout, "feed_connect_timeout": .apiTimeout, "deadline": .apiTimeout,
        "feed_connect": .apiTimeout, "feed_interrupted": .apiTimeout,
        "feed_server_error": .api5xx,
        "feed_throttled": .api4xx, "feed_unauthorized": .api4xx, "feed_forbidden": .api4xx, "feed_not_found": .api4xx,
        "feed_conflict": .api4xx, "feed_precondition_failed": .api4xx, "feed_client_error": .api4xx,
        "feed_too_large": .apiParse, "feed_bad_encoding": .apiParse, "feed_unexpected_status": .apiParse,
        "feed_redirect": .apiParse, "feed_not_modified_unasked": .apiParse,
        "oci_unauthorized": .authDenied, "oci_forbidden": .authDenied, "oci_clock_skew": .authDenied,
        "oci_credential_vault": .vault, "oci_conflict": .checkpoint, "oci_precondition_failed": .checkpoint,
        "oci_unusable": .other,
        "archive_contended": .checkpoint, "archive_damaged": .checkpoint, "archive_newer": .checkpoint,
        "archive_foreign": .storage, "disk_full": .storage, "read_only": .storage, "permission_denied": .storage,
        "file_error": .storage,
        "killed": .killed,
    ]
}

/// Values of dimension `outcome` of `api_requests`.
package enum FeedOutcome: String, Sendable, Hashable, CaseIterable {
    /// An answer that could be used, 304 included.
    case ok
    case http4xx = "http_4xx"
    case http429 = "http_429"
    case http5xx = "http_5xx"
    /// No whole answer: too late, refused, or broken off.
    case timeout
    case dns, tls
    /// An answer that is no list of events.
    case parse
}

/// Values of dimension `outcome` of `object_puts`.
package enum PutOutcome: String, Sendable, Hashable, CaseIterable {
    case ok
    /// The name was taken, or the object had changed.
    case conflict
    case denied, error
}

/// Values of dimension `outcome` of `vault_reads`.
package enum VaultOutcome: String, Sendable, Hashable, CaseIterable {
    case ok, denied
    case notFound = "not_found"
    case throttled, error
}

/// Values of dimension `kind` of `credential_days_left`.
package enum CredentialKind: String, Sendable, Hashable, CaseIterable {
    case secret
    case apiKey = "api_key"
}

/// Values of dimension `reason` of `telemetry_points_dropped`.
package enum PointLoss: String, Sendable, Hashable, CaseIterable {
    /// Older than the two hours OCI takes.
    case late
    /// Refused by the service for good.
    case rejected
    case spoolFull = "spool_full"
    /// No number, or a name the service would refuse.
    case encode
}

/// Values of dimension `cause` of `journal_entries_dropped`.
package enum JournalLoss: String, Sendable, Hashable, CaseIterable {
    /// By journald's own rate limit.
    case suppressed
    /// The socket had no room or was not there.
    case sendFailed = "send_failed"
}
