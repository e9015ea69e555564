// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import MQL
import ServiceLevels

/// The gauges of objectives over time, which the checker posts and no record holds: computed from the ledger again.
struct ObjectivePoints {
    let source: ServiceLevelSource
    let namespace: String

    /// Names of the metrics this can give.
    static let metrics: Set = ["slo_error_ratio", "slo_burn_rate", "slo_budget_remaining_ratio"]

    /// One point of each gauge at each instant.
    ///
    /// - Parameter instants: milliseconds since 1970, oldest first.
    func points(at instants: [Int64]) throws(FileError) -> [TimedPoint] {
        guard let first = instants.first, let last = instants.last else { return [] }
        let span = MinuteSpan(start: Self.minute(first), end: Self.minute(last))
        let reach = Scope.standing(at: span.start, slos)
        let reading = try ServiceLevelReading(
            source.ledger, Scope(period: MinuteSpan(start: span.end, end: span.end), asOf: span.end, from: reach.from),
            rules: ChronicleRules(source.configuration))
        let common = ["job": source.configuration.job, "env": source.configuration.environment]
        return instants.flatMap { instant in
            slos.flatMap { ObjectiveGauges($0, reading.chronicle, at: Self.minute(instant)).samples }.map { sample in
                TimedPoint(
                    at: instant, value: sample.value,
                    identity: StreamIdentity(
                        namespace: namespace, metric: sample.name,
                        dimensions: sample.dimensions.merging(common) { own, _ in own }))
            }
        }
    }

    private typealias Scope = ServiceLevelReading.Scope

    /// Those whose gauges are posted.
    private var slos: [SLO] { source.slos.filter { DashboardCheck.objectives.contains($0.name) } }

    private static func minute(_ milliseconds: Int64) -> Int { Int(milliseconds / 60_000) }
}
