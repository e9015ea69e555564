// SPDX-License-Identifier: MIT

import Freshness
import JSON
import Ledger

/// What `freshness` answers.
struct FreshnessAnswer {
    let verdict: Verdict
    let noticesWaiting: Int
    let maxAgeSeconds: Double
    let vantage: String
    var maintenance: ActiveMaintenance?

    /// At most 80 columns, the verdict's word first, the next command last.
    var text: String {
        var lines = wrapped("\(verdict.state.rawValue): \(verdict.cause)", width: 80, indent: 4)
        if let error = verdict.lastError { lines += wrapped("last error: \(error)", width: 80, indent: 4) }
        for warning in verdict.warnings { lines += wrapped("warning: \(warning)", width: 80, indent: 4) }
        if case .unknown(let reason) = verdict.scheduler, verdict.jobFlags == nil {
            lines += wrapped("scheduler: not known (\(reason))", width: 80, indent: 4)
        }
        if let maintenance { lines += wrapped("maintenance: \(maintenance.text)", width: 80, indent: 4) }
        if noticesWaiting > 0 { lines.append("notices not delivered yet: \(noticesWaiting)") }
        return (lines + ["next: \(verdict.nextCommand)"]).joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            JSONMember("schema", 1), JSONMember("state", .string(verdict.state.rawValue)),
            JSONMember("good", .bool(verdict.isGood)), JSONMember("stale", .bool(verdict.isStale)),
            JSONMember("alarming", .bool(verdict.isAlarming)),
            JSONMember("since", .string(Timestamp.text(verdict.since))),
            JSONMember("age_seconds", Self.number(verdict.ageSeconds)),
            JSONMember("max_age_seconds", .double(maxAgeSeconds)),
            JSONMember("last_success_at", .optional(verdict.lastSuccessAt.map(Timestamp.text))),
            JSONMember("data_age_seconds", Self.number(verdict.dataAgeSeconds)),
            JSONMember("run_in_progress_seconds", .double(verdict.runningSeconds)),
            JSONMember("scheduler", scheduler), JSONMember("cause", .string(verdict.cause)),
            JSONMember("last_error", .optional(verdict.lastError)),
            JSONMember("warnings", .array(verdict.warnings.map(JSONValue.string))),
            JSONMember("sources", .array(verdict.sources.map(Self.source))),
            JSONMember("notices", ["waiting": .int(noticesWaiting)]), JSONMember("vantage", .string(vantage)),
            JSONMember("maintenance", maintenance?.json ?? []),
            JSONMember("next", .string(verdict.nextCommand)),
        ])
    }

    private var scheduler: JSONValue {
        switch verdict.scheduler {
        case .healthy: ["state": "healthy", "problem": .null]
        case .unhealthy(let problem): ["state": "unhealthy", "problem": .string(problem)]
        case .unknown(let reason): ["state": "unknown", "problem": .string(reason)]
        }
    }

    private static func source(_ source: Verdict.Source) -> JSONValue {
        [
            "name": .string(source.source.rawValue),
            "last_success_at": .optional(source.lastSuccessAt.map(Timestamp.text)),
            "age_seconds": number(source.ageSeconds), "problem": .optional(source.problem),
        ]
    }

    private static func number(_ value: Double?) -> JSONValue {
        value.map { .double(($0 * 1000).rounded() / 1000) } ?? .null
    }
}
