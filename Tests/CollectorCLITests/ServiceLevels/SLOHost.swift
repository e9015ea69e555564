// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import JSON
import Ledger
import TestSupport
import Testing

/// A host whose ledger holds some weeks of runs, and the program at Monday's review: 2026-11-23 09:00 in Stockholm.
struct SLOHost: Sendable {
    static let now = "2026-11-23T08:00:00Z"
    /// Monday to Sunday before.
    static let week = "2026-W47"

    let host: EndToEndHost
    var settings: [String: String] = [:]

    /// What went on.
    enum History: Sendable {
        /// A run each half hour, and none failed.
        case good
        /// The same, and a day and a half of failures that ended 90 hours ago.
        case outage
        /// One run, at the very end.
        case begun
        /// Nothing is known of the last twenty days.
        case silent
        case none
    }

    static func use(_ history: History, _ body: (SLOHost) async throws -> Void) async throws {
        try await EndToEndHost.use { host in
            try write(history, host.state)
            try await body(SLOHost(host: host))
        }
    }

    func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> EndedProgram {
        var settings = [
            "POLISEN_CLOCK": Self.now, "POLISEN_FEED_URL": "http://127.0.0.1:9/api/events",
            "POLISEN_STATE_PATH": host.state, "POLISEN_ARCHIVE_PATH": host.archive,
            "POLISEN_SLOS_PATH": packageRoot + "/slos", "POLISEN_ALARMS_PATH": packageRoot + "/alarms",
            "POLISEN_LOG_TARGET": "json", "POLISEN_CONFIG": "/dev/null",
        ]
        settings.merge(self.settings) { $1 }
        return try await host.run(arguments, environment: settings.merging(environment) { $1 })
    }

    /// Writes a ledger that ends at `now`.
    static func write(_ history: History, _ state: String, until now: String = now) throws {
        guard history != .none else { return }
        let end = try #require(Timestamp.date(now))
        let slots = history == .begun ? 1...1 : history == .silent ? 960...1_680 : 1...1_680
        try RunLedger(statePath: state).append(
            slots.reversed().map { back in
                let start = end.addingTimeInterval(Double(-back) * 1_800)
                return record(start, isBad: history == .outage && (180..<252).contains(back))
            })
    }

    private static func record(_ start: Date, isBad: Bool) -> RunRecord {
        var record = RunRecord(
            runID: RunID(at: start, hash: []), job: "polisen", environment: "production", command: .collect,
            startedAt: start.addingTimeInterval(4), endedAt: start.addingTimeInterval(5.5),
            outcome: isBad ? .failed : .success, version: "0.2.0", configSHA: "0123abcd", host: "host")
        record.plannedAt = start
        record.feedCalls = 1
        record.measures.feedOutcomes = isBad ? ["timeout": 1] : ["ok": 1]
        guard isBad else {
            record.counts.returned = 500
            record.objectsPut = 2
            record.measures.puts = ["ok": 2]
            return record
        }
        record.error = RunRecord.Failure(type: "feed_timeout", message: "no answer", stage: .fetch, exitCode: 69)
        return record
    }
}

extension EndedProgram {
    func json() throws -> JSONValue { try JSONValue.parse(Array(output.utf8)) }
}
