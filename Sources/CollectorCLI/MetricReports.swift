// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import JSON
import Ledger
import OCIMetrics

extension MetricCatalog {
    /// For people, at most 80 columns.
    static var table: String {
        var lines = [row("metric", "unit", "streams", "density", "split by")]
        for source in DeclaredMetric.Source.allCases {
            lines.append("")
            for metric in all where metric.source == source {
                lines.append(
                    row(
                        metric.name, metric.unit, "\(metric.streams)", metric.density.rawValue,
                        metric.dimensions.map(\.shown).joined(separator: " ")))
            }
            lines.append("\(source.rawValue): \(streams(of: source)) streams a job, at most \(streamLimit(of: source))")
        }
        return (lines + ["", "next: polisen-collector metrics catalogue <metric>"]).joined(separator: "\n")
    }

    private static func row(_ name: String, _ unit: String, _ streams: String, _ density: String, _ dimensions: String)
        -> String
    {
        let cells = [(name, 32), (unit, 11), (streams, 8), (density, 8)]
        let text = cells.map { $0.0 + String(repeating: " ", count: max(1, $0.1 - $0.0.count)) }.joined() + dimensions
        return String(text.reversed().drop { $0 == " " }.reversed())
    }

    /// The same for programs.
    static var json: JSONValue {
        let sources = DeclaredMetric.Source.allCases
        return [
            "schema": 1, "common": .array(common.map { .string($0.name) }),
            "streams": .object(sources.map { JSONMember($0.rawValue, .int(streams(of: $0))) }),
            "limits": .object(sources.map { JSONMember($0.rawValue, .int(streamLimit(of: $0))) }),
            "metrics": .array(all.map(\.json)),
        ]
    }
}

extension MetricDimension {
    /// `outcome(8)`.
    fileprivate var shown: String { values.map { "\(name)(\($0.count))" } ?? name }
}

extension DeclaredMetric {
    var json: JSONValue {
        let dimensions = dimensions.map { dimension -> JSONValue in
            let values = dimension.values.map { JSONValue.array($0.map(JSONValue.string)) }
            return ["name": .string(dimension.name), "values": values ?? .null]
        }
        return [
            "name": .string(name), "otel_name": .string(twin), "unit": .string(unit), "dimensions": .array(dimensions),
            "density": .string(density.rawValue), "source": .string(source.rawValue), "streams": .int(streams),
            "period_seconds": .int(periodSeconds), "heartbeat": .bool(isHeartbeat),
            "help": .string(help), "left_out_by": .optional(condition),
            "checker_values": .array(checkerValues.map(JSONValue.string)),
        ]
    }

    /// For people.
    var text: String {
        var rows = [("metric", name), ("means", help), ("unit", unit), ("density", density.rawValue)]
        if isHeartbeat { rows.append(("absence", "is news: it is posted only while its poster does its work")) }
        rows += dimensions.map { ("by", "\($0.name): \($0.values?.joined(separator: " ") ?? "one a deployment")") }
        if let condition { rows.append(("not from", condition)) }
        let minutes = "every \(periodSeconds / 60) minutes"
        let period = periodSeconds < 120 ? "every minute" : source == .collector ? minutes + " (the timer's)" : minutes
        rows += [("streams", "\(streams)"), ("posted by", "\(source.rawValue), \(period)")]
        if !checkerValues.isEmpty { rows.append(("by checker", checkerValues.joined(separator: " "))) }
        rows.append(("in OTel", twin))
        return Rows.text(rows)
    }
}

/// What `metrics spool` tells: the collector's spool and the checker's.
struct SpoolReports {
    let isEnabled: Bool
    /// The collector's first.
    let spools: [SpoolReport]

    private var points: Int { spools.reduce(0) { $0 + $1.status.points } }

    /// For people, the verdict of each first.
    var text: String {
        let next = points > 0 ? "metrics flush" : isEnabled ? "metrics catalogue" : "config show"
        return (spools.map(\.text) + ["next: polisen-collector \(next)"]).joined(separator: "\n")
    }

    /// For programs: sums, and each spool.
    var json: JSONValue {
        let oldest = spools.compactMap(\.status.oldest).min()
        let dropped = spools.reduce(DropCounts()) { $0 + $1.status.dropped }
        let paused = spools.compactMap(\.status.pausedUntil).max()
        func sum(_ value: KeyPath<SpoolStatus, Int>) -> JSONValue {
            .int(spools.reduce(0) { $0 + $1.status[keyPath: value] })
        }
        return [
            "schema": 1, "spool": .optional(spools.first?.directory), "enabled": .bool(isEnabled),
            "points": .int(points), "in_doubt": sum(\.inDoubt),
            "oldest_at": .optional(oldest.map { Timestamp.text($0) }),
            "oldest_age_seconds": .optional(spools.compactMap(\.age).max()), "bytes": sum(\.bytes),
            "dropped": dropped.json, "damaged_lines": sum(\.damagedLines), "failures": sum(\.failures),
            "paused_until": .optional(paused.map { Timestamp.text($0) }), "spools": .array(spools.map(\.json)),
        ]
    }
}

/// One spool.
struct SpoolReport {
    let source: DeclaredMetric.Source
    let directory: String
    let isEnabled: Bool
    let status: SpoolStatus
    let now: Date

