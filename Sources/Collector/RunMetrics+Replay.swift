// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
package import Ledger

/// The metrics that recorded answers would have posted, one after the other: for back-tests of alarms.
///
/// What only a live run can measure (its time, its memory, the wire, the host) is left out.
package struct ReplayMetrics: Sendable {
    private let common: JSONValue
    /// New events of the last 24 hours, oldest first.
    private var day: [(at: Date, new: Int)] = []
    private var lastNewestAt: Date?
    private var hasSeenWindow = false

    package init(job: String, environment: String) {
        common = ["job": .string(job), "env": .string(environment)]
    }

    /// One line for the answer: `at` and `dimensions` are those of all its points.
    package mutating func line(_ record: RunRecord) -> [UInt8] {
        let points = samples(of: record).map { sample -> JSONValue in
            var members = [JSONMember("name", .string(sample.name))]
            if !sample.dimensions.isEmpty {
                let own = sample.dimensions.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
                members.append(JSONMember("dimensions", .object(own)))
            }
            return .object(members + [JSONMember("value", .double(sample.value))])
        }
        let line: JSONValue = [
            "schema": 1, "at": .string(Timestamp.text(record.endedAt)), "run_id": .string(record.runID.description),
            "outcome": .string(record.outcome.rawValue), "dimensions": common, "points": .array(points),
        ]
        return line.encoded() + [0x0A]
    }

    /// Answers come in the order in which they were captured.
    package mutating func samples(of record: RunRecord) -> [MetricSample] {
        let start = record.endedAt.addingTimeInterval(-86_400)
        day.append((record.endedAt, record.counts.new))
        if let first = day.firstIndex(where: { $0.at >= start }), first > 0 { day.removeFirst(first) }
        var surroundings = RunSurroundings()
        surroundings.eventsNew24h = day.reduce(0) { $0 + $1.new }
        if record.answer?.isWindow == true { lastNewestAt = record.answer?.newestAt ?? lastNewestAt }
        surroundings.lastNewestAt = lastNewestAt
        var record = record
        if record.answer?.isWindow == true {
            // What was in the window before the first answer nobody knows: it is told like an archive's first run.
            if !hasSeenWindow { record.commits.append(1) }
            hasSeenWindow = true
        }
        return RunMetrics.samples(of: record, in: surroundings).filter { !Self.unknowable.contains($0.name) }
    }

    private static let unknowable: Set = [
        "run_duration_seconds", "stage_duration_seconds", "run_start_delay_seconds", "run_cpu_seconds",
        "run_peak_memory_bytes", "api_call_duration_seconds", "object_puts", "storage_bytes", "index_conflicts",
        "vault_reads", "journal_entries_dropped", "build_info",
    ]
}
