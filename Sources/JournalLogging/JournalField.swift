// SPDX-License-Identifier: MIT

package import Systemd

/// Which journal field a metadata key becomes: the one table of names.
package enum JournalField {
    /// Keys that are fields of systemd's own; every other key becomes `POLISEN_` and itself in capitals.
    private static let ownNames = [
        "errno": "ERRNO", "documentation": "DOCUMENTATION", "trace.id": "TRACE_ID", "span.id": "SPAN_ID",
    ]

    /// The keys the program uses, dotted, in the order of the catalogue.
    package static let keys = [
        "run.id", "job", "env", "event", "stage", "outcome", "error.type", "error.message", "duration_us", "attempt",
        "retry_after_us", "http.method", "http.status", "url.host", "bytes", "oci.request_id", "object", "etag",
        "events.new", "events.edited", "events.rejected", "events.returned", "metric.posted", "metric.dropped",
        "spool.age_us", "version", "config.sha", "alarm", "alarm.state", "errno", "documentation", "trace.id",
        "span.id",
    ]

    private static let names = Dictionary(uniqueKeysWithValues: keys.map { ($0, made(from: $0)) })

    package static let message = JournalFieldName(normalising: "MESSAGE")
    package static let messageID = JournalFieldName(normalising: "MESSAGE_ID")
    package static let priority = JournalFieldName(normalising: "PRIORITY")
    package static let identifier = JournalFieldName(normalising: "SYSLOG_IDENTIFIER")
    package static let codeFile = JournalFieldName(normalising: "CODE_FILE")
    package static let codeLine = JournalFieldName(normalising: "CODE_LINE")
    package static let codeFunction = JournalFieldName(normalising: "CODE_FUNC")

    /// `http.status` becomes `POLISEN_HTTP_STATUS`.
    package static func name(for key: String) -> JournalFieldName { names[key] ?? made(from: key) }

    private static func made(from key: String) -> JournalFieldName {
        JournalFieldName(normalising: ownNames[key] ?? "POLISEN_" + key)
    }
}