    fileprivate var age: Int? { status.oldest.map { max(0, Int(now.timeIntervalSince($0))) } }

    private var verdict: String {
        if status.points == 0 { return isEnabled ? "empty: nothing waits" : "off: metrics.backend does not name oci" }
        if status.pausedUntil != nil { return "pausing: \(status.failures) posts in a row failed" }
        if let age, age > 5_400 { return "late: points are dropped when they are two hours old" }
        return "waiting: the next \(source == .collector ? "run" : "check") posts"
    }

    /// For people, the verdict first.
    fileprivate var text: String {
        var rows = [("spool", verdict), ("of", "\(source.rawValue)"), ("points", "\(status.points)")]
        if let oldest = status.oldest, let age {
            rows.append(("oldest", "\(Timestamp.text(oldest)), \(age / 60) min ago"))
        }
        if status.inDoubt > 0 { rows.append(("in doubt", "\(status.inDoubt): sent, but no answer was noted")) }
        rows.append(("dropped", status.dropped.shown))
        if status.damagedLines > 0 { rows.append(("damaged", "\(status.damagedLines) lines, kept in damaged.jsonl")) }
        rows.append(("failures", "\(status.failures) in a row"))
        if let until = status.pausedUntil { rows.append(("paused", "until \(Timestamp.text(until))")) }
        rows += [("kept in", directory), ("size", "\(status.bytes) B")]
        return Rows.text(rows) + "\n"
    }

    fileprivate var json: JSONValue {
        [
            "source": .string(source.rawValue), "spool": .string(directory), "points": .int(status.points),
            "in_doubt": .int(status.inDoubt),
            "oldest_at": .optional(status.oldest.map { Timestamp.text($0) }), "oldest_age_seconds": .optional(age),
            "bytes": .int(status.bytes), "dropped": status.dropped.json, "damaged_lines": .int(status.damagedLines),
            "failures": .int(status.failures),
            "paused_until": .optional(status.pausedUntil.map { Timestamp.text($0) }),
        ]
    }
}

extension FlushReport {
    /// For people, the verdict first.
    var text: String {
        let total = total
        var rows = total.rows(isDone)
        rows += parts.filter { $0.report.left > 0 }.map {
            ("of these", "\($0.report.left) of the \($0.source.rawValue)")
        }
        return Rows.text(rows)
            + "\nnext: polisen-collector metrics \(isDone || total.left == 0 ? "spool" : "flush --timeout 5m")"
    }

    /// For programs.
    var json: JSONValue {
        let spools = parts.map { part -> JSONValue in
            .object([JSONMember("source", .string(part.source.rawValue))] + part.report.members)
        }
        return .object(
            [JSONMember("schema", 1)] + total.members + [JSONMember("spools", .array(spools))])
    }
}

extension PostReport {
    fileprivate func rows(_ isDone: Bool) -> [(String, String)] {
        var rows = [
            ("flush", verdict(isDone)),
            ("posted", "\(posted)" + (resent > 0 ? ", \(resent) of them perhaps twice: an answer was lost" : "")),
            ("left", "\(left)" + (oldestAge.map { ", the oldest \($0.components.seconds / 60) min old" } ?? "")),
        ]
        if !dropped.isEmpty { rows.append(("dropped", dropped.shown)) }
        if let problem { rows.append(("because", problem)) }
        return rows
    }

    private func verdict(_ isDone: Bool) -> String {
        if isDone { return posted > 0 ? "done: nothing waits" : "done: nothing waited" }
        if errorType == "spool" { return "failed: the spool cannot be used" }
        if left > 0 { return "some are left" }
        return dropped.isEmpty ? "nothing waits, but not all went well" : "nothing waits: \(dropped.total) were refused"
    }

    fileprivate var members: [JSONMember] {
        [
            JSONMember("posted", .int(posted)), JSONMember("resent", .int(resent)), JSONMember("dropped", dropped.json),
            JSONMember("left", .int(left)),
            JSONMember("oldest_age_seconds", .optional(oldestAge.map { Int($0.components.seconds) })),
            JSONMember("requests", .int(requests)),
            JSONMember("seconds", .double((duration.seconds * 1_000).rounded() / 1_000)),
            JSONMember("stop", .optional(stop?.rawValue)), JSONMember("error_type", .optional(errorType)),
            JSONMember("problem", .optional(problem)),
        ]
    }
}

extension DropCounts {
    fileprivate var shown: String {
        let reasons = DropReason.allCases.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.rawValue)" }
        return reasons.isEmpty ? "0" : "\(reasons.joined(separator: ", ")) (not reported yet)"
    }

    fileprivate var json: JSONValue {
        .object(DropReason.allCases.map { JSONMember($0.rawValue, .int(self[$0])) })
    }
}

/// Names and values in two columns of at most 80 together.
private enum Rows {
    static func text(_ rows: [(String, String)]) -> String {
        rows.flatMap { name, value in
            let lines = wrapped(value, width: 69, indent: 0)
            return lines.enumerated().map { index, line in
                (index == 0
                    ? name + String(repeating: " ", count: max(1, 11 - name.count)) : String(repeating: " ", count: 11))
                    + line
            }
        }.joined(separator: "\n")
    }
}
