// SPDX-License-Identifier: MIT

package import FoundationEssentials
import JSON

extension RunRecord {
    /// What a run measured on the way, for its metrics and for those who look for a cause.
    ///
    /// Keys of the dictionaries are values of the metrics' dimensions (`MetricCatalog`); what did not happen is left out.
    package struct Measures: Sendable, Hashable {
        /// Requests to the feed by `outcome` of `api_requests`.
        package var feedOutcomes: [String: Int] = [:]
        /// The longest of them, in seconds.
        package var feedSeconds: Double?
        /// Objects written to the archive by `outcome` of `object_puts`.
        package var puts: [String: Int] = [:]
        package var bytesPut = 0
        /// Times another writer was faster.
        package var conflicts = 0
        /// Requests to the vault by `outcome` of `vault_reads`.
        package var vaultReads: [String: Int] = [:]
        /// Rejected elements by `reason` of `events_rejected`.
        package var rejected: [String: Int] = [:]
        /// How far the clock is from the services', either way; nil where no answer had a date.
        package var clockSkewSeconds: Double?
        package var lag: Lag?
        /// When the first of the vault's secrets in use ends.
        package var secretEndsAt: Date?
        /// What became of datapoints before this run's own; nil where they are not sent to OCI.
        package var telemetry: Telemetry?

        package init() {}

        /// Totals since the state directory began: reports take the differences between runs.
        package struct Telemetry: Sendable, Hashable {
            /// Accepted by OCI.
            package var pointsPosted: Int
            /// Lost for good, for whatever reason.
            package var pointsDropped: Int

            package init(pointsPosted: Int, pointsDropped: Int) {
                self.pointsPosted = pointsPosted
                self.pointsDropped = pointsDropped
            }
        }

        /// From new events to their first sight, in seconds.
        package struct Lag: Sendable, Hashable {
            package let p50: Double
            package let p95: Double
            package let max: Double

            /// By the nearest rank; nil for no lags at all.
            package init?(_ lags: [Int]) {
                let sorted = lags.sorted()
                guard let last = sorted.last else { return nil }
                func rank(_ percent: Int) -> Double { Double(sorted[(sorted.count * percent + 99) / 100 - 1]) }
                (p50, p95, max) = (rank(50), rank(95), Double(last))
            }

            fileprivate init(p50: Double, p95: Double, max: Double) {
                (self.p50, self.p95, self.max) = (p50, p95, max)
            }
        }
    }
}

extension RunRecord.Measures {
    /// nil where nothing was measured.
    var json: JSONValue? {
        var members: [JSONMember] = []
        func add(_ name: String, _ value: JSONValue?) { if let value { members.append(JSONMember(name, value)) } }
        add("feed_outcomes", Self.json(feedOutcomes))
        add("feed_seconds", feedSeconds.map(JSONValue.double))
        add("puts", Self.json(puts))
        add("bytes_put", bytesPut > 0 ? .int(bytesPut) : nil)
        add("conflicts", conflicts > 0 ? .int(conflicts) : nil)
        add("vault_reads", Self.json(vaultReads))
        add("rejected", Self.json(rejected))
        add("clock_skew_seconds", clockSkewSeconds.map(JSONValue.double))
        add("lag_seconds", lag.map { ["p50": .double($0.p50), "p95": .double($0.p95), "max": .double($0.max)] })
        add("secret_ends_at", secretEndsAt.map { .string(Timestamp.text($0)) })
        add("telemetry", telemetry?.json)
        return members.isEmpty ? nil : .object(members)
    }

    init?(json: JSONValue) {
        guard json.object != nil else { return nil }
        feedOutcomes = Self.counts(json["feed_outcomes"])
        feedSeconds = json["feed_seconds"]?.double
        puts = Self.counts(json["puts"])
        bytesPut = json["bytes_put"]?.int ?? 0
        conflicts = json["conflicts"]?.int ?? 0
        vaultReads = Self.counts(json["vault_reads"])
        rejected = Self.counts(json["rejected"])
        clockSkewSeconds = json["clock_skew_seconds"]?.double
        if let lag = json["lag_seconds"], let p50 = lag["p50"]?.double, let p95 = lag["p95"]?.double,
            let max = lag["max"]?.double
        {
            self.lag = Lag(p50: p50, p95: p95, max: max)
        }
        secretEndsAt = json["secret_ends_at"]?.string.flatMap(Timestamp.date)
        telemetry = json["telemetry"].flatMap(Telemetry.init(json:))
    }

    private static func json(_ counts: [String: Int]) -> JSONValue? {
        guard !counts.isEmpty else { return nil }
        return .object(counts.sorted { $0.key < $1.key }.map { JSONMember($0.key, .int($0.value)) })
    }

    private static func counts(_ json: JSONValue?) -> [String: Int] {
        var counts: [String: Int] = [:]
        for member in json?.object ?? [] { counts[member.name] = member.value.int }
        return counts
    }
}

extension RunRecord.Measures.Telemetry {
    fileprivate var json: JSONValue {
        ["points_posted_total": .int(pointsPosted), "points_dropped_total": .int(pointsDropped)]
    }

    fileprivate init?(json: JSONValue) {
        guard let posted = json["points_posted_total"]?.int, let dropped = json["points_dropped_total"]?.int else {
            return nil
        }
        self.init(pointsPosted: posted, pointsDropped: dropped)
    }
}
