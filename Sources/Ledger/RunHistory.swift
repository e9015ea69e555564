// SPDX-License-Identifier: MIT

package import Files
import FoundationEssentials

/// What a ledger's newest runs say about how things stand.
package struct RunHistory: Sendable, Hashable {
    /// Newest first.
    package let runs: [RunRecord]
    /// Lines met on the way that cannot be read.
    package let damaged: [DamagedLine]

    /// - Parameter runs: newest first.
    package init(runs: [RunRecord], damaged: [DamagedLine] = []) {
        self.runs = runs
        self.damaged = damaged
    }

    /// The newest `count` runs, and those before them back to the last success.
    package init(_ ledger: RunLedger, count: Int = 20) throws(FileError) {
        var reading = try ledger.last(count)
        if !reading.runs.contains(where: { $0.outcome == .success }) {
            var isFound = false
            reading = try ledger.last(.max) { record in
                defer { isFound = isFound || record.outcome == .success }
                return !isFound
            }
        }
        self.init(runs: reading.runs, damaged: reading.damaged)
    }

    package var last: RunRecord? { runs.first }
    package var lastSuccess: RunRecord? { runs.first { $0.outcome == .success } }
    /// The newest run that failed or was killed.
    package var lastFailure: RunRecord? { runs.first(where: \.isBad) }

    /// How many runs ended so since the last success; in all where there was none.
    package func count(_ outcomes: RunRecord.Outcome...) -> Int {
        runs.prefix { $0.outcome != .success }.count { outcomes.contains($0.outcome) }
    }

    /// The newest run as good as can be that began before `run`.
    package func success(before run: RunRecord) -> RunRecord? {
        runs.first { $0.outcome == .success && $0.startedAt < run.startedAt }
    }

    /// The first success that ended after `run`; nil while there is none.
    package func recovery(from run: RunRecord) -> RunRecord? {
        runs.last { $0.outcome == .success && $0.endedAt > run.endedAt }
    }

    /// What is not as it was in the last good run before `run`; empty where there was none.
    package func changes(of run: RunRecord) -> [Change] {
        guard let good = success(before: run) else { return [] }
        return [
            Change("version", good.version, run.version), Change("configuration", good.configSHA, run.configSHA),
            Change("host", good.host, run.host), Change("environment", good.environment, run.environment),
        ].compactMap { $0 }
    }

    package struct Change: Sendable, Hashable {
        package let what: String
        package let before: String
        package let now: String

        fileprivate init?(_ what: String, _ before: String, _ now: String) {
            // A run whose configuration was refused has no digits of it.
            guard before != now, !now.isEmpty else { return nil }
            (self.what, self.before, self.now) = (what, before, now)
        }
    }
}

extension RunRecord {
    /// Failed or killed.
    package var isBad: Bool { outcome == .failed || outcome == .killed }

    package var duration: Double { max(0, endedAt.timeIntervalSince(startedAt)) }
}
